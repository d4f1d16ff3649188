"""The ways in which a sign-up fails, each as a change to one that would succeed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import time_machine

from identity.keyring import mobile_key, prefix_key, sealing_ring
from identity.models import IdentityAttempt, OneTimeCode, Person, code_context
from tests.identity.signing_up import AT, E164, ELDER, MOBILE, confirm, other_code, photo
from tests.lookup.api.calls import assert_problem, post
from tests.makers import make_account, make_document, make_staff


def arrange_number(kind: str) -> None:
    match kind:
        case "taken":
            make_account(E164, at=AT)
        case "staff":
            make_staff(E164, at=AT)
        case "over its limit":
            for hour in range(5):
                with time_machine.travel(AT - timedelta(hours=5 - hour), tick=False):
                    assert post("accounts", {"mobile": MOBILE}).status_code == 202
            OneTimeCode.objects.update(sent_at=AT)


def spoil_code(kind: str, code: str, clock: time_machine.Traveller) -> str:
    match kind:
        case "wrong":
            return other_code(code)
        case "expired":
            clock.move_to(AT + timedelta(minutes=10))
        case "used":
            OneTimeCode.objects.update(used_at=AT)
        case "replaced":
            clock.move_to(AT + timedelta(minutes=1))
            assert post("accounts", {"mobile": MOBILE}).status_code == 202
            row = OneTimeCode.objects.exclude(created_at=AT).get()
            row.code_sealed = sealing_ring().seal(other_code(code), context=code_context(row.id))
            row.save()
        case "tried five times":
            for _ in range(5):
                assert_problem(confirm(other_code(code)), 400, "not_confirmed")
        case "for a reset":
            OneTimeCode.objects.update(purpose=OneTimeCode.Purpose.PASSWORD_RESET)
        case "none":
            OneTimeCode.objects.all().delete()
        case "decoy":
            OneTimeCode.objects.update(is_decoy=True)
        case "taken since":
            make_account(E164, at=AT)
        case _:
            raise AssertionError(kind)
    return code


IDENTITY_FAILURES: dict[str, Callable[[], dict[str, Any]]] = {
    "number in no record": lambda: {"document_number": make_document(sequence=99).number},
    "name differs": lambda: {"name": "赵德水"},
    "face differs": lambda: {"photo": photo("somebody else")},
    "no face on file": lambda: _change(face_reference="", card_issued_on=None),
    "dead": lambda: _change(died_on=AT.date()),
    "withdrawn": lambda: _change(withdrawn=True),
    "has an account": lambda: _with_account(),
    "over the limit of the person": lambda: attempts(person_key=Person.objects.get().person_key, many=5),
    "over the limit of the mobile": lambda: attempts(mobile_key=mobile_key(E164), many=10),
    "over the limit of the prefix": lambda: attempts(prefix_key=prefix_of_elder(), many=20),
}


def _change(**values: Any) -> dict[str, Any]:
    Person.objects.update(**values)
    return {}


def _with_account() -> dict[str, Any]:
    make_account("+8613900000072", at=AT, person=Person.objects.get())
    return {}


def prefix_of_elder() -> UUID:
    return prefix_key(ELDER)


def attempts(*, many: int, **key: Any) -> dict[str, Any]:
    for _ in range(many):
        keys = {"person_key": uuid4(), "mobile_key": uuid4(), "prefix_key": uuid4()}
        IdentityAttempt.objects.create(**keys | key, failed_at=AT)
    return {}
