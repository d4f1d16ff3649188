"""What every page holds to, as findings in words: an empty list is a page in order."""

from collections.abc import Iterator
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.measures import keyboard_walk, measured, sideways
from tests.browser.visit import Visit

__all__ = ["findings", "sideways"]


def findings(visit: Visit) -> list[str]:
    """Return what is wrong with the page as it stands."""
    page = visit.page
    # A click returns before the next page has its style sheet, and a bare page measures wrong.
    page.wait_for_load_state("load")
    found = [
        *_head(visit),
        *measured(visit),
        *sideways(visit),
        *keyboard_walk(visit),
        *_axe_violations(visit),
    ]
    found += visit.heard
    visit.heard.clear()
    return [f"{visit.look}: {each}" for each in found]


def _axe_violations(visit: Visit) -> list[str]:
    """Return what axe has against the page, best practice included, with the elements."""
    if not visit.look.scripted:
        visit.let_scripts_run(True)
    violations: list[dict[str, Any]] = Axe().run(visit.page).response["violations"]
    if not visit.look.scripted:
        visit.let_scripts_run(False)
    return [
        f"axe {violation['id']}: {[node['target'] for node in violation['nodes']]}"
        for violation in violations
    ]


def _head(visit: Visit) -> Iterator[str]:
    page: Page = visit.page
    if page.locator("h1").count() != 1:
        yield f"{page.locator('h1').count()} first headings"
    if not page.title().split("·")[0].strip():
        yield "no title"
    html = page.locator("html")
    if html.get_attribute("lang") != visit.look.lang:
        yield f"lang is {html.get_attribute('lang')}"
    if html.get_attribute("data-edition") != visit.look.edition:
        yield f"the edition is {html.get_attribute('data-edition')}"
