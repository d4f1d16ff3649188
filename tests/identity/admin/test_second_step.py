"""The second step of the staff's sign-in: required where it is, enrolled with a code, each code once."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.test import Client

from identity import second_factor
from identity.models import RecoveryCode, SecondFactor, User
from identity.second_factor import Enrolled, TooManyTries, WrongCode
from tests.admin_clients import ENGLISH
from tests.makers import PASSWORD, make_account, make_staff

pytestmark = pytest.mark.django_db

MOBILE = "+8613900000090"
STEP, ENROL = "/admin/second-step/", "/admin/second-step/enrol/"
PICTURE = 'class="qr"'
HALF_A_MINUTE = timedelta(seconds=30)


@pytest.fixture
def _required(settings):
    settings.SECOND_STEP_REQUIRED = True


def _enrolled(at, mobile: str = MOBILE) -> tuple[User, Enrolled]:
    user = make_staff(mobile, at=at)
    factor = second_factor.begin(user, at=at)
    enrolled = second_factor.enrol(user, second_factor.token_at(factor, at), at=at)
    assert isinstance(enrolled, Enrolled)
    return user, enrolled


def _signed_in(user: User) -> Client:
    client = Client(headers=ENGLISH)
    answer = client.post("/admin/login/?next=/admin/", {"username": MOBILE, "password": PASSWORD})
    assert answer.status_code == 302
    return client


@pytest.mark.usefixtures("_required")
def test_admin_is_shut_after_the_password_and_open_after_the_second_step(at, time_machine):
    user, enrolled = _enrolled(at)
    client = _signed_in(user)
    first = client.get("/admin/lookup/lookup/", follow=True)
    assert first.redirect_chain[-1][0] == f"{STEP}?next=%2Fadmin%2Flookup%2Flookup%2F"

    time_machine.move_to(at + HALF_A_MINUTE, tick=False)
    code = second_factor.token_at(enrolled.factor, at + HALF_A_MINUTE)
    answer = client.post(STEP, {"code": code, "next": "/admin/lookup/lookup/"})
    assert (answer.status_code, answer["Location"]) == (302, "/admin/lookup/lookup/")
    assert client.get("/admin/lookup/lookup/").status_code == 200


@pytest.mark.usefixtures("_required")
@pytest.mark.parametrize("code", ["000000", "12345", "abcdef", "１２３４５６", "", "\0", "9" * 40])
def test_second_step_refuses_a_wrong_code_and_takes_the_right_one_afterwards(at, time_machine, code):
    user, enrolled = _enrolled(at)
    client = _signed_in(user)
    assert client.post(STEP, {"code": code}).status_code in (200, 400)
    assert client.get("/admin/").status_code == 302
    time_machine.move_to(at + HALF_A_MINUTE, tick=False)
    client.post(STEP, {"code": second_factor.token_at(enrolled.factor, at + HALF_A_MINUTE)})
    assert client.get("/admin/").status_code == 200


def test_verify_takes_each_code_once(at):
    user, enrolled = _enrolled(at)
    later = at + HALF_A_MINUTE
    code = second_factor.token_at(enrolled.factor, later)
    assert isinstance(second_factor.verify(user, code, at=later), SecondFactor)
    assert second_factor.verify(user, code, at=later) == WrongCode()


def test_verify_does_not_take_the_code_of_the_enrolment_again(at):
    user, enrolled = _enrolled(at)
    assert second_factor.verify(user, second_factor.token_at(enrolled.factor, at), at=at) == WrongCode()


@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_verify_takes_a_code_one_step_early_or_late(at, steps, is_taken):
    user, enrolled = _enrolled(at)
    later = at + timedelta(hours=1)
    code = second_factor.token_at(enrolled.factor, later + steps * HALF_A_MINUTE)
    assert isinstance(second_factor.verify(user, code, at=later), SecondFactor) is is_taken


def test_verify_waits_after_five_wrong_codes_and_takes_the_right_one_after_the_wait(at):
    user, enrolled = _enrolled(at)
    for _ in range(second_factor.FREE_FAILURES):
        assert second_factor.verify(user, "000000", at=at) == WrongCode()
    soon, later = at + HALF_A_MINUTE, at + second_factor.WAIT_AFTER_FAILURE
    right = second_factor.token_at(enrolled.factor, soon)
    assert second_factor.verify(user, right, at=soon) == TooManyTries(again_at=later)
    right = second_factor.token_at(enrolled.factor, later)
    assert isinstance(second_factor.verify(user, right, at=later), SecondFactor)


@pytest.mark.usefixtures("_required")
def test_second_step_says_how_long_to_wait(at):
    user, _enrolled_one = _enrolled(at)
    client = _signed_in(user)
    for _ in range(second_factor.FREE_FAILURES):
        client.post(STEP, {"code": "000000"})
    answer = client.post(STEP, {"code": "000000"})
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    assert b"15 minutes" in answer.content


@pytest.mark.usefixtures("_required")
def test_recovery_code_works_once_and_without_its_dashes(at):
    user, enrolled = _enrolled(at)
    code = enrolled.recovery_codes[0].replace("-", " ").upper()
    client = _signed_in(user)
    client.post(STEP, {"code": code})
    assert client.get("/admin/").status_code == 200
    assert second_factor.codes_left(enrolled.factor) == second_factor.RECOVERY_CODES - 1
    again = _signed_in(user)
    again.post(STEP, {"code": code})
    assert again.get("/admin/").status_code == 302


@pytest.mark.usefixtures("_required")
def test_enrolment_takes_the_code_then_shows_the_picture_then_the_paper_codes(at):
    user = make_staff(MOBILE, at=at)
    code = second_factor.renew(user, at=at)
    client = _signed_in(user)
    assert PICTURE not in client.get(ENROL).content.decode()

    page = client.post(ENROL, {"code": code}, follow=True).content.decode()
    factor = SecondFactor.objects.get(user=user)
    assert PICTURE in page
    assert second_factor.secret_of(factor)[:4] in page
    assert "style=" not in page

    done = client.post(ENROL, {"code": second_factor.token_at(factor, at)})
    shown = re.findall(r"<code>([a-z2-7-]{19})</code>", done.content.decode())
    assert len(shown) == second_factor.RECOVERY_CODES
    assert client.get("/admin/").status_code == 200


@pytest.mark.usefixtures("_required")
def test_enrolment_shows_no_secret_without_its_code(at):
    user = make_staff(MOBILE, at=at)
    second_factor.renew(user, at=at)
    client = _signed_in(user)
    answer = client.post(ENROL, {"code": "aaaa-bbbb-cccc-dddd"})
    assert answer.status_code == 400
    assert PICTURE not in answer.content.decode()
    # A code of the app that the thief cannot have is no way around it.
    factor = SecondFactor.objects.get(user=user)
    client.post(ENROL, {"code": second_factor.token_at(factor, at)})
    assert client.get("/admin/").status_code == 302


def test_enrolment_code_is_good_until_it_expires(at):
    user = make_staff(MOBILE, at=at)
    code = second_factor.renew(user, at=at)
    last = at + second_factor.ENROLMENT_FOR - timedelta(microseconds=1)
    assert isinstance(second_factor.may_enrol(user, code, at=last), SecondFactor)
    assert second_factor.may_enrol(user, code, at=at + second_factor.ENROLMENT_FOR) == WrongCode()


@pytest.mark.usefixtures("_required")
def test_enrolled_colleague_cannot_enrol_another_phone(at):
    user, enrolled = _enrolled(at)
    client = _signed_in(user)
    answer = client.get(ENROL)
    assert (answer.status_code, answer["Location"]) == (302, STEP)
    assert second_factor.secret_of(enrolled.factor)[:4] not in answer.content.decode()


def test_second_step_is_asked_for_where_it_is_optional_once_a_phone_is_enrolled(at):
    client = _signed_in(make_staff(MOBILE, at=at))
    assert client.get("/admin/").status_code == 200
    factor = second_factor.begin(User.objects.get(is_staff=True), at=at)
    assert client.get("/admin/").status_code == 200
    second_factor.enrol(factor.user, second_factor.token_at(factor, at), at=at)
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize("path", [STEP, ENROL])
def test_second_step_is_nothing_for_citizens(at, path):
    client = Client(headers=ENGLISH)
    client.force_login(make_account(at=at))
    assert client.get(path)["Location"].startswith("/admin/login/")
    client.force_login(make_staff(at=at))
    assert client.get(path, follow=True).status_code == 200


@pytest.mark.usefixtures("_required")
@pytest.mark.parametrize("target", ["https://example.org/admin/", "//example.org/admin/", "/sign-out"])
def test_second_step_goes_nowhere_but_the_admin(at, target):
    user, enrolled = _enrolled(at)
    answer = _signed_in(user).post(STEP, {"code": enrolled.recovery_codes[0], "next": target})
    assert answer["Location"] == "/admin/"


@pytest.mark.usefixtures("_required")
def test_renewing_forgets_phone_paper_and_open_sessions(at):
    user, enrolled = _enrolled(at)
    client = _signed_in(user)
    client.post(STEP, {"code": enrolled.recovery_codes[0]})
    assert client.get("/admin/").status_code == 200
    second_factor.renew(user, at=at)
    assert client.get("/admin/").status_code == 302
    assert not RecoveryCode.objects.exists()


def test_renew_second_step_prints_a_code_for_a_colleague_alone(at):
    user, _enrolled_one = _enrolled(at)
    out = io.StringIO()
    call_command("renew_second_step", "--mobile", MOBILE, stdout=out)
    code: Any = re.search(r"Enrolment code: (\S+)", out.getvalue())
    assert MOBILE not in out.getvalue()
    assert isinstance(second_factor.may_enrol(user, code[1], at=at), SecondFactor)
    make_account("+8613900000001", at=at)
    with pytest.raises(CommandError, match="No colleague"):
        call_command("renew_second_step", "--mobile", "+8613900000001", stdout=out)


def test_secrets_are_sealed_and_not_in_repr(at):
    user, enrolled = _enrolled(at)
    secret = second_factor.secret_of(enrolled.factor)
    assert secret.encode() not in bytes(SecondFactor.objects.get(user=user).secret_sealed)
    said = repr(enrolled) + repr(enrolled.factor)
    assert secret not in said
    assert enrolled.recovery_codes[0] not in said


def test_deploy_check_asks_for_the_second_step(settings):
    settings.SECOND_STEP_REQUIRED = False
    assert "identity.E003" in {each.id for each in run_checks(include_deployment_checks=True)}
    settings.SECOND_STEP_REQUIRED = True
    assert "identity.E003" not in {each.id for each in run_checks(include_deployment_checks=True)}
