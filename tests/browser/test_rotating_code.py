"""The rotating code in a real browser: its clock runs, the next comes by itself, it leaves with the panel."""

import pytest
from playwright.sync_api import Locator, expect
from time_machine import TimeMachineFixture

from lookup import code_issue
from lookup.models import Lookup, RotatingCode
from tests.browser.conftest import Visitors
from tests.browser.family import Family, make_family
from tests.browser.visit import Visit
from tests.lookup.api.story import AT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _clock(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(AT, tick=True)


@pytest.fixture
def family() -> Family:
    return make_family()


@pytest.fixture
def _codes_follow_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    monkeypatch.setattr(code_issue, "NEXT_AFTER", timedelta(seconds=2))


def show_own_code(visit: Visit, family: Family) -> Locator:
    visit.keep_signed_in(family.guardian)
    visit.go("/own-code")
    visit.page.get_by_role("main").get_by_role("button").click()
    visit.page.wait_for_url("**/answers/*")
    return visit.page.locator("[data-code]")


@pytest.mark.usefixtures("_codes_follow_fast")
def test_next_code_takes_the_place_of_the_former_while_the_clock_runs(
    visitor: Visitors, family: Family
) -> None:
    visit = visitor()
    code = show_own_code(visit, family)
    expect(code.locator("svg")).to_be_visible()
    first, clock = code.locator("svg").inner_html(), code.locator("[data-clock]").inner_text()

    visit.page.wait_for_timeout(3_500)

    assert code.locator("svg").inner_html() != first
    assert code.locator("[data-clock]").inner_text() != clock
    assert RotatingCode.objects.count() >= 2
    assert RotatingCode.objects.filter(voided_at=None).count() == 1
    assert Lookup.objects.count() == 1
    assert visit.page.locator("[data-code]").count() == 1


def test_code_is_large_enough_to_scan_and_stays_black_on_white(visitor: Visitors, family: Family) -> None:
    code = show_own_code(visitor(), family)
    box = code.locator("svg").bounding_box()
    assert box is not None
    assert box["width"] >= 200
    assert code.evaluate("each => getComputedStyle(each).backgroundColor") == "rgb(255, 255, 255)"


def test_code_leaves_with_the_panel_when_the_status_closes(
    visitor: Visitors, family: Family, time_machine: TimeMachineFixture
) -> None:
    visit = visitor()
    code = show_own_code(visit, family)
    expect(code).to_have_count(1)
    time_machine.shift(61)
    visit.page.reload()
    expect(code).to_have_count(0)


def test_page_without_script_shows_a_code_and_asks_to_be_loaded_again(
    visitor: Visitors, family: Family
) -> None:
    visit = visitor(java_script_enabled=False)
    code = show_own_code(visit, family)
    expect(code.locator("svg")).to_be_visible()
    expect(code.locator("[data-ended]")).to_be_hidden()
