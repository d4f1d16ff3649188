"""Resetting by the API: code, document and face of the owner open it, and nothing less does."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from identity import lock_out
from identity.keyring import mobile_key, prefix_key
from identity.models import ApiSession, IdentityAttempt, Notice, OneTimeCode, Person, User
from tests.identity.signing_up import (
    AT,
    E164,
    ELDER,
    MOBILE,
    NEW_PASSWORD,
    ask_for_code,
    confirm_reset,
    make_elder,
    other_code,
    photo,
    send_all,
)
from tests.lookup.api.calls import assert_documented, assert_problem, bearer, get, post
from tests.makers import PASSWORD, make_account, make_document, make_person, make_staff
from tests.messages import carrier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("carried", "compared", "story_begins")]

RESETS = "password-resets"


def make_owner() -> User:
    return make_account(E164, at=AT, person=make_elder())


def sign_in(password: str) -> Any:
    return post("sessions", {"mobile": MOBILE, "password": password})


def test_reset_changes_the_password_closes_every_session_and_tells_the_owner() -> None:
    owner = make_owner()
    token, browser = bearer(owner, at=AT), Client()
    assert browser.post("/sign-in", {"mobile": MOBILE, "password": PASSWORD}).status_code == 302
    assert browser.get("/wards").status_code == 200
    response = confirm_reset(ask_for_code(RESETS))
    assert (response.status_code, response.content) == (204, b"")
    assert_documented(response, "confirm_password_reset")
    assert_problem(get("own-code", token), 401, "invalid_token")
    assert browser.get("/wards").status_code == 302
    assert_problem(sign_in(PASSWORD), 401, "wrong_credentials")
    assert sign_in(NEW_PASSWORD).status_code == 201
    notice = Notice.objects.get()
    assert (notice.recipient_id, notice.kind) == (owner.id, Notice.Kind.PASSWORD_CHANGED)


def test_reset_lifts_the_lock_out_at_every_address() -> None:
    make_owner()
    username = mobile_key(E164).hex
    for address in ("127.0.0.1", "198.51.100.7"):
        for _ in range(10):
            assert lock_out.take_place(username, address, at=AT)
    assert_problem(sign_in(PASSWORD), 429, "too_many_attempts")
    assert confirm_reset(ask_for_code(RESETS)).status_code == 204
    assert sign_in(NEW_PASSWORD).status_code == 201
    assert lock_out.take_place(username, "198.51.100.7", at=AT)


@pytest.mark.parametrize("kind", ["citizen", "none", "staff", "switched off", "over its limit"])
def test_asking_for_a_code_is_answered_alike_for_every_number(kind: str) -> None:
    match kind:
        case "citizen" | "over its limit":
            make_owner()
        case "staff":
            make_staff(E164, at=AT)
        case "switched off":
            make_account(E164, at=AT, person=make_elder(), is_active=False)
    if kind == "over its limit":
        for hour in range(5):
            with time_machine.travel(AT - timedelta(hours=5 - hour), tick=False):
                post(RESETS, {"mobile": MOBILE})
        OneTimeCode.objects.update(sent_at=AT)
    response = post(RESETS, {"mobile": MOBILE}, {"Accept-Language": "en"})
    assert response.status_code == 202
    assert_documented(response, "reset_password")
    assert response.json() == {"expires_at": "2022-05-20T10:10:00+08:00"}
    send_all()
    texts = [text for _, text in carrier().taken]
    if kind == "over its limit":
        assert texts == []
    else:
        assert ["your code" in text for text in texts] == [kind == "citizen"]


def _account(**values: Any) -> Callable[[], dict[str, Any]]:
    def change() -> dict[str, Any]:
        User.objects.filter(mobile_key=mobile_key(E164)).update(**values)
        return {}

    return change


def _person(**values: Any) -> Callable[[], dict[str, Any]]:
    def change() -> dict[str, Any]:
        Person.objects.update(**values)
        return {}

    return change


def _codes(**values: Any) -> Callable[[], dict[str, Any]]:
    def change() -> dict[str, Any]:
        OneTimeCode.objects.update(**values)
        return {}

    return change


def _another_person() -> dict[str, Any]:
    document = make_document(sequence=9)
    person = Person.objects.get()
    make_person(document, at=AT, face_reference=person.face_reference)
    return {"document_number": document.number}


def _attempts(many: int, *, about: Any = None) -> dict[str, Any]:
    for number in range(many):
        key = mobile_key(f"someone {number}") if about is None else about
        IdentityAttempt.objects.create(
            person_key=key, mobile_key=mobile_key(E164), prefix_key=prefix_key(ELDER), failed_at=AT
        )
    return {}


FAILURES: dict[str, Callable[[], dict[str, Any]]] = {
    "code wrong": _codes(code_sealed=b""),
    "code expired": _codes(expires_at=AT + timedelta(microseconds=1), created_at=AT - timedelta(minutes=10)),
    "code used": _codes(used_at=AT),
    "code out of tries": _codes(tries_left=0),
    "code for a sign-up": _codes(purpose=OneTimeCode.Purpose.SIGN_UP),
    "decoy": _codes(is_decoy=True),
    "no account any more": _account(mobile_key=mobile_key("+8613900000079")),
    "switched off": _account(is_active=False),
    "staff without a person": _account(person=None, is_staff=True, staff_name="Colleague"),
    "staff with a person": _account(is_staff=True, staff_name="Colleague"),
    "number in no record": lambda: {"document_number": make_document(sequence=99).number},
    "document of somebody else with the same face": _another_person,
    "face differs": lambda: {"photo": photo("somebody else")},
    "no face on file": _person(face_reference="", card_issued_on=None),
    "dead": _person(died_on=AT.date()),
    "withdrawn": _person(withdrawn=True),
    "over the limit of the mobile": lambda: _attempts(10),
    "over the limit with this person": lambda: _attempts(5, about=Person.objects.get().person_key),
}


@pytest.mark.parametrize("cause", FAILURES)
def test_every_failure_is_one_refusal_that_changes_nothing(
    cause: str, story_begins: time_machine.Traveller
) -> None:
    make_owner()
    code = ask_for_code(RESETS)
    before = ApiSession.objects.count()
    if cause == "code wrong":
        response = confirm_reset(other_code(code))
    else:
        what = FAILURES[cause]()
        story_begins.shift(timedelta(microseconds=1))
        response = confirm_reset(code, **what)
    problem = assert_problem(response, 400, "not_confirmed")
    assert problem["errors"] == []
    assert_documented(response, "confirm_password_reset")
    assert all(account.check_password(PASSWORD) for account in User.objects.all())
    assert (ApiSession.objects.count(), Notice.objects.count()) == (before, 0)


def test_mobile_number_that_went_to_somebody_else_opens_nothing() -> None:
    """Whoever holds the number now proves a document and face of their own, and is refused."""
    make_owner()
    newcomer = make_document(sequence=12)
    make_person(newcomer, at=AT, face_reference=Person.objects.get().face_reference)
    code = ask_for_code(RESETS)
    assert_problem(confirm_reset(code, document_number=newcomer.number), 400, "not_confirmed")
    assert sign_in(PASSWORD).status_code == 201
    assert confirm_reset(code).status_code == 204


def test_failed_sign_ups_of_strangers_shut_no_owner_out_of_a_reset() -> None:
    make_owner()
    for number in range(30):
        IdentityAttempt.objects.create(
            person_key=Person.objects.get().person_key,
            mobile_key=mobile_key(f"stranger {number}"),
            prefix_key=prefix_key(ELDER),
            failed_at=AT,
        )
    assert confirm_reset(ask_for_code(RESETS)).status_code == 204


def test_wrong_codes_of_strangers_use_up_nothing_but_the_code(story_begins: time_machine.Traveller) -> None:
    make_owner()
    code = ask_for_code(RESETS)
    for _ in range(12):
        assert_problem(confirm_reset(other_code(code)), 400, "not_confirmed")
    assert IdentityAttempt.objects.count() == 0
    assert_problem(confirm_reset(code), 400, "not_confirmed")
    story_begins.shift(timedelta(minutes=1))
    assert confirm_reset(ask_for_code(RESETS, at=AT + timedelta(minutes=1))).status_code == 204


def test_failed_proof_with_the_right_code_counts() -> None:
    make_owner()
    assert_problem(confirm_reset(ask_for_code(RESETS), photo=photo("somebody else")), 400, "not_confirmed")
    attempt = IdentityAttempt.objects.get()
    assert attempt.mobile_key == mobile_key(E164)


def test_unfit_password_is_named_and_costs_no_try() -> None:
    make_owner()
    code = ask_for_code(RESETS)
    problem = assert_problem(confirm_reset(code, password="12345"), 400, "invalid")
    assert problem["errors"][0]["field"] == "password"
    assert confirm_reset(code).status_code == 204
