"""What every page has: language and its switch, headers, one heading, no script needed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.lookup.api.story import AT, make_child, make_guardian
from tests.lookup.web.pages import ask_and_read, text_of
from tests.makers import make_account, make_document, make_person, mark_feeds_read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAGES: dict[str, Callable[[Client], Any]] = {
    "home": lambda browser: browser.get("/"),
    "sign-in": lambda browser: Client().get("/sign-in", headers={"Accept-Language": "en"}),
    "sign-in refused": lambda browser: Client(headers={"Accept-Language": "en"}).post("/sign-in", {}),
    "own code": lambda browser: browser.get("/own-code"),
    "own code refused": lambda browser: browser.post("/own-code"),
    "assisted": lambda browser: browser.get("/assisted"),
    "third-party": lambda browser: browser.get("/third-party"),
    "third-party refused": lambda browser: browser.post("/third-party", {}),
    "records-of": lambda browser: browser.get("/records-of"),
    "assisted refused": lambda browser: browser.post("/assisted", {"document_number": "1"}),
    "answer": lambda browser: ask_and_read(browser, make_guardian(make_child(has_face=False))),
    "not found": lambda browser: browser.get("/nowhere"),
}
each_page = pytest.mark.parametrize("open_page", PAGES.values(), ids=PAGES.keys())


@pytest.fixture
def visitor(browser: Client) -> Client:
    browser.force_login(make_account(at=AT))
    return browser


@each_page
def test_page_has_one_heading_landmarks_and_a_title(visitor: Client, open_page) -> None:
    page = open_page(visitor).content.decode()

    assert len(re.findall(r"<h1[ >]", page)) == 1
    assert re.search(r"<title>[^<\n]+ · Health Kit Proxy</title>", page)
    for landmark in ("<header", '<main id="main"', "<footer", 'class="skip" href="#main"'):
        assert landmark in page
    assert '<html lang="en" ' in page
    assert 'name="language" value="zh-hans" lang="zh-Hans"' in page


@each_page
def test_page_is_kept_by_no_cache_and_runs_only_our_own_files(visitor: Client, open_page) -> None:
    response = open_page(visitor)
    page = response.content.decode()

    assert "no-store" in response.headers["Cache-Control"]
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r" on\w+=| style=|javascript:", page)
    assert not re.search(r"<script(?![^>]* src=\"/static/)", page)
    assert not re.search(r"(src|href|action)=\"(https?:)?//", page)
    for nonce in re.findall(r'<style nonce="([^"]+)"', page):
        assert f"'nonce-{nonce}'" in policy


@pytest.mark.parametrize(
    ("accepted", "lang", "word"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans", "您想查询什么"),
        ("zh-TW", "zh-Hans", "您想查询什么"),
        ("en-GB,en;q=0.9", "en", "What would you like to know"),
        ("fr", "zh-Hans", "您想查询什么"),
        ("", "zh-Hans", "您想查询什么"),
    ],
)
def test_page_speaks_the_browsers_language(accepted: str, lang: str, word: str) -> None:
    response = Client(headers={"Accept-Language": accepted}).get("/")

    assert f'<html lang="{lang}" ' in response.content.decode()
    assert word in text_of(response)


def test_switch_wins_over_the_browser_and_keeps_the_place(visitor: Client) -> None:
    response = visitor.post("/language", {"language": "zh-hans", "next": "/assisted"})

    assert (response.status_code, response.headers["Location"]) == (302, "/assisted")
    switched = visitor.get("/assisted")
    assert "老幼健康码助查询" in text_of(switched)
    assert 'name="language" value="en" lang="en"' in switched.content.decode()


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_switch_leads_nowhere_else(visitor: Client, elsewhere: str) -> None:
    response = visitor.post("/language", {"language": "en", "next": elsewhere})
    assert "example" not in response.headers["Location"]
    assert "alert" not in response.headers["Location"]


def test_home_says_who_is_signed_in_with_a_masked_number(visitor: Client) -> None:
    words = text_of(visitor.get("/"))

    assert "Signed in as 139*****001" in words
    assert "13900000001" not in words


def test_home_leads_to_every_service(visitor: Client) -> None:
    page = visitor.get("/").content.decode()

    for address in ("assisted", "third-party", "records-of", "own-code", "wards", "who-looked", "notices"):
        assert f'href="/{address}"' in page.partition("<main")[2]


def test_home_offers_to_sign_in_when_nobody_is(browser: Client) -> None:
    page = browser.get("/").content.decode()

    assert 'href="/sign-in"' in page
    assert 'href="/sign-up"' in page
    assert "/sign-out" not in page


def test_own_code_leads_to_an_answer_that_is_shown_again(browser: Client) -> None:
    mark_feeds_read(AT)
    browser.force_login(make_account(at=AT, person=make_person(make_document(), at=AT)))

    sent = browser.post("/own-code")
    page = browser.get(sent.headers["Location"])

    assert (sent.status_code, page.status_code) == (303, 200)
    assert "No abnormality found" in text_of(page)
    assert 'action="/own-code"' in page.content.decode()


def test_own_code_explains_when_the_account_is_nobodys(visitor: Client) -> None:
    response = visitor.post("/own-code")

    assert response.status_code == 403
    assert "have your identity verified" in text_of(response)


@pytest.mark.parametrize("address", ["/own-code", "/assisted", "/third-party", "/records-of"])
def test_page_asks_to_sign_in_when_nobody_is(browser: Client, address: str) -> None:
    response = browser.get(address)
    assert (response.status_code, response.headers["Location"]) == (302, f"/sign-in?next={address}")
