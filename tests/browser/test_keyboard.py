"""The whole way with Tab and Enter: focus is always seen, and lands where the work is."""

import pytest
from playwright.sync_api import Page, expect
from time_machine import TimeMachineFixture

from healthcode.verdict import StatusCode
from tests.browser.conftest import Visitors
from tests.browser.family import Family, make_family
from tests.browser.visit import Visit
from tests.lookup.api.story import AT
from tests.makers import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

GUARDIANS_MOBILE = "13900000002"
_FOCUS = """() => {
    const focused = document.activeElement, style = getComputedStyle(focused);
    const box = focused.getBoundingClientRect();
    return {
        nowhere: focused === document.body,
        name: focused.innerText || focused.name || focused.tagName,
        ringed: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        onScreen: box.width > 0 && box.top >= 0 && box.bottom <= innerHeight,
    };
}"""


@pytest.fixture(autouse=True)
def _clock(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(AT, tick=False)


@pytest.fixture
def family() -> Family:
    return make_family()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until something of this name has the focus, and see the focus at every stop."""
    # A key returns before the next page has its style sheet, and with it the ring.
    page.wait_for_load_state("load")
    passed = []
    for _ in range(20):
        page.keyboard.press("Tab")
        focus = page.evaluate(_FOCUS)
        if focus["nowhere"]:
            continue
        assert focus["ringed"], f"nothing shows that {focus['name']} has the focus"
        assert focus["onScreen"], f"{focus['name']} has the focus out of sight"
        if name in focus["name"]:
            return
        passed.append(focus["name"])
    raise AssertionError(f"Tab never came to {name}, but to {passed}")


def follow(visit: Visit, name: str, url: str) -> None:
    """Tab to a link or button and press Enter there."""
    tab_to(visit.page, name)
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url(url)


def test_keyboard_alone_leads_from_the_home_page_to_an_answer(visitor: Visitors, family: Family) -> None:
    guardian = visitor()
    keyboard = guardian.page.keyboard
    guardian.go("/")

    follow(guardian, "登录", "**/sign-in*")
    tab_to(guardian.page, "mobile")
    keyboard.type(GUARDIANS_MOBILE)
    tab_to(guardian.page, "password")
    keyboard.type(PASSWORD)
    keyboard.press("Enter")
    guardian.page.wait_for_url(f"{guardian.origin}/")
    follow(guardian, "助查询", "**/assisted")
    tab_to(guardian.page, "document_number")
    keyboard.type(family.number(StatusCode.UNKNOWN))
    follow(guardian, "查询", "**/answers/*")

    expect(guardian.panel).to_contain_text("暂不掌握")


def test_keyboard_skips_to_the_content(visitor: Visitors) -> None:
    visit = visitor()
    visit.go("/")

    tab_to(visit.page, "跳到正文")
    expect(visit.page.locator(".skip")).to_be_in_viewport()
    visit.page.keyboard.press("Enter")

    expect(visit.page.locator("main")).to_be_focused()
    tab_to(visit.page, "登录")


def test_keyboard_starts_in_the_field_after_a_wrong_number(visitor: Visitors, family: Family) -> None:
    guardian = visitor()
    guardian.keep_signed_in(family.guardian)
    guardian.go("/assisted")

    tab_to(guardian.page, "document_number")
    guardian.page.keyboard.type("119999201506150")
    guardian.page.keyboard.press("Enter")
    guardian.wait_for_refusal()

    expect(guardian.number).to_be_focused()
    expect(guardian.number).to_have_attribute("aria-invalid", "true")
    guardian.page.keyboard.press("Control+A")
    guardian.page.keyboard.type(family.number(StatusCode.GREEN))
    guardian.page.keyboard.press("Enter")
    guardian.page.wait_for_url("**/answers/*")


@pytest.mark.parametrize("path", ["/", "/sign-in"])
def test_keyboard_switches_the_language_and_stays_on_the_page(visitor: Visitors, path: str) -> None:
    visit = visitor()
    visit.go(path)

    tab_to(visit.page, "English")
    visit.page.keyboard.press("Enter")

    expect(visit.page.locator("html")).to_have_attribute("lang", "en")
    assert visit.page.url == visit.origin + path
    tab_to(visit.page, "中文")
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("html")).to_have_attribute("lang", "zh-Hans")


def test_keyboard_reaches_ask_again_only_after_the_panel_has_closed(
    visitor: Visitors, family: Family
) -> None:
    guardian = visitor()
    guardian.keep_signed_in(family.guardian)
    guardian.page.clock.install()
    guardian.ask(family.number(StatusCode.UNKNOWN))
    with pytest.raises(AssertionError, match="never came"):
        tab_to(guardian.page, "重新查询")

    guardian.page.clock.run_for(61_000)

    follow(guardian, "重新查询", "**/assisted")
