"""What a stranger could measure: status, bytes, statements and comparisons are the same for all causes."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth import hashers

from identity.models import IdentityAttempt, Notice, OneTimeCode, Person, User
from tests.faces import CountingMatcher
from tests.identity.sign_up_failures import IDENTITY_FAILURES, arrange_number, spoil_code
from tests.identity.signing_up import (
    AT,
    E164,
    MOBILE,
    ask_for_code,
    confirm,
    confirm_reset,
    make_elder,
    other_code,
    statements,
)
from tests.identity.test_password_reset import FAILURES as RESET_FAILURES
from tests.identity.test_password_reset import make_owner
from tests.lookup.api.calls import post
from tests.makers import PASSWORD, make_account, make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("carried", "compared", "story_begins")]

# "tried five times" and "replaced" call the door themselves, "none" and the others only change rows.
CODE_FAILURES = (
    "wrong",
    "expired",
    "used",
    "tried five times",
    "for a reset",
    "none",
    "decoy",
    "taken since",
)


class Seen:
    """What came of calls that must look alike."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}

    def note(self, cause: str, call: Callable[[], Any]) -> None:
        """Call, and keep all that a stranger or the database could tell apart."""
        responses: list[Any] = []
        compared, hashed = CountingMatcher.comparisons, HASHES.count
        said = tuple(statements(lambda: responses.append(call())))
        [response] = responses
        headers = {name: value for name, value in response.headers.items() if name != "X-Request-ID"}
        work = (CountingMatcher.comparisons - compared, HASHES.count - hashed)
        self.answers[cause] = (response.status_code, response.content, sorted(headers.items()), said, work)

    def assert_alike(self, status: int, *, work: tuple[int, int], at_least: int) -> None:
        """Hold all of them against the first; it must have done what such a call does."""
        first = next(iter(self.answers.values()))
        assert (first[0], first[4]) == (status, work)
        assert len(first[3]) >= at_least, first[3]
        for cause, answer in self.answers.items():
            for mine, others in zip(answer, first, strict=True):
                assert mine == others, cause


class CountingHashes(hashers.Argon2PasswordHasher):
    """The hasher, with a count of what it hashes: that is what takes time."""

    count = 0

    def encode(self, password: str, salt: str) -> str:
        """Count, and hash."""
        type(self).count += 1
        return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        """Count, and compare."""
        type(self).count += 1
        return bool(super().verify(password, encoded))


HASHES = CountingHashes


@pytest.fixture(autouse=True)
def _counted_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["tests.identity.test_accounts_uniform.CountingHashes"]


def forget_everybody() -> None:
    for model in (Notice, IdentityAttempt, OneTimeCode):
        model.objects.all().delete()
    # Not deleted: a deletion looks into every table that knows accounts.
    for account in User.objects.all():
        User.objects.filter(id=account.id).update(mobile_key=uuid4(), person=None)
    Person.objects.all().delete()


def test_sign_up_is_refused_alike_for_every_code(story_begins: time_machine.Traveller) -> None:
    seen = Seen()
    for cause in CODE_FAILURES:
        forget_everybody()
        story_begins.move_to(AT)
        make_elder()
        code = spoil_code(cause, ask_for_code(), story_begins)
        seen.note(cause, partial(confirm, code))
    forget_everybody()
    seen.note("nobody and nothing", lambda: confirm("123456"))
    seen.assert_alike(400, work=(1, 1), at_least=6)


def test_sign_up_is_refused_alike_for_every_identity() -> None:
    seen = Seen()
    for cause, arrange in IDENTITY_FAILURES.items():
        forget_everybody()
        make_elder()
        code, what = ask_for_code(), arrange()
        seen.note(cause, partial(confirm, code, **what))
    seen.assert_alike(400, work=(1, 1), at_least=12)


def test_sign_up_that_succeeds_says_something_else() -> None:
    make_elder()
    code = ask_for_code()
    seen = Seen()
    seen.note("success", lambda: confirm(code))
    assert seen.answers["success"][0] == 201


def test_reset_is_refused_alike_for_every_cause(story_begins: time_machine.Traveller) -> None:
    seen = Seen()
    for cause, arrange in RESET_FAILURES.items():
        forget_everybody()
        story_begins.move_to(AT)
        make_owner()
        code = ask_for_code("password-resets")
        if cause == "code wrong":
            code, what = other_code(code), {}
        else:
            what = arrange()
        story_begins.shift(timedelta(microseconds=1))
        seen.note(cause, partial(confirm_reset, code, **what))
    forget_everybody()
    seen.note("nobody and nothing", lambda: confirm_reset("123456"))
    seen.assert_alike(400, work=(1, 1), at_least=8)


def test_reset_that_succeeds_says_something_else() -> None:
    make_owner()
    code = ask_for_code("password-resets")
    assert confirm_reset(code).status_code == 204


@pytest.mark.parametrize("path", ["accounts", "password-resets"])
def test_asking_for_a_code_is_the_same_work_whoever_has_the_number(path: str) -> None:
    seen = Seen()
    for kind in ("new", "taken", "staff", "citizen"):
        forget_everybody()
        if kind == "citizen":
            make_owner()
        else:
            arrange_number(kind)
        seen.note(kind, lambda: post(path, {"mobile": MOBILE}))
        assert OneTimeCode.objects.count() == 1
    seen.assert_alike(202, work=(0, 0), at_least=5)


def test_asking_over_the_limit_is_the_same_work_whoever_has_the_number() -> None:
    seen = Seen()
    for has_account in (True, False):
        forget_everybody()
        arrange_number("over its limit")
        if has_account:
            make_account(E164, at=AT)
        seen.note(str(has_account), lambda: post("accounts", {"mobile": MOBILE}))
        assert OneTimeCode.objects.count() == 5
    seen.assert_alike(202, work=(0, 0), at_least=3)


def test_signing_in_is_refused_alike_for_every_cause() -> None:
    make_account(E164, at=AT)
    make_account("+8613900000073", at=AT, is_active=False)
    make_staff("+8613900000074", at=AT)
    causes = {
        "wrong password": (MOBILE, "a wrong password"),
        "no account": ("13900000075", PASSWORD),
        "closed account": ("13900000073", PASSWORD),
        "staff, wrong password": ("13900000074", "a wrong password"),
        "no number": ("nobody", PASSWORD),
    }
    seen = Seen()
    for cause, (mobile, password) in causes.items():
        seen.note(cause, partial(post, "sessions", {"mobile": mobile, "password": password}))
    seen.assert_alike(401, work=(0, 1), at_least=3)
    assert post("sessions", {"mobile": MOBILE, "password": PASSWORD}).status_code == 201
