"""Many at once: one account, no sixth try of a code, no sixth proof of a person, one code sent."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from identity.models import IdentityAttempt, OneTimeCode, User
from identity.proof_attempts import MOST_PER_PERSON
from tests.identity.signing_up import (
    AT,
    ELDER,
    MOBILE,
    ask_for_code,
    confirm,
    confirm_reset,
    make_elder,
    other_code,
    photo,
)
from tests.lookup.api.calls import post
from tests.makers import make_account

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("carried", "compared", "story_begins"),
]


def at_once(call: Callable[[Any], Any], arguments: Iterable[Any]) -> Iterator[Any]:
    """Call from six threads, each with a connection of its own; yield what came back."""

    def alone(argument: Any) -> Any:
        try:
            return call(argument)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        yield from pool.map(alone, arguments)


def test_one_code_opens_one_account() -> None:
    make_elder()
    code = ask_for_code()
    statuses = sorted(response.status_code for response in at_once(lambda _: confirm(code), range(10)))
    assert statuses == [201] + [400] * 9
    assert User.objects.count() == 1


def test_two_numbers_open_one_account_for_a_person() -> None:
    make_elder()
    mobiles = [f"139000002{number:02d}" for number in range(4)]
    codes = [ask_for_code(mobile=mobile) for mobile in mobiles]
    calls = list(zip(codes, mobiles, strict=True))
    answers = at_once(lambda call: confirm(call[0], mobile=call[1]).status_code, calls)
    assert sorted(answers) == [201, 400, 400, 400]
    assert User.objects.get().person_id is not None


def test_code_gets_no_sixth_try() -> None:
    make_elder()
    code = ask_for_code()
    answers = at_once(lambda _: confirm(other_code(code)).status_code, range(10))
    assert set(answers) == {400}
    assert OneTimeCode.objects.get().tries_left == 0
    assert confirm(code).json()["code"] == "not_confirmed"
    OneTimeCode.objects.update(tries_left=1)
    assert confirm(code).status_code == 201


def test_person_gets_no_sixth_proof_whatever_the_number() -> None:
    """Of so many right faces among wrong ones none gets in once five have failed."""
    make_elder()
    mobiles = [f"139000003{number:02d}" for number in range(MOST_PER_PERSON + 2)]
    codes = {mobile: ask_for_code(mobile=mobile) for mobile in mobiles}

    def fail(mobile: str) -> str:
        code: str = confirm(codes[mobile], mobile=mobile, photo=photo("somebody else")).json()["code"]
        return code

    assert set(at_once(fail, mobiles[:-1])) == {"identity_not_confirmed"}
    assert IdentityAttempt.objects.count() >= MOST_PER_PERSON
    last = mobiles[-1]
    assert confirm(codes[last], mobile=last).json()["code"] == "identity_not_confirmed"
    IdentityAttempt.objects.all().delete()
    assert confirm(codes[last], mobile=last).status_code == 201


def test_number_is_sent_one_code() -> None:
    answers = at_once(lambda _: post("accounts", {"mobile": MOBILE}).content, range(12))
    assert len(set(answers)) == 1
    assert OneTimeCode.objects.count() == 1


def test_one_code_changes_one_password() -> None:
    make_account(f"+86{MOBILE}", at=AT, person=make_elder())
    code = ask_for_code("password-resets")
    passwords = [f"a long enough password {number}" for number in range(8)]

    def reset(password: str) -> tuple[int, str]:
        return confirm_reset(code, password=password).status_code, password

    answers = list(at_once(reset, passwords))
    changed = [password for status, password in answers if status == 204]
    assert len(changed) == 1
    assert User.objects.get().check_password(changed[0])
    assert ELDER.number not in str(answers)
