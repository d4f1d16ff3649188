"""The way of a question that a face may prove: open a row, compare while no transaction is open, settle.

Shared by the third-party query and the query for somebody's tests and doses. For askers without proof
every failure is one answer and the same work; the true cause goes to the audit row.
Source: docs/domain.md, 3 and 4.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import assert_never
from uuid import UUID

import structlog
from django.db import transaction

from civil_time import civil_date, completed_years
from identity import identity_check, notices, registry
from identity.document import Document
from identity.face_match import UnreadablePicture
from identity.identity_check import Comparison
from identity.keyring import key_of, prefix_key
from identity.models import Notice, User
from lookup import answering, budgets, consents, on_file
from lookup.admission import Door, FaceStep, Proof
from lookup.answer import Answer
from lookup.answering import Question, Recorded
from lookup.budgets import BudgetSpent
from lookup.models import Lookup, PolicyInForce, PolicyRevision
from lookup.proofs import proof_of

_log = structlog.get_logger(__name__)

PORTRAIT_BELOW, PORTRAIT_FROM = 16, 71  # completed years
PHOTO_UNREADABLE, MATCHER_AWAY = "PHOTO_UNREADABLE", "MATCHER_AWAY"

_NOTICES = {Door.THIRD_PARTY: Notice.Kind.THIRD_PARTY_ANSWERED, Door.RECORDS: Notice.Kind.RECORDS_ANSWERED}


@dataclass(frozen=True, kw_only=True, repr=False)
class Presented:
    """What an asker presents about somebody. A photo lives no longer than the comparison."""

    document: Document
    name: str = ""
    photo: bytes | None = field(default=None, repr=False)
    consent_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class AskerNotVerified:
    """The asker's own account has not proved whose it is; nobody anonymous looks others up here."""


@dataclass(frozen=True, kw_only=True)
class PhotoNeeded:
    """Without kinship a photo is needed. Says nothing about the subject."""


@dataclass(frozen=True, kw_only=True)
class ConsentNeeded:
    """A photo came without a consent that is fresh, unused and about this person."""


Refused = AskerNotVerified | PhotoNeeded | ConsentNeeded | BudgetSpent | UnreadablePicture


@dataclass(frozen=True, kw_only=True)
class _Opened:
    question: Question
    asker_id: UUID
    row: Lookup
    policy: PolicyInForce
    born_on: date | None


def ask(door: Door, asker: User, presented: Presented, *, at: datetime) -> Answer | Refused:
    """Answer an account about the holder of a document, who need be in no record.

    Raises OSError if the matcher cannot be reached; the row is then settled as refused.
    """
    if asker.person_id is None:
        return AskerNotVerified()
    subject_key = key_of(presented.document)
    proof = proof_of(asker, subject_key, at=at)
    if presented.photo is None and not proof.is_kin:
        return PhotoNeeded()
    question = Question(
        door=door,
        proof=proof,
        asked_at=at,
        subject_key=subject_key,
        asker_id=asker.id,
        prefix_key=prefix_key(presented.document),
    )
    opened = _open(question, asker, presented)
    if not isinstance(opened, _Opened):
        return opened
    face_step = _compare(opened, presented)
    if isinstance(face_step, UnreadablePicture):
        answering.settle_refused(opened.row, refusal=PHOTO_UNREADABLE)
        return face_step
    return answering.tell(_settle(opened, face_step))


def ask_as_kin(door: Door, asker: User, subject_key: UUID, *, at: datetime) -> Answer | None:
    """Answer a verified guardian, or the person, once more through this door, without number or photo.

    The one tap from an answer that refused: None for whoever is no kin (any more).
    """
    proof = proof_of(asker, subject_key, at=at)
    # Kinship first: whoever is no kin must not learn from the time whether there is such a person.
    person = registry.find(subject_key) if proof.is_kin else None
    if person is None:
        return None
    question = Question(door=door, proof=proof, asked_at=at, subject_key=subject_key, asker_id=asker.id)
    row = answering.open_row(question)
    policy = PolicyRevision.objects.in_force(at)
    opened = _Opened(question=question, asker_id=asker.id, row=row, policy=policy, born_on=person.born_on)
    return answering.tell(_settle(opened, FaceStep.DECLINED))


def _open(question: Question, asker: User, presented: Presented) -> _Opened | ConsentNeeded | BudgetSpent:
    at, policy = question.asked_at, PolicyRevision.objects.in_force(question.asked_at)
    with transaction.atomic():
        spent = _spend(question, asker, policy)
        if spent is not None:
            answering.record_refusal(question, refusal=spent.budget)
            return spent
        if presented.photo is not None and not _has_consent(question, asker, presented, at=at):
            return ConsentNeeded()
        row = answering.open_row(question)
    return _Opened(
        question=question, asker_id=asker.id, row=row, policy=policy, born_on=presented.document.born_on
    )


def _spend(question: Question, asker: User, policy: PolicyInForce) -> BudgetSpent | None:
    if question.proof.is_kin:
        return None
    assert question.prefix_key is not None  # a question by document has one
    return budgets.spend(
        question.door,
        asker_id=asker.id,
        subject_key=question.subject_key,
        prefix_key=question.prefix_key,
        budgets=policy.budgets,
        at=question.asked_at,
    )


def _has_consent(question: Question, asker: User, presented: Presented, *, at: datetime) -> bool:
    return presented.consent_id is not None and consents.use(
        presented.consent_id, asker=asker, subject_key=question.subject_key, at=at
    )


def _compare(opened: _Opened, presented: Presented) -> FaceStep | UnreadablePicture:
    if presented.photo is None:
        return FaceStep.DECLINED
    person = on_file.registered(opened.question.subject_key)
    try:
        compared = identity_check.compare(presented.name, presented.photo, registered=person.registered)
    except OSError as error:
        answering.settle_refused(opened.row, refusal=MATCHER_AWAY)
        # The kind alone: what a matcher's client says of its request may hold more.
        _log.warning("the face matcher cannot be reached", error=type(error).__name__)
        raise
    match compared:
        case UnreadablePicture():
            return compared
        case Comparison.NO_REFERENCE if opened.question.proof.is_kin:
            is_portrait = _is_portrait_age(person.born_on, at=opened.question.asked_at)
            return FaceStep.PORTRAIT if is_portrait else FaceStep.NO_REFERENCE
        case Comparison():
            return FaceStep(compared.value)
        case _ as never:
            assert_never(never)


def _settle(opened: _Opened, face_step: FaceStep) -> Recorded:
    question, row = opened.question, opened.row
    if not question.proof.is_kin and face_step is FaceStep.MATCHED:
        question = _with_proof(question, Proof.FACE_MATCHED)
    with transaction.atomic():
        recorded = answering.settle(
            row, question, face_step=face_step, born_on=opened.born_on, policy=opened.policy
        )
        if recorded.row.proof != Proof.NONE:
            _note_success(recorded, asker_id=opened.asker_id)
    return recorded


def _note_success(recorded: Recorded, *, asker_id: UUID) -> None:
    """Void the former result, register the person, and tell whom it concerns; for failures none of it."""
    row = recorded.row
    budgets.void_former(row, asker_id=asker_id)
    if not recorded.decision.is_admitted:
        return
    if row.door == Door.THIRD_PARTY:
        registry.register(row.subject_key, at=row.asked_at)
    notices.tell_subject_and_guardians(
        row.subject_key, _NOTICES[Door(row.door)], at=row.asked_at, besides=asker_id
    )


def _with_proof(question: Question, proof: Proof) -> Question:
    return Question(**(vars(question) | {"proof": proof}))


def _is_portrait_age(born_on: date | None, *, at: datetime) -> bool:
    """Tell whether a portrait may take the place of a comparison: under 16 or over 70."""
    if born_on is None:
        return False
    age = completed_years(born_on, civil_date(at))
    return age < PORTRAIT_BELOW or age >= PORTRAIT_FROM
