"""Opening and closing a session by HTTP, and which bearer tokens are good."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from civil_time import SHANGHAI
from identity.models import ApiSession, User
from tests.lookup.api.calls import assert_documented, assert_problem, bearer, post
from tests.makers import PASSWORD, make_account

pytestmark = pytest.mark.django_db

AT = datetime(2022, 6, 10, 10, 0, tzinfo=SHANGHAI)
SIGN_IN = {"mobile": "13900000001", "password": PASSWORD}


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def close(headers: dict[str, str] | None = None) -> Any:
    return Client().delete("/api/v1/sessions/current", headers=headers)


def test_session_opens_for_the_right_password() -> None:
    account = make_account(at=AT)
    response = post("sessions", SIGN_IN)
    assert response.status_code == 201
    assert response.json()["expires_at"] == "2022-06-10T22:00:00+08:00"
    assert ApiSession.objects.get().user == account
    assert_documented(response, "open_session")
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("mobile", ["13900000001", "+8613900000001", "139 0000 0001", "+86 139-0000-0001"])
def test_session_opens_however_the_number_is_written(mobile: str) -> None:
    make_account(at=AT)
    assert post("sessions", SIGN_IN | {"mobile": mobile}).status_code == 201


def test_session_is_refused_alike_for_every_cause() -> None:
    make_account(at=AT)
    make_account("+8613900000002", at=AT, is_active=False)
    causes = [
        SIGN_IN | {"password": "wrong password"},
        SIGN_IN | {"mobile": "13900000003"},
        SIGN_IN | {"mobile": "13900000002"},
        SIGN_IN | {"mobile": "not a number"},
        SIGN_IN | {"mobile": "1\u200b3900000001"},
        SIGN_IN | {"mobile": "ａｂｃ"},
    ]
    responses = [post("sessions", cause) for cause in causes]
    for response in responses:
        assert_problem(response, 401, "wrong_credentials")
        assert response.headers["WWW-Authenticate"] == 'Bearer realm="healthkit"'
        assert_documented(response, "open_session")
    assert len({response.content for response in responses}) == 1
    assert ApiSession.objects.count() == 0
    assert post("sessions", SIGN_IN).status_code == 201


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"mobile": 13900000001}, "mobile", "invalid"),
        ({"mobile": None}, "mobile", "null"),
        ({"mobile": ""}, "mobile", "blank"),
        ({"mobile": ["13900000001"]}, "mobile", "invalid"),
        ({"mobile": "1" * 31}, "mobile", "max_length"),
        ({"password": True}, "password", "invalid"),
        ({"password": 12345678901}, "password", "invalid"),
        ({"password": "x" * 201}, "password", "max_length"),
        ({"remember": True}, "remember", "unknown_field"),
        ({"Pass Word": "x"}, "non_field_errors", "unknown_field"),
    ],
)
def test_session_names_the_field_that_is_wrong(change: dict[str, Any], field: str, code: str) -> None:
    make_account(at=AT)
    response = post("sessions", SIGN_IN | change)
    problem = assert_problem(response, 400, "invalid")
    assert [(error["field"], error["code"]) for error in problem["errors"]] == [(field, code)]
    assert_documented(response, "open_session")
    assert ApiSession.objects.count() == 0


def test_session_keeps_the_spaces_of_a_password() -> None:
    User.objects.create_user("+8613900000004", "  spaces around it ", joined_at=AT)
    sign_in = {"mobile": "13900000004", "password": "  spaces around it "}
    assert post("sessions", sign_in).status_code == 201
    assert post("sessions", sign_in | {"password": "spaces around it"}).status_code == 401


def test_closed_session_is_dead_and_the_other_lives() -> None:
    account = make_account(at=AT)
    one, other = bearer(account, at=AT), bearer(account, at=AT)
    response = close(one)
    assert (response.status_code, response.content) == (204, b"")
    assert_documented(response, "close_session")
    assert_problem(close(one), 401, "invalid_token")
    assert close(other).status_code == 204
    assert ApiSession.objects.count() == 0


def test_token_lives_for_twelve_hours() -> None:
    headers = bearer(make_account(at=AT), at=AT)
    with time_machine.travel(AT + timedelta(hours=12), tick=False):
        assert_problem(close(headers), 401, "invalid_token")
    with time_machine.travel(AT + timedelta(hours=12, milliseconds=-1), tick=False):
        assert close(headers).status_code == 204


def test_token_of_a_closed_account_is_dead() -> None:
    account = make_account(at=AT)
    headers = bearer(account, at=AT)
    User.objects.update(is_active=False)
    assert_problem(close(headers), 401, "invalid_token")
    User.objects.update(is_active=True)
    assert close(headers).status_code == 204


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "not_authenticated"),
        ("", "not_authenticated"),
        ("Basic dXNlcjpwYXNz", "not_authenticated"),
        ("Api-Key abcdefgh.ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", "not_authenticated"),
        ("Bearer", "invalid_token"),
        ("Bearer ", "invalid_token"),
        ("Bearer abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "invalid_token"),
        ("Bearer abcdefghijklmnopqrstuvwxyz0123456789ABCDEFé", "invalid_token"),
        ("Bearer abcdefghijklmnopqrstuvwxyz0123456789 ABCDEF", "invalid_token"),
        ("Bearer " + "a" * 10_000, "invalid_token"),
    ],
)
def test_call_needs_a_bearer_token(header: str | None, code: str) -> None:
    good = bearer(make_account(at=AT), at=AT)
    response = close({} if header is None else {"Authorization": header})
    assert_problem(response, 401, code)
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="healthkit"'
    assert_documented(response, "close_session")
    assert close({"Authorization": good["Authorization"].replace("Bearer", "bearer")}).status_code == 204


def test_session_cookie_of_the_pages_opens_nothing_here() -> None:
    account = make_account(at=AT)
    client = Client()
    client.force_login(account)
    assert_problem(client.get("/api/v1/own-code"), 401, "not_authenticated")
    assert client.delete("/api/v1/sessions/current", headers=bearer(account, at=AT)).status_code == 204
