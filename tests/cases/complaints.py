"""Plain functions that ask and file for tests: a guardian, a ward before a shut door, a stranger."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from cases import filing
from cases.filing import CaseFiled, Complaint
from cases.models import Case
from identity.models import Person, User
from lookup import answering, proofs
from lookup.admission import Door
from lookup.answering import Question
from lookup.models import Lookup, PolicyRevision
from tests.makers import (
    make_account,
    make_document,
    make_facts,
    make_kinship,
    make_person,
    make_summary,
    mark_feeds_read,
)

BORN_ON = date(2019, 6, 15)
UNKNOWN = Complaint(kind=Case.Kind.STATUS_UNKNOWN)
OTHER = Complaint(kind=Case.Kind.OTHER)


def make_ward(*, at: datetime, **person: Any) -> Person:
    """Write a child who is not registered, so that the assisted query is shut; tests are on file."""
    mark_feeds_read(at)
    child = make_person(make_document(BORN_ON), at=at, **{"registered_at": None} | person)
    make_summary(child.person_key, make_facts(BORN_ON, at=at), at=at)
    return child


def make_guardian(child: Person, *, at: datetime, mobile: str = "+8613900000001", sequence: int = 71) -> User:
    parent = make_person(make_document(date(1985, 3, 4), sequence=sequence), at=at, name="李大明")
    make_kinship(parent, child, at=at)
    return make_account(mobile, at=at, person=parent)


def make_stranger(*, at: datetime, mobile: str = "+8613900000002", sequence: int = 72) -> User:
    stranger = make_person(make_document(date(1980, 1, 2), sequence=sequence), at=at, name="陈一")
    return make_account(mobile, at=at, person=stranger)


def ask(asker: User, subject_key: UUID, *, at: datetime, door: Door = Door.ASSISTED) -> Lookup:
    """Write the audit row of a question, with the proof that the account has."""
    question = Question(
        door=door,
        proof=proofs.proof_of(asker, subject_key, at=at),
        asked_at=at,
        subject_key=subject_key,
        asker_id=asker.id,
    )
    policy = PolicyRevision.objects.in_force(at)
    return answering.decide_and_record(question, born_on=BORN_ON, policy=policy).row


def file_case(asker: User, subject_key: UUID, complaint: Complaint = UNKNOWN, *, at: datetime) -> Case:
    """Ask and file."""
    filed = filing.file(asker, ask(asker, subject_key, at=at).id, complaint, at=at)
    assert isinstance(filed, CaseFiled), filed
    return filed.case
