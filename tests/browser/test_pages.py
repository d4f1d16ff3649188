"""Every citizen's page on a phone, light and dark, and on a desk in English: axe, targets, width, silence."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

import pytest
from time_machine import TimeMachineFixture

from healthcode.verdict import StatusCode
from identity.models import User
from lookup.doors import assisted
from lookup.models import PolicyRevision
from tests.browser.chromium import LOOKS, NARROW_CHINESE, NARROW_ENGLISH, Look
from tests.browser.conftest import Visitors
from tests.browser.family import NOBODY, Family, make_family
from tests.browser.inspection import findings, sideways
from tests.browser.visit import Visit
from tests.lookup.api.story import AT
from tests.makers import make_account, make_document

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _clock(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(AT, tick=False)


@pytest.fixture
def family() -> Family:
    return make_family()


def assert_in_order(visitor: Visitors, user: User | None, path: str, *, status: int = 200) -> None:
    """Open a page in every look and hold it to what all pages promise."""
    found: list[str] = []
    for look in LOOKS:
        visit = visitor(look)
        if user is not None:
            visit.keep_signed_in(user)
        assert visit.go(path) == status
        found += findings(visit)
    assert found == []


def asked(visitor: Visitors, user: User, number: str) -> str:
    """Ask by the form and return the path of the answer."""
    visit = visitor()
    visit.keep_signed_in(user)
    visit.ask(number)
    return visit.page.url.removeprefix(visit.origin)


@pytest.mark.parametrize("path", ["/", "/sign-in"])
def test_page_is_in_order_before_signing_in(visitor: Visitors, path: str) -> None:
    assert_in_order(visitor, None, path)


def test_page_that_is_not_there_is_in_order(visitor: Visitors) -> None:
    assert_in_order(visitor, None, "/nothing-here", status=HTTPStatus.NOT_FOUND)


@pytest.mark.parametrize("path", ["/", "/own-code", "/assisted"])
def test_page_is_in_order_after_signing_in(visitor: Visitors, path: str) -> None:
    assert_in_order(visitor, make_account(at=AT), path)


@pytest.mark.parametrize("status", StatusCode)
def test_answer_for_kin_is_in_order(visitor: Visitors, family: Family, status: StatusCode) -> None:
    path = asked(visitor, family.guardian, family.number(status))

    assert_in_order(visitor, family.guardian, path)


@pytest.mark.parametrize("status", [StatusCode.GREEN, StatusCode.UNKNOWN])
def test_answer_for_a_stranger_is_in_order(visitor: Visitors, family: Family, status: StatusCode) -> None:
    path = asked(visitor, family.stranger, family.number(status))

    assert_in_order(visitor, family.stranger, path)


@pytest.mark.parametrize("asker", ["guardian", "stranger"])
def test_closed_answer_is_in_order(
    visitor: Visitors, family: Family, time_machine: TimeMachineFixture, asker: str
) -> None:
    user: User = getattr(family, asker)
    path = asked(visitor, user, family.number(StatusCode.UNKNOWN))
    time_machine.shift(timedelta(seconds=61))

    assert_in_order(visitor, user, path, status=HTTPStatus.GONE)


@pytest.mark.parametrize("look", [NARROW_CHINESE, NARROW_ENGLISH], ids=str)
def test_page_scrolls_in_one_direction_only_on_the_narrowest_screen(
    visitor: Visitors, family: Family, look: Look
) -> None:
    visit = visitor(look)
    visit.keep_signed_in(family.guardian)
    found: list[str] = []
    for path in ("/", "/sign-in", "/own-code", "/assisted"):
        visit.go(path)
        found += sideways(visit)
    for status in (StatusCode.UNKNOWN, StatusCode.UNCONFIRMED):
        visit.ask(family.number(status))
        found += sideways(visit)
    assert found == []


def show_own_code(visit: Visit) -> None:
    visit.go("/own-code")
    visit.submit.click()
    visit.page.wait_for_url("**/answers/*")


def ask_a_wrong_number(visit: Visit) -> None:
    visit.go("/assisted")
    visit.number.fill("11999920150615001")
    visit.submit.click()
    visit.wait_for_refusal()


def sign_in_with_a_wrong_password(visit: Visit) -> None:
    visit.context.clear_cookies()
    visit.go("/sign-in")
    visit.page.fill("[name=mobile]", "+8613900000001")
    visit.page.fill("[name=password]", "wrong")
    visit.submit.click()
    visit.wait_for_refusal()


def sign_in_with_nothing(visit: Visit) -> None:
    visit.context.clear_cookies()
    visit.go("/sign-in")
    visit.submit.click()
    visit.page.wait_for_selector(".error")


@pytest.mark.parametrize(
    "act", [show_own_code, ask_a_wrong_number, sign_in_with_a_wrong_password, sign_in_with_nothing]
)
def test_page_after_a_form_is_in_order(
    visitor: Visitors, family: Family, act: Callable[[Visit], None]
) -> None:
    found: list[str] = []
    for look in LOOKS:
        visit = visitor(look)
        visit.keep_signed_in(family.guardian)
        act(visit)
        found += findings(visit)
    assert found == []


def test_refusal_of_an_own_code_is_in_order(visitor: Visitors) -> None:
    visit = visitor()
    visit.keep_signed_in(make_account(at=AT))

    visit.go("/own-code")
    visit.submit.click()
    visit.wait_for_refusal()

    assert findings(visit) == []


def test_spent_budget_is_in_order(visitor: Visitors, family: Family) -> None:
    allowed = PolicyRevision.objects.in_force(AT).budgets.failures_per_day
    for sequence in range(200, 200 + allowed):
        assisted.ask(family.stranger, make_document(sequence=sequence), at=AT)
    visit = visitor()
    visit.keep_signed_in(family.stranger)

    visit.go("/assisted")
    visit.number.fill(NOBODY.number)
    visit.submit.click()
    visit.wait_for_refusal()

    assert findings(visit) == []
