"""A question by name and face: without script, by keyboard alone, and until the result ends."""

import pytest
from playwright.sync_api import expect
from time_machine import TimeMachineFixture

from identity.models import User
from tests.browser import face_steps
from tests.browser.conftest import Visitors
from tests.browser.visit import Visit
from tests.lookup.api.story import AT, make_alert
from tests.lookup.doors.neighbours import ELDER, ELDER_NAME, make_elder, make_neighbour
from tests.makers import mark_feeds_read

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _clock(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(AT, tick=False)


@pytest.fixture
def neighbour() -> User:
    mark_feeds_read(AT)
    make_elder(facts={"alerts": (make_alert(),), "naats": ()})
    return make_neighbour()


def fill_in(visit: Visit, path: str) -> None:
    face_steps.fill_in(visit, path, name=ELDER_NAME, number=ELDER.number)


def test_form_is_filled_in_without_script_and_sent_by_the_keyboard(
    visitor: Visitors, neighbour: User
) -> None:
    visit = visitor(java_script_enabled=False)
    visit.keep_signed_in(neighbour)
    fill_in(visit, "/third-party")
    visit.page.set_checked("[name=consent]", False)
    visit.page.focus("[name=consent]")
    visit.page.keyboard.press("Space")
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/answers/*")
    expect(visit.panel).to_be_visible()
    assert "24:00" in visit.words() or "16:00" in visit.words()


def test_living_result_stays_for_hours_and_closes_at_its_end(visitor: Visitors, neighbour: User) -> None:
    visit = visitor()
    visit.keep_signed_in(neighbour)
    visit.page.clock.install()
    fill_in(visit, "/third-party")
    visit.submit.click()
    visit.page.wait_for_url("**/answers/*")
    expect(visit.page.locator("[data-seconds]")).to_have_count(0)
    visit.page.clock.fast_forward("13:59:00")
    expect(visit.panel).to_be_visible()
    visit.page.clock.fast_forward("00:02:00")
    expect(visit.panel).to_have_count(0)
    expect(visit.closed_note).to_be_visible()
