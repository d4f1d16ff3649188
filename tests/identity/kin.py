"""A mother who asks to speak for a child or an elder, and what she claims."""

from datetime import date, datetime
from typing import Any

from civil_time import SHANGHAI
from identity import claims
from identity.claims import Claimed, Request
from identity.document import Document
from identity.models import Kinship, KinshipClaim, Person, User
from identity.names import parse_name
from tests.makers import make_account, make_document, make_person

AT = datetime(2022, 6, 10, 10, 0, tzinfo=SHANGHAI)
MOTHER = make_document(date(1988, 3, 1), sequence=2)
FATHER = make_document(date(1985, 1, 1))
CHILD = make_document(date(2015, 6, 15))
GRANDMOTHER = make_document(date(1950, 5, 1), sequence=2)


def make_mother(**overrides: Any) -> User:
    return make_account("+8613900000011", at=AT, person=make_person(MOTHER, at=AT, name="王芳"), **overrides)


def make_father() -> User:
    return make_account("+8613900000012", at=AT, person=make_person(FATHER, at=AT, name="李建国"))


def make_grandmother(**overrides: Any) -> User:
    person = make_person(GRANDMOTHER, at=AT, name="赵桂英", **overrides)
    return make_account("+8613900000013", at=AT, person=person)


def make_child(**overrides: Any) -> Person:
    return make_person(CHILD, at=AT, **overrides)


def request_for(document: Document = CHILD, **overrides: Any) -> Request:
    """Return a claim of a parent with a birth certificate, by the right name."""
    name = parse_name(overrides.pop("name", "李小明"))
    fields: dict[str, Any] = {
        "document": document,
        "name": name,
        "kind": Kinship.Kind.PARENT,
        "evidence": Kinship.Evidence.BIRTH_CERTIFICATE,
        "reference": "T110000123",
    }
    return Request(**fields | overrides)


def care_for(document: Document = GRANDMOTHER, **overrides: Any) -> Request:
    """Return a claim to care for an adult who confirms it alone."""
    fields: dict[str, Any] = {
        "name": "赵桂英",
        "kind": Kinship.Kind.CARER,
        "evidence": Kinship.Evidence.OWN_CONFIRMATION,
        "reference": "",
    }
    return request_for(document, **fields | overrides)


def make_claim(user: User, request: Request | None = None, *, at: datetime = AT) -> KinshipClaim:
    outcome = claims.claim(user, request or request_for(), at=at)
    assert isinstance(outcome, Claimed)
    return KinshipClaim.objects.get(id=outcome.id)
