"""Reading pages the way a person does: text without markup, headings, and what a form would send."""

import re
from html import unescape
from typing import Any

from django.test import Client

from identity.models import User
from tests.lookup.api.story import CHILD

_VARIABLE = (
    (re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"'), "CSRF"),
    (re.compile(r'nonce="[^"]+"'), "NONCE"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"), "ID"),
    (re.compile(r"\b\d\d:\d\d(:\d\d)?\b"), "TIME"),
)


def text_of(response: Any) -> str:
    """Return the words of a page, as they stand on it."""
    markup = re.sub(r"<(style|script).*?</\1>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", markup))).strip()


def section_of(response: Any, css_class: str) -> str | None:
    """Return the markup of the section with a class, or None."""
    pattern = rf'<section class="{css_class}[^"]*".*?</section>'
    found = re.search(pattern, response.content.decode(), flags=re.S)
    return found.group() if found else None


def without_variable_parts(response: Any) -> str:
    """Return a page with token, nonce, id and times replaced (docs/domain.md, 4)."""
    page = response.content.decode()
    for pattern, name in _VARIABLE:
        page = pattern.sub(name, page)
    return page


def ask(browser: Client, asker: User, number: str = CHILD["document_number"]) -> Any:
    """Sign in, send the form, and return the response before any redirect is followed."""
    browser.force_login(asker)
    return browser.post("/assisted", {"document_number": number})


def ask_and_read(browser: Client, asker: User, number: str = CHILD["document_number"]) -> Any:
    """Send the form and return the page that the redirect leads to."""
    sent = ask(browser, asker, number)
    assert sent.status_code == 303, text_of(sent)
    return browser.get(sent.headers["Location"])
