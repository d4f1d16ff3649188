"""Signing up by the API: what opens an account, what each class of failure is told, and what it leaves."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth.hashers import check_password

from identity import identity_check
from identity.keyring import mobile_key
from identity.models import ApiSession, IdentityAttempt, OneTimeCode, Person, User
from tests.conftest import STORY_BEGINS
from tests.faces import CountingMatcher
from tests.identity.sign_up_failures import (
    IDENTITY_FAILURES,
    arrange_number,
    attempts,
    prefix_of_elder,
    spoil_code,
)
from tests.identity.signing_up import (
    AT,
    E164,
    MOBILE,
    NAME,
    NEW_PASSWORD,
    ask_for_code,
    confirm,
    make_elder,
    photo,
    send_all,
    sign_up_fields,
)
from tests.lookup.api.calls import assert_documented, assert_problem, get, post, post_form
from tests.makers import PASSWORD, make_account, make_document, make_person
from tests.messages import carrier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("carried", "compared", "story_begins")]


def test_sign_up_makes_an_account_that_can_sign_in_and_registers_the_person() -> None:
    person = make_elder()
    response = confirm(ask_for_code())
    assert response.status_code == 201, response.content
    assert_documented(response, "confirm_sign_up")
    account = User.objects.get()
    assert (account.mobile_key, account.person_id) == (mobile_key(E164), person.person_key)
    assert (account.is_staff, account.is_active, account.joined_at) == (False, True, AT)
    assert check_password(NEW_PASSWORD, account.password)
    assert Person.objects.get().registered_at == AT
    assert post("sessions", {"mobile": MOBILE, "password": NEW_PASSWORD}).status_code == 201
    token = response.json()["token"]
    assert get("own-code", {"Authorization": f"Bearer {token}"}).status_code == 200
    assert IdentityAttempt.objects.count() == 0


def test_code_comes_to_the_number_and_stands_nowhere_in_the_open() -> None:
    code = ask_for_code()
    [(mobile, text)] = carrier().taken
    assert mobile == E164
    assert code in text
    row = OneTimeCode.objects.get()
    assert (row.expires_at, row.tries_left, row.sent_at) == (AT + timedelta(minutes=10), 5, AT)
    assert code.encode() not in bytes(row.code_sealed)
    assert code not in repr(row)


@pytest.mark.parametrize("kind", ["new", "taken", "staff", "over its limit"])
def test_asking_for_a_code_is_answered_alike_for_every_number(kind: str) -> None:
    arrange_number(kind)
    response = post("accounts", {"mobile": MOBILE}, {"Accept-Language": "en"})
    assert response.status_code == 202
    assert_documented(response, "sign_up")
    assert response.json() == {"expires_at": "2022-05-20T10:10:00+08:00"}
    send_all()
    texts = [text for _, text in carrier().taken]
    if kind == "over its limit":
        assert texts == []
    else:
        assert ["has an account already" in text for text in texts] == [kind != "new"]


def test_malformed_mobile_is_named() -> None:
    response = post("accounts", {"mobile": "12"})
    problem = assert_problem(response, 400, "invalid")
    assert [(error["field"], error["code"]) for error in problem["errors"]] == [("mobile", "malformed")]
    assert OneTimeCode.objects.count() == 0


@pytest.mark.parametrize(
    "kind",
    [
        *("wrong", "expired", "used", "replaced", "tried five times"),
        *("for a reset", "none", "decoy", "taken since"),
    ],
)
def test_every_failing_code_is_one_refusal_beside_its_success(
    kind: str, story_begins: time_machine.Traveller
) -> None:
    make_elder()
    code = ask_for_code()
    response = confirm(spoil_code(kind, code, story_begins))
    problem = assert_problem(response, 400, "not_confirmed")
    assert problem["errors"] == []
    assert_documented(response, "confirm_sign_up")
    assert not User.objects.filter(person__isnull=False).exists()
    assert IdentityAttempt.objects.count() == 0
    let_number_go()
    story_begins.move_to(AT + timedelta(hours=1))
    assert confirm(ask_for_code(at=AT + timedelta(hours=1))).status_code == 201


def test_code_is_good_until_its_last_millisecond(story_begins: time_machine.Traveller) -> None:
    make_elder()
    code = ask_for_code()
    story_begins.move_to(AT + timedelta(minutes=10) - timedelta(milliseconds=1))
    assert confirm(code).status_code == 201


def test_code_works_once() -> None:
    make_elder()
    code = ask_for_code()
    assert confirm(code).status_code == 201
    let_number_go()
    assert_problem(confirm(code), 400, "not_confirmed")


def let_number_go() -> None:
    """Make number and person free again, so that the code alone decides."""
    User.objects.update(mobile_key=uuid4(), person=None)


@pytest.mark.parametrize("cause", IDENTITY_FAILURES)
def test_every_failing_identity_is_one_refusal_and_uses_up_a_try(cause: str) -> None:
    make_elder()
    code = ask_for_code()
    what = IDENTITY_FAILURES[cause]()
    accounts, noted = User.objects.count(), IdentityAttempt.objects.count()
    response = confirm(code, **what)
    problem = assert_problem(response, 400, "identity_not_confirmed")
    assert problem["errors"] == []
    assert_documented(response, "confirm_sign_up")
    assert User.objects.count() == accounts
    assert IdentityAttempt.objects.count() == noted + 1
    assert OneTimeCode.objects.get().tries_left == 4
    assert ApiSession.objects.count() == 0


def test_code_stays_good_after_a_failed_identity() -> None:
    make_elder()
    code = ask_for_code()
    for _ in range(4):
        assert_problem(confirm(code, name="赵德水"), 400, "identity_not_confirmed")
    assert confirm(code).status_code == 201


def test_the_last_try_below_each_limit_still_opens() -> None:
    make_elder()
    code = ask_for_code()
    attempts(person_key=Person.objects.get().person_key, many=4)
    attempts(mobile_key=mobile_key(E164), many=9)
    attempts(prefix_key=prefix_of_elder(), many=19)
    assert confirm(code).status_code == 201


def test_limits_are_whole_again_the_next_day(story_begins: time_machine.Traveller) -> None:
    make_elder()
    attempts(person_key=Person.objects.get().person_key, mobile_key=mobile_key(E164), many=40)
    assert_problem(confirm(ask_for_code()), 400, "identity_not_confirmed")
    midnight = STORY_BEGINS.replace(hour=0) + timedelta(days=1)
    story_begins.move_to(midnight)
    assert confirm(ask_for_code(at=midnight)).status_code == 201


def test_unreadable_photo_is_named_and_costs_no_try() -> None:
    make_elder()
    code = ask_for_code()
    broken = photo()
    broken.file.write(b"nothing")
    broken.seek(0)
    problem = assert_problem(confirm(code, photo=broken), 400, "invalid")
    assert problem["errors"][0]["field"] == "photo"
    assert OneTimeCode.objects.get().tries_left == 5
    assert confirm(code).status_code == 201


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"mobile": "12"}, "mobile", "malformed"),
        ({"code": "12345"}, "code", "malformed"),
        ({"code": "abcdef"}, "code", "malformed"),
        ({"password": "short"}, "password", "password_unfit"),
        ({"password": "1234567890123"}, "password", "password_unfit"),
        ({"password": "password123"}, "password", "password_unfit"),
        ({"password": "x" * 201}, "password", "max_length"),
        ({"name": "李4"}, "name", "digits"),
        ({"document_number": "119999194506010079"}, "document_number", "wrong_check_digit"),
        ({"document_type": "99"}, "document_type", "unknown_type"),
        ({"remember": "1"}, "remember", "unknown_field"),
    ],
)
def test_field_that_is_wrong_is_named_before_anything_is_tried(
    change: dict[str, str], field: str, code: str
) -> None:
    make_elder()
    right = ask_for_code()
    response = confirm(right, **change)
    problem = assert_problem(response, 400, "invalid")
    assert [(error["field"], error["code"]) for error in problem["errors"]] == [(field, code)]
    assert OneTimeCode.objects.get().tries_left == 5
    assert CountingMatcher.comparisons == 0
    assert confirm(right).status_code == 201


def test_photo_must_be_there_and_the_form_in_parts() -> None:
    fields = sign_up_fields("123456")
    del fields["photo"]
    problem = assert_problem(post_form("accounts/confirm", fields), 400, "invalid")
    assert problem["errors"][0]["field"] == "photo"
    assert_problem(post("accounts/confirm", fields), 415, "unsupported_media_type")


def test_sign_up_waits_while_the_matcher_is_away(settings: Any) -> None:
    make_elder()
    code = ask_for_code()
    settings.FACE_MATCHER = "tests.faces.AwayMatcher"
    identity_check.matcher.cache_clear()
    response = confirm(code)
    assert_problem(response, 503, "matcher_away")
    assert response.headers["Retry-After"] == "60"
    settings.FACE_MATCHER = "tests.faces.CountingMatcher"
    identity_check.matcher.cache_clear()
    assert OneTimeCode.objects.get().tries_left == 5
    assert confirm(code).status_code == 201


def test_code_is_understood_as_people_type_it() -> None:
    make_elder()
    code = ask_for_code()
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    assert confirm(f" {wide[:3]} {wide[3:]}").status_code == 201


def test_password_of_an_existing_account_stays_when_somebody_signs_up_with_its_number() -> None:
    make_elder()
    make_account(E164, at=AT)
    assert post("accounts", {"mobile": MOBILE}).status_code == 202
    assert_problem(confirm("123456"), 400, "not_confirmed")
    assert post("sessions", {"mobile": MOBILE, "password": PASSWORD}).status_code == 201


def test_somebody_with_another_document_signs_up_with_it() -> None:
    passport_holder = make_person(make_document(sequence=5), at=AT, name=NAME)
    assert passport_holder.person_key != make_elder().person_key
    assert confirm(ask_for_code(), document_type="10").status_code == 201
