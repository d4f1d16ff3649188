"""How the tests sign up and reset: what somebody sends, the code that came, and what must look alike."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from identity import outbox
from identity.models import Person
from tests.conftest import STORY_BEGINS
from tests.faces import face_reference, portrait
from tests.lookup.api.calls import post, post_form
from tests.makers import make_document, make_person
from tests.messages import carrier, code_in

AT = STORY_BEGINS
MOBILE, E164 = "13900000071", "+8613900000071"
NAME = "赵德山"
ELDER = make_document(date(1945, 6, 1), sequence=7)
NEW_PASSWORD = "a long enough password"

_LITERAL = re.compile(
    r"'(?:[^']|'')*'(?:::\w+)?|\b\d+\b|\bNULL\b|\btrue\b|\bfalse\b|\bs\d+_x\d+\b", re.IGNORECASE
)


def make_elder(**overrides: Any) -> Person:
    """Write the elder who signs up; registered by nobody yet."""
    fields: dict[str, Any] = {"name": NAME, "registered_at": None, "face_reference": face_reference("elder")}
    return make_person(ELDER, at=AT, **fields | overrides)


def ask_for_code(path: str = "accounts", *, mobile: str = MOBILE, at: datetime = AT) -> str:
    """Ask for a code, let the worker send it, and return it."""
    response = post(path, {"mobile": mobile})
    assert response.status_code == 202, response.content
    send_all(at)
    return code_in(carrier().taken[-1][1])


def send_all(at: datetime = AT) -> None:
    """Let the worker send what is due."""
    outbox.drain(lambda: at)


def photo(seed: str = "elder") -> SimpleUploadedFile:
    return SimpleUploadedFile("portrait.png", portrait(seed), content_type="image/png")


def sign_up_fields(code: str, /, **overrides: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "mobile": MOBILE,
        "code": code,
        "password": NEW_PASSWORD,
        "name": NAME,
        "document_number": ELDER.number,
        "photo": photo(),
    }
    return fields | overrides


def confirm(code: str, /, **overrides: Any) -> Any:
    return post_form("accounts/confirm", sign_up_fields(code, **overrides))


def reset_fields(code: str, /, **overrides: Any) -> dict[str, Any]:
    fields = sign_up_fields(code, **overrides)
    del fields["name"]
    return fields


def confirm_reset(code: str, /, **overrides: Any) -> Any:
    return post_form("password-resets/confirm", reset_fields(code, **overrides))


def other_code(code: str) -> str:
    """Return a code that is not this one."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def statements(work: Callable[[], object]) -> list[str]:
    """Return what a piece of work says to the database, without the values."""
    with CaptureQueriesContext(connection) as captured:
        work()
    return [re.sub(r"\s+", " ", _LITERAL.sub("?", query["sql"])) for query in captured]
