"""Guessing passwords is slowed down, for numbers without an account too; the owner always has a way in."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt
from django.db import connection
from django.test import Client

from identity import lock_out
from identity.keyring import mobile_key
from tests.canaries import sightings
from tests.identity.signing_up import AT, E164, MOBILE
from tests.lookup.api.calls import assert_documented, assert_problem, post
from tests.makers import PASSWORD, make_account, make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("story_begins")]

USERNAME = mobile_key(E164).hex
HOME, ELSEWHERE = "203.0.113.7", "198.51.100.9"
WRONG = "a wrong password"


def sign_in(password: str = PASSWORD, *, mobile: str = MOBILE, address: str = HOME) -> Any:
    return post("sessions", {"mobile": mobile, "password": password}, REMOTE_ADDR=address)


def fail(many: int, *, mobile: str = MOBILE, address: str = HOME) -> None:
    """Take places as that many wrong passwords do, without the time that each of them costs."""
    username = lock_out.username_of(None, {"username": mobile})
    for _ in range(many):
        assert lock_out.take_place(username, address, at=AT)


@pytest.mark.parametrize("has_account", [True, False])
def test_tenth_failure_is_the_last_with_or_without_an_account(has_account: bool) -> None:
    if has_account:
        make_account(E164, at=AT)
    fail(9)
    assert_problem(sign_in(WRONG), 401, "wrong_credentials")
    response = sign_in(PASSWORD)
    problem = assert_problem(response, 429, "too_many_attempts")
    assert_documented(response, "open_session")
    assert response.headers["Retry-After"] == "900"
    assert problem["errors"] == []


def test_right_password_opens_before_the_limit_and_gives_the_tries_back() -> None:
    make_account(E164, at=AT)
    fail(9)
    assert sign_in().status_code == 201
    assert AccessAttempt.objects.count() == 0
    fail(9)
    assert sign_in().status_code == 201


def test_owner_gets_in_from_another_address_and_after_a_while(
    story_begins: time_machine.Traveller,
) -> None:
    make_account(E164, at=AT)
    fail(10)
    assert_problem(sign_in(), 429, "too_many_attempts")
    assert sign_in(address=ELSEWHERE).status_code == 201
    story_begins.move_to(AT + timedelta(minutes=15) - timedelta(milliseconds=1))
    response = sign_in()
    assert_problem(response, 429, "too_many_attempts")
    assert response.headers["Retry-After"] == "1"
    story_begins.move_to(AT + timedelta(minutes=15))
    assert sign_in().status_code == 201


def test_asking_while_locked_out_makes_the_wait_no_longer(story_begins: time_machine.Traveller) -> None:
    make_account(E164, at=AT)
    fail(10)
    for minute in range(1, 15):
        story_begins.move_to(AT + timedelta(minutes=minute))
        assert_problem(sign_in(WRONG), 429, "too_many_attempts")
    story_begins.move_to(AT + timedelta(minutes=15))
    assert_problem(sign_in(WRONG), 401, "wrong_credentials")
    assert sign_in().status_code == 201


def test_another_number_at_the_same_address_is_not_touched() -> None:
    make_account(E164, at=AT)
    fail(10, mobile="13900000078")
    assert sign_in().status_code == 201


def test_attack_from_many_addresses_is_slowed_and_the_owner_still_gets_in() -> None:
    make_account(E164, at=AT)
    for number in range(5):
        fail(10, address=f"192.0.2.{number}")
    fail(3, address="192.0.2.99")
    assert not lock_out.take_place(USERNAME, "192.0.2.99", at=AT)
    assert_problem(sign_in(address="192.0.2.99"), 429, "too_many_attempts")
    assert_problem(sign_in(WRONG), 401, "wrong_credentials")
    assert sign_in().status_code == 201


def test_attack_is_over_an_hour_later() -> None:
    for number in range(5):
        fail(10, address=f"192.0.2.{number}")
    later = AT + timedelta(hours=1)
    assert [lock_out.take_place(USERNAME, HOME, at=later) for _ in range(11)] == [True] * 10 + [False]


def test_forty_nine_failures_are_no_attack_yet() -> None:
    for number in range(4):
        fail(10, address=f"192.0.2.{number}")
    fail(5, address="192.0.2.9")
    fail(4)
    assert lock_out.take_place(USERNAME, HOME, at=AT)  # counted: now they are fifty
    assert not lock_out.take_place(USERNAME, HOME, at=AT)


def test_rotating_header_changes_no_address(settings: Any) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    make_account(E164, at=AT)
    fail(10, address=ELSEWHERE)
    for number in range(3):
        response = post(
            "sessions",
            {"mobile": MOBILE, "password": PASSWORD},
            {"X-Forwarded-For": f"192.0.2.{number}, {ELSEWHERE}"},
        )
        assert_problem(response, 429, "too_many_attempts")
    response = post("sessions", {"mobile": MOBILE, "password": PASSWORD}, {"X-Forwarded-For": HOME})
    assert response.status_code == 201


def test_addresses_of_one_ipv6_network_are_one() -> None:
    fail(10, address="2001:db8:0:1::1")
    assert not lock_out.take_place(USERNAME, "2001:db8:0:1:ffff::9", at=AT)
    assert lock_out.take_place(USERNAME, "2001:db8:0:2::1", at=AT)


def test_page_says_how_to_get_in() -> None:
    make_account(E164, at=AT)
    fail(10, address="127.0.0.1")
    browser = Client(headers={"Accept-Language": "en"})
    response = browser.post("/sign-in", {"mobile": MOBILE, "password": PASSWORD})
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "900"
    assert response.headers["Cache-Control"] == "no-store"
    text = response.content.decode()
    assert "reset the password with a code" in text
    assert "on another device" in text
    assert 'href="/password-reset"' in text
    assert browser.get("/wards").status_code == 302


def test_page_lets_the_owner_in_and_gives_the_tries_back() -> None:
    make_account(E164, at=AT)
    fail(9, address="127.0.0.1")
    browser = Client()
    assert browser.post("/sign-in", {"mobile": MOBILE, "password": PASSWORD}).status_code == 302
    assert AccessAttempt.objects.count() == 0


def test_sign_in_to_the_admin_is_counted_as_well() -> None:
    make_staff(E164, at=AT)
    fail(10, address="127.0.0.1")
    credentials = {"username": E164, "password": PASSWORD}
    assert Client().post("/admin/login/", credentials).status_code == 429
    lock_out.forgive(mobile_key(E164))
    assert Client().post("/admin/login/?next=/admin/", credentials).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_tries_at_once_never_pass_the_limit() -> None:
    def take(_number: int) -> bool:
        try:
            return lock_out.take_place(USERNAME, HOME, at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(take, range(200))) == 10


def test_neither_tables_nor_logs_hold_number_password_or_request(caplog: pytest.LogCaptureFixture) -> None:
    make_account(E164, at=AT)
    caplog.set_level(logging.DEBUG)
    browser = Client(headers={"User-Agent": "Kanarienvogel/1.0", "Accept": "text/kanarienvogel, text/html"})
    secrets = [MOBILE, E164, USERNAME, "Kanarienvogel", "kanarienvogel", WRONG, "192.0.2.77"]
    fail(8, address="192.0.2.77")
    for path in ("/sign-in?kanarienvogel=1", "/admin/login/?q=kanarienvogel"):
        typed = {"mobile": MOBILE, "username": MOBILE, "password": WRONG, "note": "Kanarienvogel"}
        assert browser.post(path, typed, REMOTE_ADDR="192.0.2.77").status_code in (200, 400)
    assert_problem(sign_in(WRONG, address="192.0.2.77"), 429, "too_many_attempts")
    assert sign_in(address=ELSEWHERE).status_code == 201
    of_axes = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith("axes"))
    assert sightings(of_axes, [*secrets, ELSEWHERE]) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM axes_accessattempt t")
        [[row]] = cursor.fetchall()
        # Key and address are what is counted; of the request nothing else stays.
        assert sightings(row, set(secrets) - {USERNAME, "192.0.2.77"}) == []
        for table in ("axes_accesslog", "axes_accessfailurelog"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,)
