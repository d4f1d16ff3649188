"""A guardian with one child for each status on 10 June 2022, and a stranger who asks after them."""

from dataclasses import dataclass
from typing import Any

from healthcode.facts import Dose, OrderKind
from healthcode.verdict import StatusCode
from identity.document import Document
from identity.models import Person, User
from tests.lookup.api.story import AT, BORN_ON, make_alert, make_guardian, make_order
from tests.makers import (
    make_account,
    make_document,
    make_dose_record,
    make_facts,
    make_kinship,
    make_naat_record,
    make_person,
    make_summary,
    mark_feeds_read,
)

NOBODY = make_document(BORN_ON, sequence=99)


@dataclass(frozen=True, kw_only=True)
class Family:
    """Who asks, and the numbers to ask after."""

    guardian: User
    stranger: User
    wards: dict[StatusCode, Document]

    def number(self, status: StatusCode) -> str:
        return self.wards[status].number


def make_family() -> Family:
    """Write all of them; the child that is UNKNOWN has no face on file."""
    facts: dict[StatusCode, dict[str, Any]] = {
        StatusCode.GREEN: {},
        StatusCode.YELLOW: {"orders": (make_order(),)},
        StatusCode.RED: {"orders": (make_order(kind=OrderKind.CENTRAL_ISOLATION),)},
        StatusCode.UNCONFIRMED: {"alerts": (make_alert(),)},
        StatusCode.UNKNOWN: {},
    }
    documents = {status: make_document(BORN_ON, sequence=n) for n, status in enumerate(facts, start=1)}
    children = {status: _child(documents[status], status, facts[status]) for status in facts}
    guardian = make_guardian(children[StatusCode.GREEN])
    assert guardian.person is not None
    for status, child in children.items():
        if status is not StatusCode.GREEN:
            make_kinship(guardian.person, child, at=AT)
    _own_records(guardian.person)
    mark_feeds_read(AT)
    return Family(guardian=guardian, stranger=make_account("+8613900000009", at=AT), wards=documents)


def _child(document: Document, status: StatusCode, facts: dict[str, Any]) -> Person:
    child = make_person(document, at=AT, has_face=status is not StatusCode.UNKNOWN)
    records = [make_dose_record(child.person_key, at=AT, dose_number=number) for number in (1, 2)]
    doses = tuple(
        Dose(product=each.product, administered_on=each.administered_on, dose_number=each.dose_number)
        for each in records
    )
    make_summary(child.person_key, make_facts(BORN_ON, at=AT, doses=doses, **facts), at=AT)
    make_naat_record(child.person_key, at=AT)
    return child


def _own_records(person: Person) -> None:
    make_summary(person.person_key, make_facts(person.born_on, at=AT), at=AT)
    make_naat_record(person.person_key, at=AT)
