"""Signing up and resetting in the browser, without script: the way through, and what each page says."""

import base64
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from identity import identity_check
from identity.face_match import LARGEST_PHOTO_BYTES
from identity.models import ApiSession, OneTimeCode, User
from identity.uploads import LARGEST_BODY_BYTES
from tests.identity.signing_up import (
    AT,
    E164,
    ELDER,
    MOBILE,
    NAME,
    NEW_PASSWORD,
    make_elder,
    other_code,
    photo,
    send_all,
)
from tests.makers import PASSWORD, make_account
from tests.messages import carrier, code_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("carried", "compared", "story_begins")]


@pytest.fixture
def browser() -> Client:
    return Client(headers={"Accept-Language": "en"})


def ask(browser: Client, path: str = "/sign-up") -> str:
    """Type the mobile number, and return the code that came."""
    response: Any = browser.post(path, {"mobile": MOBILE})
    assert (response.status_code, response.headers["Location"]) == (303, f"{path}/confirm")
    send_all()
    return code_in(carrier().taken[-1][1])


def filled(code: str, /, **change: Any) -> dict[str, Any]:
    typed: dict[str, Any] = {
        "code": code,
        "password": NEW_PASSWORD,
        "name": NAME,
        "document_type": "10",
        "document_number": ELDER.number,
        "photo": photo(),
    }
    return typed | change


def test_sign_up_leads_from_the_first_page_into_the_account(browser: Client) -> None:
    make_elder()
    assert 'href="/sign-up"' in browser.get("/").content.decode()
    assert 'href="/sign-up"' in browser.get("/sign-in").content.decode()
    code = ask(browser)
    page = browser.get("/sign-up/confirm").content.decode()
    assert "139*****071" in page
    assert 'enctype="multipart/form-data"' in page
    assert 'autocomplete="one-time-code"' in page
    assert 'autocomplete="new-password"' in page
    assert 'accept="image/jpeg,image/png"' in page
    response = browser.post("/sign-up/confirm", filled(code))
    assert (response.status_code, response.headers["Location"]) == (303, "/")
    assert "Signed in as 139*****071" in browser.get("/").content.decode()
    assert User.objects.get().person_id is not None
    # Whoever is signed in has nothing to sign up for.
    assert browser.get("/sign-up").status_code == 303


@pytest.mark.parametrize("path", ["/sign-up", "/password-reset"])
def test_number_is_kept_sealed_and_in_no_address(browser: Client, path: str) -> None:
    assert browser.post(path, {"mobile": MOBILE}).status_code == 303
    stored = Session.objects.get().get_decoded()
    [sealed] = [value for name, value in stored.items() if name.startswith("mobile for")]
    assert MOBILE not in str(stored)
    assert MOBILE.encode() not in base64.b64decode(sealed)
    assert MOBILE not in browser.get(f"{path}/confirm").content.decode()


@pytest.mark.parametrize("path", ["/sign-up", "/password-reset"])
def test_second_page_leads_to_the_first_without_a_number(browser: Client, path: str) -> None:
    response: Any = browser.get(f"{path}/confirm")
    assert (response.status_code, response.headers["Location"]) == (303, path)


@pytest.mark.parametrize("path", ["/sign-up", "/password-reset"])
def test_malformed_number_is_told_beside_its_field(browser: Client, path: str) -> None:
    response = browser.post(path, {"mobile": "12"})
    assert response.status_code == 400
    text = response.content.decode()
    assert "This is not a mobile number" in text
    assert 'href="#id_mobile"' in text
    assert OneTimeCode.objects.count() == 0


@pytest.mark.parametrize("path", ["/sign-up", "/password-reset"])
def test_taken_and_new_numbers_are_led_on_alike(path: str) -> None:
    make_account("+8613900000082", at=AT)
    pages = []
    for mobile in ("13900000081", "13900000082"):
        browser = Client(headers={"Accept-Language": "en"})
        assert browser.post(path, {"mobile": mobile}).status_code == 303
        text = browser.get(f"{path}/confirm").content.decode().replace(mobile[-3:], "000")
        pages.append(re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"', "", text))
    assert pages[0] == pages[1]


def test_wrong_code_and_wrong_identity_are_two_sentences_that_keep_what_was_typed(browser: Client) -> None:
    make_elder()
    code = ask(browser)
    wrong_code = browser.post("/sign-up/confirm", filled(other_code(code)))
    assert wrong_code.status_code == 400
    assert "The code was not accepted." in wrong_code.content.decode()
    wrong_face = browser.post("/sign-up/confirm", filled(code, photo=photo("somebody else")))
    assert wrong_face.status_code == 400
    text = wrong_face.content.decode()
    assert "Your identity could not be confirmed." in text
    assert "service counter" in text
    assert f'value="{NAME}"' in text
    assert NEW_PASSWORD not in text
    assert browser.post("/sign-up/confirm", filled(code)).status_code == 303


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("code", "12345", "The code has 6 digits."),
        ("password", "short", "at least 10 characters"),
        ("password", "8402957163048", "entirely numeric"),
        ("password", "x" * 201, "longer than 200 characters"),
        ("name", "", "The name is missing."),
        ("document_number", "", "The document number is missing."),
        ("photo", "", "The photo is missing."),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    browser: Client, field: str, value: str, sentence: str
) -> None:
    make_elder()
    code = ask(browser)
    response = browser.post("/sign-up/confirm", filled(code, **{field: value}))
    assert response.status_code == 400
    text = response.content.decode()
    assert sentence in text
    assert f'href="#id_{field}"' in text
    assert f'id="id_{field}_error"' in text
    assert OneTimeCode.objects.get().tries_left == 5
    assert browser.post("/sign-up/confirm", filled(code)).status_code == 303


def test_too_large_a_photo_is_told_beside_its_field_and_too_large_a_body_on_a_page(browser: Client) -> None:
    make_elder()
    code = ask(browser)
    large = photo()
    large.file.write(b"\0" * (LARGEST_PHOTO_BYTES + 1))
    large.seek(0)
    response = browser.post("/sign-up/confirm", filled(code, photo=large))
    assert response.status_code == 400
    assert "larger than 2 MB" in response.content.decode()
    huge = photo()
    huge.file.write(b"\0" * (LARGEST_BODY_BYTES + 1))
    huge.seek(0)
    response = browser.post("/sign-up/confirm", filled(code, photo=huge))
    assert response.status_code == 413
    assert "at most 2 MB" in response.content.decode()
    assert browser.post("/sign-up/confirm", filled(code)).status_code == 303


@pytest.mark.parametrize("path", ["/sign-up", "/password-reset"])
def test_page_says_that_faces_cannot_be_compared(browser: Client, settings: Any, path: str) -> None:
    person = make_elder()
    if path == "/password-reset":
        make_account(E164, at=AT, person=person)
    code = ask(browser, path)
    settings.FACE_MATCHER = "tests.faces.AwayMatcher"
    identity_check.matcher.cache_clear()
    response = browser.post(f"{path}/confirm", filled(code))
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "60"
    assert "Your code stays good." in response.content.decode()
    settings.FACE_MATCHER = "tests.faces.CountingMatcher"
    identity_check.matcher.cache_clear()
    assert browser.post(f"{path}/confirm", filled(code)).status_code == 303


def test_reset_leads_to_the_sign_in_and_says_so_once(browser: Client) -> None:
    owner = make_account(E164, at=AT, person=make_elder())
    elsewhere = Client()
    elsewhere.force_login(owner)
    assert elsewhere.get("/wards").status_code == 200
    assert 'href="/password-reset"' in browser.get("/sign-in").content.decode()
    code = ask(browser, "/password-reset")
    refused = browser.post("/password-reset/confirm", filled(code, photo=photo("somebody else")))
    assert refused.status_code == 400
    assert "The password was not changed." in refused.content.decode()
    response = browser.post("/password-reset/confirm", filled(code))
    assert (response.status_code, response.headers["Location"]) == (303, "/sign-in")
    assert "Your password is changed" in browser.get("/sign-in").content.decode()
    assert "Your password is changed" not in browser.get("/sign-in").content.decode()
    assert elsewhere.get("/wards").status_code == 302
    assert ApiSession.objects.count() == 0
    assert browser.post("/sign-in", {"mobile": MOBILE, "password": PASSWORD}).status_code == 400
    assert browser.post("/sign-in", {"mobile": MOBILE, "password": NEW_PASSWORD}).status_code == 302


def test_new_code_comes_from_the_first_page_again(
    browser: Client, story_begins: time_machine.Traveller
) -> None:
    make_elder()
    ask(browser)
    story_begins.shift(timedelta(minutes=1))
    assert browser.post("/sign-up", {"mobile": MOBILE}).status_code == 303
    send_all(AT + timedelta(minutes=1))
    newest = code_in(carrier().taken[-1][1])
    assert len(carrier().taken) == 2
    assert browser.post("/sign-up/confirm", filled(newest)).status_code == 303
