"""Signing in by page: one sentence for every failure, back to where one came from, out by POST alone."""

import re

import pytest
from django.test import Client

from tests.conftest import STORY_BEGINS
from tests.makers import PASSWORD, make_account

pytestmark = pytest.mark.django_db

RIGHT = {"mobile": "13900000001", "password": PASSWORD}
SENTENCE = "do not belong together"


@pytest.fixture
def browser() -> Client:
    return Client(headers={"Accept-Language": "en"})


@pytest.fixture(autouse=True)
def _account() -> None:
    make_account(at=STORY_BEGINS)


@pytest.mark.parametrize("mobile", ["13900000001", "+8613900000001", "139 0000 0001"])
def test_sign_in_leads_home_for_the_right_password(browser: Client, mobile: str) -> None:
    response = browser.post("/sign-in", RIGHT | {"mobile": mobile})

    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert "_auth_user_id" in browser.session


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "wrong horse battery"},
        {"mobile": "13900000002"},
        {"mobile": "not a number"},
        {"mobile": "\0"},
        {"mobile": "9" * 10_000},
        {"mobile": "😀"},
        {"mobile": "\u202e13900000001"},
        {"password": "\0" + PASSWORD},
        {"password": "😀" * 10_000},
        {"password": PASSWORD.upper()},
    ],
)
def test_sign_in_is_refused_with_one_sentence_for_every_cause(browser: Client, wrong: dict[str, str]) -> None:
    response = browser.post("/sign-in", RIGHT | wrong)

    assert response.status_code == 400
    assert without_what_was_typed(response) == without_what_was_typed(
        browser.post("/sign-in", RIGHT | {"password": "another wrong one"})
    )
    assert SENTENCE in response.content.decode()
    assert "_auth_user_id" not in browser.session


def test_sign_in_is_refused_alike_when_the_account_is_closed(browser: Client) -> None:
    make_account("+8613900000002", at=STORY_BEGINS, is_active=False)

    response = browser.post("/sign-in", RIGHT | {"mobile": "13900000002"})

    assert response.status_code == 400
    assert SENTENCE in response.content.decode()


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [("mobile", "The mobile number is missing."), ("password", "The password is missing.")],
)
def test_sign_in_names_the_field_when_it_is_empty(browser: Client, missing: str, sentence: str) -> None:
    page = browser.post("/sign-in", RIGHT | {missing: ""}).content.decode()

    error = re.search(rf'id="id_{missing}_error">(.*?)</p>', page, re.S)
    assert error is not None
    assert sentence in error.group(1)
    assert page.count(" autofocus") == 1


def test_sign_in_never_shows_a_password_again(browser: Client) -> None:
    assert "wrong horse" not in browser.post("/sign-in", RIGHT | {"password": "wrong horse"}).content.decode()


def test_sign_in_leads_back_to_where_one_came_from(browser: Client) -> None:
    assert browser.post("/sign-in", RIGHT | {"next": "/assisted"}).headers["Location"] == "/assisted"


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_sign_in_leads_home_when_next_is_elsewhere(browser: Client, elsewhere: str) -> None:
    assert browser.post("/sign-in", RIGHT | {"next": elsewhere}).headers["Location"] == "/"


def test_sign_in_page_is_skipped_when_signed_in(browser: Client) -> None:
    browser.post("/sign-in", RIGHT)
    assert browser.get("/sign-in").headers["Location"] == "/"


def test_sign_out_needs_a_post(browser: Client) -> None:
    browser.post("/sign-in", RIGHT)

    assert browser.get("/sign-out").status_code == 405
    assert "_auth_user_id" in browser.session

    assert browser.post("/sign-out").headers["Location"] == "/"
    assert "_auth_user_id" not in browser.session


def test_sign_in_is_refused_without_its_token() -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.post("/sign-in", RIGHT).status_code == 403
    assert "_auth_user_id" not in browser.session


def without_what_was_typed(response) -> str:
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
    return re.sub(r'(name="mobile") value="[^"]*"', r"\1", page)
