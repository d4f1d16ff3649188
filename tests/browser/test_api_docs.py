"""The API's documentation in Chromium: readable, and nothing on it needs a softer content security policy."""

from typing import Any

import pytest
from playwright.sync_api import sync_playwright

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def test_api_docs_show_every_operation_and_leave_the_console_empty(live_server: Any) -> None:
    said: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("requestfailed", lambda request: said.append(request.url))
        page.goto(f"{live_server.url}/api/docs/")
        page.wait_for_selector("#operations-device-check")
        operations = page.locator(".opblock").count()
        for operation in ("sessions-open_session", "citizen-ask_assisted", "device-check"):
            page.locator(f"#operations-{operation} button.opblock-summary-control").click()
            page.wait_for_selector(f"#operations-{operation} .responses-inner")
        page.locator(".authorize").first.click()
        page.wait_for_selector(".dialog-ux")
        browser.close()
    assert operations == 7
    assert said == []
