"""What every page holds to, as findings in words: an empty list is a page in order."""

from collections.abc import Iterator
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.visit import Visit

# What the ministry asks for pages that elders use: a finger hits it.
LEAST_TARGET_PX = 44

_TOO_SMALL = """least => Array.from(document.querySelectorAll("a[href], button, input:not([type=hidden])"))
    .filter(each => each.checkVisibility({visibilityProperty: true}))
    .filter(each => Math.min(each.offsetHeight, each.offsetWidth) < least)
    .map(each => [each, `${each.offsetWidth} x ${each.offsetHeight} px`])
    .map(([each, size]) => `${each.tagName} "${each.textContent.trim()}" is only ${size}`)"""
_SIDEWAYS = """() => Array.from(document.querySelectorAll("html, main, main *"))
    .filter(each => each.clientWidth > 0 && getComputedStyle(each).display !== "inline")
    .filter(each => !each.matches(".visually-hidden") && each.scrollWidth > each.clientWidth + 1)
    .map(each => `${each.tagName}.${each.className} is ${each.scrollWidth} px in ${each.clientWidth}`)"""


def findings(visit: Visit) -> list[str]:
    """Return what is wrong with the page as it stands."""
    page = visit.page
    # A click returns before the next page has its style sheet, and a bare page measures wrong.
    page.wait_for_load_state("load")
    found = [*_head(visit), *page.evaluate(_TOO_SMALL, LEAST_TARGET_PX), *sideways(visit)]
    found += [*_axe_violations(page), *visit.heard]
    visit.heard.clear()
    return [f"{visit.look}: {each}" for each in found]


def sideways(visit: Visit) -> list[str]:
    """Return what is wider than its place, so that somebody would have to scroll sideways."""
    wide: list[str] = visit.page.evaluate(_SIDEWAYS)
    return wide


def _axe_violations(page: Page) -> list[str]:
    """Return what axe has against the page, best practice included, with the elements."""
    violations: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"axe {violation['id']}: {[node['target'] for node in violation['nodes']]}"
        for violation in violations
    ]


def _head(visit: Visit) -> Iterator[str]:
    page = visit.page
    if page.locator("h1").count() != 1:
        yield f"{page.locator('h1').count()} first headings"
    if not page.title().split("·")[0].strip():
        yield "no title"
    lang = page.locator("html").get_attribute("lang")
    if lang != visit.look.lang:
        yield f"lang is {lang}"
