"""The child of the story on 10 June 2022, its guardian, and what can stand in a child's way."""

from datetime import date, datetime, timedelta
from typing import Any

from civil_time import SHANGHAI
from healthcode.facts import Alert, AlertCause, AlertKind, Order, OrderKind
from identity.models import Person, User
from tests.lookup.api.calls import bearer, post
from tests.makers import (
    make_account,
    make_document,
    make_facts,
    make_kinship,
    make_number,
    make_person,
    make_summary,
    mark_feeds_read,
)

AT = datetime(2022, 6, 10, 10, 0, tzinfo=SHANGHAI)
BORN_ON = date(2015, 6, 15)
CHILD = {"document_number": make_number(BORN_ON)}


def make_guardian(ward: Person) -> User:
    document = make_document(date(1988, 3, 1))
    guardian = make_person(document, at=AT, name="李建国")
    make_kinship(guardian, ward, at=AT)
    return make_account("+8613900000002", at=AT, person=guardian)


def make_child(*, has_face: bool = True, facts: dict[str, Any] | None = None, **fields: Any) -> Person:
    child = make_person(make_document(BORN_ON), at=AT, has_face=has_face, **fields)
    make_summary(child.person_key, make_facts(BORN_ON, at=AT, **(facts or {})), at=AT)
    mark_feeds_read(AT)
    return child


def make_order(**overrides: Any) -> Order:
    fields: dict[str, Any] = {
        "kind": OrderKind.HOME_ISOLATION,
        "authority": "Wangjing subdistrict",
        "reference": "W-0412",
        "contact": "010-0000 0412",
        "in_force_from": AT - timedelta(days=2),
        "in_force_until": AT + timedelta(days=5),
    }
    return Order(**fields | overrides)


def make_alert(**overrides: Any) -> Alert:
    fields: dict[str, Any] = {
        "kind": AlertKind.TEST_REQUIRED,
        "authority": "Chaoyang centre",
        "reference": "T-17",
        "contact": "010-0000 0017",
        "in_force_from": AT - timedelta(hours=1),
        "cause": AlertCause.DRUG_PURCHASE,
    }
    return Alert(**fields | overrides)


def ask_as_stranger() -> tuple[dict[str, str], dict[str, Any]]:
    """Ask about a green child and return the stranger's headers and the answer."""
    make_child()
    headers = bearer(make_account(at=AT), at=AT)
    return headers, post("assisted-queries", CHILD, headers).json()
