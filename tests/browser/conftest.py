"""One Chromium for all tests, and a browser of its own for everybody who visits."""

import os
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser.chromium import CHINESE_PHONE, ChromiumMissing, Look, start
from tests.browser.visit import Visit, begin


class Visitors(Protocol):
    """What the fixture ``visitor`` is: called, it opens a browser with nothing in it."""

    def __call__(self, look: Look = ..., **options: Any) -> Visit: ...


@pytest.fixture(scope="session")
def playwright_of_session() -> Iterator[Playwright]:
    """Playwright, once."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright runs an event loop in this thread, and Django then refuses the ORM to the tests.
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "yes")
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright_of_session: Playwright) -> Iterator[Browser]:
    """Start Chromium once; a failure says what to install."""
    try:
        browser = start(playwright_of_session)
    except ChromiumMissing as missing:
        pytest.fail(str(missing), pytrace=False)
    yield browser
    browser.close()


@pytest.fixture
def visitor(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Visit]]:
    """Open browsers against the running server; whatever one said that it should not fails the test."""
    visits: list[Visit] = []

    def visit(look: Look = CHINESE_PHONE, **options: Any) -> Visit:
        visits.append(begin(chromium, live_server.url, look, **options))
        return visits[-1]

    yield visit
    for each in visits:
        each.context.close()
    assert [said for each in visits for said in each.heard] == []
