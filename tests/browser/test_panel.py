"""The status panel: counted down to be seen, closed by itself, with and without JavaScript."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from playwright.sync_api import Locator, expect
from time_machine import TimeMachineFixture

from healthcode.verdict import StatusCode
from tests.browser.conftest import Visitors
from tests.browser.family import Family, make_family
from tests.browser.visit import Visit
from tests.lookup.api.story import AT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# The panel of a stranger stays for 10 s, and a page needs a moment to come.
STRANGERS_TIME_MS = 13_000


@pytest.fixture(autouse=True)
def _clock(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(AT, tick=True)


@pytest.fixture
def family() -> Family:
    return make_family()


def seconds_shown(visit: Visit) -> int:
    """Return the number that the panel shows; CSS counts it, so it is no text of the document."""
    shown = visit.page.locator("[data-seconds]")
    return int(shown.evaluate("each => getComputedStyle(each).getPropertyValue('--left')"))


def run_animations_to_their_end(visit: Visit) -> None:
    """Let the style sheet believe that a minute has passed."""
    visit.page.evaluate("() => document.getAnimations().forEach(each => { each.finish(); })")


def ask_again(visit: Visit) -> Locator:
    return visit.closed_note.get_by_role("link", name="重新查询")


def test_panel_counts_down_closes_for_a_stranger_and_offers_to_ask_again(
    visitor: Visitors, family: Family
) -> None:
    stranger = visitor()
    stranger.keep_signed_in(family.stranger)
    stranger.ask(family.number(StatusCode.GREEN))
    expect(stranger.closed_note).to_be_hidden()
    first, picture = seconds_shown(stranger), stranger.page.locator(".countdown").screenshot()
    expect(stranger.page.locator("[data-announce]")).to_have_text("状态将在 10 秒后关闭，之后可以重新查询。")

    stranger.page.wait_for_timeout(2_000)

    assert 0 < seconds_shown(stranger) < first <= 10
    assert stranger.page.locator(".countdown").screenshot() != picture
    expect(stranger.panel).to_have_count(0, timeout=STRANGERS_TIME_MS)
    assert "未见异常" not in stranger.page.content()
    expect(stranger.page.locator("[data-announce]")).to_have_text("状态已关闭，您可以重新查询。")
    ask_again(stranger).click()
    stranger.page.wait_for_url("**/assisted")
    expect(stranger.number).to_be_visible()


def test_panel_is_gone_for_good_when_the_page_is_loaded_again(
    visitor: Visitors, family: Family, time_machine: TimeMachineFixture
) -> None:
    stranger = visitor()
    stranger.keep_signed_in(family.stranger)
    stranger.ask(family.number(StatusCode.GREEN))
    assert stranger.reload() == HTTPStatus.OK
    expect(stranger.panel).to_be_visible()

    time_machine.shift(timedelta(seconds=10))

    assert stranger.reload() == HTTPStatus.GONE
    expect(stranger.panel).to_have_count(0)
    assert "李*" not in stranger.page.content()
    expect(ask_again(stranger)).to_be_visible()


def test_panel_does_not_come_back_from_the_browsers_memory(
    visitor: Visitors, family: Family, time_machine: TimeMachineFixture
) -> None:
    stranger = visitor()
    stranger.keep_signed_in(family.stranger)
    stranger.ask(family.number(StatusCode.GREEN))
    time_machine.shift(timedelta(seconds=10))

    # What a browser says that has kept the page in memory and shows it again after "back".
    with stranger.page.expect_response("**/answers/*") as loaded:
        stranger.page.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")

    assert loaded.value.status == HTTPStatus.GONE
    expect(stranger.panel).to_have_count(0)


def test_panel_closes_for_kin_after_a_minute_and_reasons_and_records_stay(
    visitor: Visitors, family: Family, time_machine: TimeMachineFixture
) -> None:
    guardian = visitor()
    guardian.keep_signed_in(family.guardian)
    guardian.page.clock.install()
    guardian.ask(family.number(StatusCode.UNKNOWN))
    guardian.page.clock.run_for(55_000)
    expect(guardian.page.locator("[data-announce]")).to_have_text("还剩 10 秒。")
    expect(guardian.panel).to_be_visible()

    guardian.page.clock.run_for(6_000)

    expect(guardian.panel).to_have_count(0)
    for _ in range(2):
        expect(ask_again(guardian)).to_be_visible()
        expect(guardian.page.locator(".reason").first).to_contain_text("现在怎么办")
        expect(guardian.page.locator(".doses > li")).to_have_count(2)
        time_machine.shift(timedelta(seconds=61))
        assert guardian.reload() == HTTPStatus.GONE


def test_panel_closes_without_script_and_the_page_becomes_the_closed_one(
    visitor: Visitors, family: Family
) -> None:
    stranger = visitor(java_script_enabled=False)
    stranger.keep_signed_in(family.stranger)
    stranger.ask(family.number(StatusCode.GREEN))
    expect(stranger.panel).to_be_visible()
    expect(ask_again(stranger)).to_be_hidden()

    with stranger.page.expect_response("**/answers/*", timeout=STRANGERS_TIME_MS) as reloaded:
        pass

    assert reloaded.value.status == HTTPStatus.GONE
    expect(stranger.panel).to_have_count(0)
    expect(ask_again(stranger)).to_be_visible()
    ask_again(stranger).click()
    stranger.page.wait_for_url("**/assisted")


def test_panel_closes_by_style_sheet_alone_when_the_script_does_not_come(
    visitor: Visitors, family: Family
) -> None:
    guardian = visitor()
    guardian.keep_signed_in(family.guardian)
    guardian.page.route("**/site.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    guardian.ask(family.number(StatusCode.UNKNOWN))
    expect(guardian.panel).to_be_visible()

    run_animations_to_their_end(guardian)

    expect(guardian.panel).to_be_hidden()
    expect(guardian.panel.locator(".status-word")).to_be_hidden()
    assert guardian.panel.evaluate("each => each.offsetHeight") == 0
    expect(ask_again(guardian)).to_be_visible()
    expect(guardian.page.locator(".reason").first).to_be_visible()


def test_panel_still_counts_for_whoever_wants_no_motion(visitor: Visitors, family: Family) -> None:
    guardian = visitor(reduced_motion="reduce")
    guardian.keep_signed_in(family.guardian)
    guardian.ask(family.number(StatusCode.GREEN))

    expect(guardian.page.locator(".bar")).to_be_hidden()
    first = seconds_shown(guardian)
    guardian.page.wait_for_timeout(1_500)
    assert seconds_shown(guardian) < first
