"""The public keys of the rotating code, and the code in an answer of the API."""

from base64 import urlsafe_b64decode
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from lookup.codes import CodeRead, read_code
from lookup.models import Lookup
from tests.code_keys import make_entry, make_private_pem, public_pem
from tests.lookup.api.calls import assert_documented, bearer, get, post
from tests.lookup.api.story import AT, CHILD, make_child, make_guardian
from tests.makers import make_account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_keys_are_public_halves_with_their_times(settings: Any) -> None:
    old, new = make_private_pem(), make_private_pem()
    settings.CODE_KEYS = {
        "2026-11": make_entry(new, not_before=AT),
        "2025-11": make_entry(public_pem(old), not_after=AT + timedelta(days=1)),
    }
    response = get("code-keys")

    assert_documented(response, "code_keys")
    first, second = response.json()["keys"]
    assert (first["kid"], first["not_after"]) == ("2025-11", "2022-06-11T10:00:00+08:00")
    assert (second["kid"], second["not_before"]) == ("2026-11", "2022-06-10T10:00:00+08:00")
    assert set(second) == {"kid", "kty", "crv", "alg", "use", "x", "y", "not_before", "not_after"}
    private = load_pem_private_key(new.encode(), password=None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    numbers = private.public_key().public_numbers()
    x, y = (int.from_bytes(urlsafe_b64decode(second[name] + "=")) for name in ("x", "y"))
    assert (x, y) == (numbers.x, numbers.y)


def test_keys_may_be_kept_for_five_minutes_and_answers_not_at_all() -> None:
    make_child()
    assert get("code-keys").headers["Cache-Control"] == "public, max-age=300"
    assert get("status-codes").headers["Cache-Control"] == "no-store"


def test_answer_to_kin_has_a_code_and_a_strangers_has_none() -> None:
    guardian = bearer(make_guardian(make_child()), at=AT)
    answered = post("assisted-queries", CHILD, guardian)
    code = answered.json()["code"]

    assert_documented(answered, "ask_assisted")
    assert isinstance(read_code(code["text"], at=AT), CodeRead)
    assert (code["issued_at"], code["expires_at"]) == (
        "2022-06-10T10:00:00+08:00",
        "2022-06-10T10:01:00+08:00",
    )
    assert code["next_after_s"] == 45
    stranger = bearer(make_account("+8613900000004", at=AT), at=AT)
    assert post("assisted-queries", CHILD, stranger).json()["code"] is None


def test_answer_shown_again_has_the_next_code_and_no_row_more() -> None:
    guardian = bearer(make_guardian(make_child()), at=AT)
    first = post("assisted-queries", CHILD, guardian).json()
    rows = Lookup.objects.count()
    with time_machine.travel(AT + timedelta(seconds=30), tick=False):
        again = get(f"queries/{first['id']}", guardian)

    assert_documented(again, "show_again")
    code = again.json()["code"]
    assert code["text"] != first["code"]["text"]
    assert (code["expires_at"], code["next_after_s"]) == ("2022-06-10T10:01:00+08:00", 30)
    assert Lookup.objects.count() == rows
