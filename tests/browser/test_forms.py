"""Typing and sending: the number in full view, and one answer however often somebody presses."""

import pytest
from playwright.sync_api import Route, expect
from time_machine import TimeMachineFixture

from healthcode.verdict import StatusCode
from lookup.models import Lookup
from tests.browser.chromium import LOOKS, NARROW_ELDER, Look
from tests.browser.conftest import Visitors
from tests.browser.family import Family, make_family
from tests.lookup.api.story import AT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDEST = "119999 20000808 888X"


@pytest.fixture(autouse=True)
def _clock(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(AT, tick=False)


@pytest.fixture
def family() -> Family:
    return make_family()


@pytest.mark.parametrize("look", [*LOOKS, NARROW_ELDER], ids=str)
@pytest.mark.parametrize("after_an_error", [False, True])
def test_number_is_in_full_view_while_it_is_typed(
    visitor: Visitors, family: Family, look: Look, after_an_error: bool
) -> None:
    guardian = visitor(look)
    guardian.keep_signed_in(family.guardian)
    guardian.go("/assisted")
    if after_an_error:
        guardian.submit.click()
        guardian.wait_for_refusal()

    guardian.number.fill("")
    guardian.number.press_sequentially(WIDEST)

    expect(guardian.number).to_have_value(WIDEST)
    scrolled, wide, visible = guardian.number.evaluate(
        "each => [each.scrollLeft, each.scrollWidth, each.clientWidth]"
    )
    assert scrolled == 0
    assert wide <= visible


def test_double_click_asks_once_and_leads_to_one_answer(visitor: Visitors, family: Family) -> None:
    stranger = visitor()
    stranger.keep_signed_in(family.stranger)
    stranger.go("/assisted")
    stranger.number.fill(family.number(StatusCode.GREEN))

    stranger.submit.dblclick()
    stranger.page.wait_for_url("**/answers/*")

    expect(stranger.panel).to_contain_text("未见异常")
    row = Lookup.objects.get()
    assert stranger.page.url.endswith(f"/answers/{row.id}")


def test_second_press_sends_nothing_while_the_first_is_under_way(visitor: Visitors, family: Family) -> None:
    stranger = visitor()
    stranger.keep_signed_in(family.stranger)
    stranger.go("/assisted")
    under_way: list[Route] = []
    stranger.page.route("**/assisted", lambda route: under_way.append(route))

    stranger.number.fill(family.number(StatusCode.GREEN))
    stranger.number.focus()
    for _ in range(3):
        stranger.page.keyboard.press("Enter")
        stranger.page.wait_for_timeout(200)

    assert len(under_way) == 1
    under_way[0].continue_()
    stranger.page.wait_for_url("**/answers/*")
    expect(stranger.panel).to_contain_text("未见异常")


def test_double_click_without_script_still_leads_to_one_answer(visitor: Visitors, family: Family) -> None:
    stranger = visitor(java_script_enabled=False)
    stranger.keep_signed_in(family.stranger)
    stranger.go("/assisted")
    stranger.number.fill(family.number(StatusCode.GREEN))

    stranger.submit.dblclick()
    stranger.page.wait_for_url("**/answers/*")

    expect(stranger.panel).to_have_count(1)
    expect(stranger.panel).to_contain_text("未见异常")


def test_form_can_be_sent_again_after_going_back(visitor: Visitors, family: Family) -> None:
    guardian = visitor()
    guardian.keep_signed_in(family.guardian)
    guardian.ask(family.number(StatusCode.GREEN))

    guardian.page.go_back()
    guardian.number.fill(family.number(StatusCode.RED))
    guardian.submit.click()
    guardian.page.wait_for_url("**/answers/*")

    expect(guardian.panel).to_contain_text("集中观察")
    assert Lookup.objects.count() == 2


def test_own_code_is_asked_for_once_however_often_somebody_presses(visitor: Visitors, family: Family) -> None:
    guardian = visitor()
    guardian.keep_signed_in(family.guardian)
    guardian.go("/own-code")

    guardian.submit.dblclick()
    guardian.page.wait_for_url("**/answers/*")

    expect(guardian.panel).to_be_visible()
    assert Lookup.objects.count() == 1
