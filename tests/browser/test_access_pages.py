"""Who looked and the lock in Chromium: in order in every look, by keyboard, and without script."""

from collections.abc import Callable

import pytest
from time_machine import TimeMachineFixture

from healthcode.verdict import StatusCode
from identity.models import Kinship, User
from lookup import access_lock
from lookup.doors import assisted
from lookup.models import AccessLock
from tests.browser.chromium import LOOKS, NARROW_CHINESE, NARROW_ENGLISH, Look
from tests.browser.conftest import Visitors
from tests.browser.family import Family, make_family
from tests.browser.inspection import findings, sideways
from tests.lookup.api.story import AT
from tests.makers import make_account

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _clock(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(AT, tick=False)


@pytest.fixture
def family() -> Family:
    """A family about whom has been asked, with one lock closed and the others open."""
    found = make_family()
    for asker in (found.stranger, found.guardian):
        assisted.ask(asker, found.wards[StatusCode.GREEN], at=AT)
    access_lock.close(found.guardian, about=ward_id(), at=AT)
    return found


def ward_id():
    return Kinship.objects.order_by("id")[0].id


PATHS: dict[str, Callable[[], str]] = {
    "who looked": lambda: f"/who-looked?about={ward_id()}",
    "nobody looked": lambda: "/who-looked",
    "bad cursor": lambda: f"/who-looked?about={ward_id()}&cursor=nonsense",
    "locks": lambda: "/lock",
    "open?": lambda: f"/lock/{ward_id()}",
    "close?": lambda: "/lock/me",
}


def in_order(visitor: Visitors, user: User, path: str) -> list[str]:
    found: list[str] = []
    for look in LOOKS:
        visit = visitor(look)
        visit.keep_signed_in(user)
        assert visit.go(path) in (200, 400, 403)
        found += findings(visit)
    return found


@pytest.mark.parametrize("path", PATHS)
def test_page_is_in_order(visitor: Visitors, family: Family, path: str) -> None:
    assert in_order(visitor, family.guardian, PATHS[path]()) == []


@pytest.mark.parametrize("path", ["/who-looked", "/lock"])
def test_page_is_in_order_for_an_account_without_a_person(visitor: Visitors, path: str) -> None:
    assert in_order(visitor, make_account(at=AT), path) == []


@pytest.mark.parametrize("look", [NARROW_CHINESE, NARROW_ENGLISH], ids=str)
def test_pages_scroll_in_one_direction_only(visitor: Visitors, family: Family, look: Look) -> None:
    visit = visitor(look)
    visit.keep_signed_in(family.guardian)
    found: list[str] = []
    for path in PATHS.values():
        visit.go(path())
        found += sideways(visit)
    assert found == []


def test_lock_is_closed_by_keyboard_and_without_script(visitor: Visitors, family: Family) -> None:
    visit = visitor(java_script_enabled=False)
    visit.keep_signed_in(family.guardian)
    visit.go("/lock")
    visit.page.locator('a.button[href="/lock/me"]').focus()
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/lock/me")
    visit.page.locator("button[name=change]").focus()
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/lock")
    assert AccessLock.objects.filter(pk=family.guardian.person.pk).exists()
