"""The pages of a question by name and face, in every look: axe, targets, width; and by keyboard alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from time_machine import TimeMachineFixture

from identity.models import User
from tests.browser import face_steps
from tests.browser.chromium import LOOKS, NARROW_CHINESE, NARROW_ENGLISH, Look
from tests.browser.conftest import Visitors
from tests.browser.inspection import findings, sideways
from tests.browser.visit import Visit
from tests.lookup.api.story import AT, CHILD, make_alert, make_child, make_guardian
from tests.lookup.doors.neighbours import ELDER, ELDER_NAME, make_elder, make_neighbour
from tests.makers import mark_feeds_read

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = ("/third-party", "/records-of")


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


def another_answer_than(address: str) -> Callable[[str], bool]:
    return lambda url: "/answers/" in url and url != address


@pytest.mark.parametrize("path", PAGES)
def test_form_refusal_and_answer_are_in_order(visitor: Visitors, neighbour: User, path: str) -> None:
    found: list[str] = []
    for look in LOOKS:
        visit = visitor(look)
        visit.keep_signed_in(neighbour)
        visit.go(path)
        found += findings(visit)
        visit.submit.click()
        visit.wait_for_refusal()
        found += findings(visit)
        fill_in(visit, path)
        visit.submit.click()
        visit.page.wait_for_url("**/answers/*")
        found += findings(visit)
    assert found == []


def test_one_tap_of_kin_is_in_order(visitor: Visitors) -> None:
    father = make_guardian(make_child(has_face=False))
    found: list[str] = []
    for look in LOOKS:
        visit = visitor(look)
        visit.keep_signed_in(father)
        visit.ask(CHILD["document_number"])
        refused = visit.page.url
        visit.page.locator("form[action$='/third-party'] button").click()
        visit.page.wait_for_url(another_answer_than(refused))
        found += findings(visit)
    assert found == []


@pytest.mark.parametrize("look", [NARROW_CHINESE, NARROW_ENGLISH], ids=str)
def test_page_scrolls_in_one_direction_only_on_the_narrowest_screen(
    visitor: Visitors, neighbour: User, look: Look
) -> None:
    visit = visitor(look)
    visit.keep_signed_in(neighbour)
    found: list[str] = []
    for path in PAGES:
        visit.go(path)
        found += sideways(visit)
        fill_in(visit, path)
        visit.submit.click()
        visit.page.wait_for_url("**/answers/*")
        found += sideways(visit)
    assert found == []


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
