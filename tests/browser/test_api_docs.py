"""The API's documentation in Chromium: readable, and nothing on it needs a softer content security policy."""

import pytest

from tests.browser.chromium import ENGLISH_DESK
from tests.browser.conftest import Visitors
from tests.lookup.api.calls import document

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_api_docs_show_every_operation_and_leave_the_console_empty(visitor: Visitors) -> None:
    reader = visitor(ENGLISH_DESK)
    reader.go("/api/docs/")
    reader.page.wait_for_selector("#operations-device-check")
    operations = reader.page.locator(".opblock").count()
    for operation in ("sessions-open_session", "citizen-ask_assisted", "device-check"):
        reader.page.locator(f"#operations-{operation} button.opblock-summary-control").click()
        reader.page.wait_for_selector(f"#operations-{operation} .responses-inner")
    reader.page.locator(".authorize").first.click()
    reader.page.wait_for_selector(".dialog-ux")
    assert operations == sum(len(methods) for methods in document()["paths"].values())
    assert reader.heard == []
