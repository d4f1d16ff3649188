"""A photo for a question by face, taken by the phone's camera, and what happens without one."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, expect
from time_machine import TimeMachineFixture

from lookup.models import Lookup
from tests.browser import face_steps
from tests.browser.chromium import CHINESE_PHONE, start
from tests.browser.conftest import Visitors
from tests.browser.inspection import findings
from tests.browser.visit import Visit, begin
from tests.lookup.api.story import AT
from tests.lookup.doors.neighbours import ELDER, ELDER_NAME, make_elder, make_neighbour
from tests.makers import mark_feeds_read

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def with_camera(playwright_of_session: Playwright) -> Iterator[Browser]:
    browser = start(
        playwright_of_session, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"
    )
    yield browser
    browser.close()


def come_to_the_photo(visit: Visit, time_machine: TimeMachineFixture) -> None:
    """Answer the first two screens as a neighbour."""
    time_machine.move_to(AT, tick=False)
    mark_feeds_read(AT)
    make_elder()
    visit.keep_signed_in(make_neighbour())
    face_steps.walk_to_photo(visit, "/third-party", name=ELDER_NAME, number=ELDER.number)


def test_camera_takes_the_photo_and_it_goes_with_the_question(
    with_camera: Browser, live_server: Any, time_machine: TimeMachineFixture
) -> None:
    visit = begin(with_camera, live_server.url, CHINESE_PHONE)
    come_to_the_photo(visit, time_machine)

    visit.page.click("[data-camera-open]")
    expect(visit.page.locator("video")).to_be_visible()
    expect(visit.page.locator("[data-camera-take]")).to_be_focused()
    assert findings(visit) == []
    visit.page.click("[data-camera-take]")

    expect(visit.page.locator("[data-camera-shot]")).to_be_visible()
    expect(visit.page.locator("[data-camera-voice]")).not_to_be_empty()
    expect(visit.page.locator("video")).to_be_hidden()
    assert visit.page.locator("[name=photo]").evaluate("each => each.files.length") == 1
    visit.page.set_checked("[name=consent]", True)
    visit.submit.click()
    visit.page.wait_for_url("**/answers/*")
    # The camera of this test shows no face: the answer is the bare unknown, and the question was put.
    expect(visit.panel).to_contain_text("暂不掌握")
    assert Lookup.objects.count() == 1
    assert visit.heard == []
    visit.context.close()


def test_page_says_what_to_do_where_there_is_no_camera(
    visitor: Visitors, time_machine: TimeMachineFixture
) -> None:
    visit = visitor()
    come_to_the_photo(visit, time_machine)

    visit.page.click("[data-camera-open]")

    expect(visit.page.locator("[data-camera-voice]")).to_contain_text("文件")
    expect(visit.page.locator("[name=photo]")).to_be_visible()


def test_way_back_of_the_phone_leads_through_the_steps_and_loses_nothing(
    visitor: Visitors, time_machine: TimeMachineFixture
) -> None:
    visit = visitor()
    come_to_the_photo(visit, time_machine)

    visit.page.go_back()
    face_steps.wait_for_step(visit, "document")
    expect(visit.number).to_have_value(ELDER.number)
    visit.page.go_back()
    face_steps.wait_for_step(visit, "name")
    expect(visit.page.locator("[name=name]")).to_have_value(ELDER_NAME)
    face_steps.go_on(visit, to="document")
    expect(visit.number).to_have_value(ELDER.number)
