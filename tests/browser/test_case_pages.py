"""Cases in Chromium: in order in every look, and filed, written to and opened again without script."""

from collections.abc import Callable

import pytest
from time_machine import TimeMachineFixture

from cases import casework
from cases.models import Case
from identity.models import User
from tests.browser.chromium import LOOKS, NARROW_CHINESE, NARROW_ENGLISH, Look
from tests.browser.conftest import Visitors
from tests.browser.inspection import findings, sideways
from tests.cases.complaints import OTHER, ask, file_case, make_guardian, make_stranger, make_ward
from tests.lookup.api.story import AT
from tests.makers import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _clock(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(AT, tick=False)


@pytest.fixture
def guardian() -> User:
    """A guardian with one open, answered case and a closed one."""
    child, staff = make_ward(at=AT), make_staff(at=AT)
    found = make_guardian(child, at=AT)
    first = file_case(found, child.person_key, at=AT)
    casework.answer(first.id, staff, "孩子还没有登记。\n请先做一次他人代查询，明天起助查询就能用。", at=AT)
    second = file_case(found, child.person_key, OTHER, at=AT)
    casework.resolve(second.id, staff, Case.Resolution.PUT_RIGHT, "已经登记好了。", at=AT)
    return found


def numbers() -> list[str]:
    return [case.number for case in Case.objects.order_by("id")]


def answer_of(user: User) -> str:
    child = Case.objects.order_by("id")[0].subject_key
    return str(ask(user, child, at=AT).id)


PATHS: dict[str, Callable[[User], str]] = {
    "list": lambda _: "/cases",
    "open": lambda _: f"/cases/{numbers()[0]}",
    "closed": lambda _: f"/cases/{numbers()[1]}",
    "numbers removed": lambda _: f"/cases/{numbers()[0]}?removed=2",
    "form": lambda user: f"/cases/about/{answer_of(user)}",
    "answer with a case": lambda user: f"/answers/{answer_of(user)}",
}


@pytest.mark.parametrize("path", PATHS)
def test_page_is_in_order(visitor: Visitors, guardian: User, path: str) -> None:
    address, found = PATHS[path](guardian), []
    for look in LOOKS:
        visit = visitor(look)
        visit.keep_signed_in(guardian)
        assert visit.go(address) == 200
        found += findings(visit)
    assert found == []


@pytest.mark.parametrize("look", [NARROW_CHINESE, NARROW_ENGLISH], ids=str)
def test_pages_scroll_in_one_direction_only(visitor: Visitors, guardian: User, look: Look) -> None:
    visit = visitor(look)
    visit.keep_signed_in(guardian)
    found: list[str] = []
    for path in PATHS.values():
        visit.go(path(guardian))
        found += sideways(visit)
    assert found == []


def test_case_is_filed_with_one_tap_and_written_to_without_script(visitor: Visitors, guardian: User) -> None:
    stranger = make_stranger(at=AT)
    visit = visitor(java_script_enabled=False)
    visit.keep_signed_in(stranger)
    visit.go(f"/answers/{answer_of(stranger)}")
    visit.page.locator("form[action$='/case'] button").click()
    visit.page.wait_for_url("**/cases/HK-*")
    visit.page.locator("textarea[name=text]").fill("我的电话是 139 0000 0001，学校不让进")
    visit.page.locator("form[action$='/messages'] button").click()
    visit.page.wait_for_url("**removed=1")
    assert "我的电话是 […]，学校不让进" in visit.words()
    assert Case.objects.filter(opened_by=stranger).count() == 1
