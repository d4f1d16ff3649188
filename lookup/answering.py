"""From what is on file to an answer: decide, write the audit row, and only then disclose.

The one place that answers. Nothing is disclosed before its row is durable; an answer that is shown
again is decided again from its row (docs/adr/0004-answers-are-replayed-not-cached.md).
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from civil_time import civil_date, next_midnight
from healthcode.compact import decode_facts, encode_facts
from healthcode.evaluation import RULES_VERSION, evaluate
from healthcode.facts import Facts
from healthcode.remembered import Judge
from healthcode.verdict import StatusCode
from lookup import on_file
from lookup.admission import (
    Door,
    FaceStep,
    NotAdmitted,
    Proof,
    Standing,
    admit,
    decode_standing,
    encode_standing,
)
from lookup.answer import Answer, History
from lookup.disclosure import Decision, Envelope, disclose, shown_status
from lookup.models import Lookup, PolicyInForce
from lookup.on_file import OnFile
from lookup.person_history import history_of

_RESULTS_THAT_LIVE = (Door.THIRD_PARTY, Door.RECORDS)


@dataclass(frozen=True, kw_only=True)
class Question:
    """Who asks about whom, through which door, with what proof. Keys only, so it may be logged."""

    door: Door
    proof: Proof
    asked_at: datetime
    subject_key: UUID
    asker_id: UUID | None = None
    device_id: UUID | None = None
    prefix_key: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A decision whose audit row is written; becomes an answer once its transaction is committed."""

    row: Lookup
    decision: Decision
    policy: PolicyInForce
    masked_name: str | None = field(repr=False)


def decide_and_record(question: Question, *, born_on: date | None, policy: PolicyInForce) -> Recorded:
    """Read what is on file, decide, and write the finished audit row; to be run inside a transaction.

    Disclosing before that transaction is committed is a defect.
    """
    subject = on_file.read(question.subject_key, born_on=born_on)
    decision = _decide(question, facts=subject.facts, standing=subject.standing, policy=policy)
    row = Lookup.objects.create(
        **_who_and_when(question),
        **_what_was_decided(question, decision, subject, policy=policy),
    )
    return Recorded(row=row, decision=decision, policy=policy, masked_name=subject.masked_name)


def foresee(question: Question, *, policy: PolicyInForce) -> Decision:
    """Decide without telling anybody, to find out whether there is something to tell.

    Nothing of it may leave: whoever tells anything decides again, with ``decide_and_record``.
    """
    subject = on_file.read(question.subject_key, born_on=None)
    return _decide(question, facts=subject.facts, standing=subject.standing, policy=policy)


def open_row(question: Question) -> Lookup:
    """Write the audit row of a question whose proof is still to come, before anything is compared.

    Settled by ``settle`` or ``settle_refused``; a row that a crash leaves open has disclosed nothing.
    """
    return Lookup.objects.create(**_who_and_when(question), outcome=Lookup.Outcome.OPEN)


def settle(
    row: Lookup, question: Question, *, face_step: FaceStep, born_on: date | None, policy: PolicyInForce
) -> Recorded:
    """Decide an opened question with the proof that came of it; to be run inside a transaction.

    A matched face before a shut door proves nothing that may be told: the question falls back to NONE,
    so that a lock looks like a wrong face.
    """
    subject = on_file.read(question.subject_key, born_on=born_on)
    decision = _decide(question, facts=subject.facts, standing=subject.standing, policy=policy)
    if question.proof is Proof.FACE_MATCHED and isinstance(decision.admission, NotAdmitted):
        question = replace(question, proof=Proof.NONE)
    values = _what_was_decided(question, decision, subject, policy=policy)
    values |= {"proof": question.proof, "face_step": face_step}
    Lookup.objects.filter(id=row.id, asked_on=row.asked_on).update(**values)
    for name, value in values.items():
        setattr(row, name, value)
    return Recorded(row=row, decision=decision, policy=policy, masked_name=subject.masked_name)


def settle_refused(row: Lookup, *, refusal: str) -> None:
    """Close an opened question that cannot be answered: an unreadable picture, a matcher that is away."""
    rows = Lookup.objects.filter(id=row.id, asked_on=row.asked_on)
    rows.update(outcome=Lookup.Outcome.REFUSED, refusal=refusal)


def record_refusal(question: Question, *, refusal: str) -> Lookup:
    """Write the audit row of a question that was refused before anything was read."""
    return Lookup.objects.create(**_who_and_when(question), outcome=Lookup.Outcome.REFUSED, refusal=refusal)


def record_opening(question: Question, *, policy: PolicyInForce) -> Lookup:
    """Write the audit row of somebody's file being opened by staff; no verdict is given."""
    return Lookup.objects.create(
        **_who_and_when(question), outcome=Lookup.Outcome.ANSWERED, policy=policy.name, rules=RULES_VERSION
    )


def tell(recorded: Recorded) -> Answer:
    """Return what leaves to the asker of a durable row. Raises ValueError for a row without an end."""
    row, proof = recorded.row, Proof(recorded.row.proof)
    if row.closes_at is None:
        raise ValueError("this look-up gave no answer that could be told")
    envelope = Envelope(
        id=row.id,
        asked_at=row.asked_at,
        door=Door(row.door),
        proof=proof,
        policy=recorded.policy.name,
        closes_after=row.closes_at - row.asked_at,
    )
    history = history_of(row.subject_key, at=row.asked_at) if proof.is_kin else History()
    return disclose(
        recorded.decision,
        envelope,
        masked_name=recorded.masked_name,
        history=history,
        face_step=FaceStep(row.face_step) if row.face_step else None,
    )


def decide_again(row: Lookup, policy: PolicyInForce) -> Decision:
    """Return the decision of a row again: its facts, its standing, its policy, its clock.

    Raises ValueError for a row that holds no decision.
    """
    if row.facts is None or row.standing is None:
        raise ValueError("this look-up was refused, so there is no decision to repeat")
    question = Question(
        door=Door(row.door),
        proof=Proof(row.proof),
        asked_at=row.asked_at,
        subject_key=row.subject_key,
        asker_id=row.asker_id,
    )
    facts, standing = decode_facts(row.facts), decode_standing(row.standing)
    return _decide(question, facts=facts, standing=standing, policy=policy)


def told_status(door: Door, proof: Proof, decision: Decision) -> StatusCode:
    """Return the status that leaves through a door to a proof; a gate reads it as the person does."""
    return shown_status(decision, Proof.OWN if door is Door.CHECKPOINT else proof)


def decide(
    door: Door,
    proof: Proof,
    *,
    facts: Facts,
    standing: Standing,
    policy: PolicyInForce,
    at: datetime,
    judge: Judge | None = None,
) -> Decision:
    """Answer both questions about somebody: the status, and whether this door may tell it.

    Whoever answers many has a ``judge`` of the policy's rule book, which says the same at less cost.
    """
    verdict = evaluate(facts, policy.rule_book, at=at) if judge is None else judge.evaluate(facts, at=at)
    return Decision(
        verdict=verdict,
        admission=admit(door, proof, standing, policy.admission, at=at),
        feeds=facts.feeds,
    )


def new_id(at: datetime) -> UUID:
    """Return an id that carries the time of asking: by it alone a row is found in its day's partition."""
    return uuid7(nanoseconds=int(at.timestamp() * 1000) * 1_000_000)


def _decide(question: Question, *, facts: Facts, standing: Standing, policy: PolicyInForce) -> Decision:
    door, proof, at = question.door, question.proof, question.asked_at
    return decide(door, proof, facts=facts, standing=standing, policy=policy, at=at)


def _who_and_when(question: Question) -> dict[str, Any]:
    asked_at = question.asked_at
    return {
        "id": new_id(asked_at),
        "asked_on": civil_date(asked_at),
        "asked_at": asked_at,
        "door": question.door,
        "proof": question.proof,
        "asker_id": question.asker_id,
        "device_id": question.device_id,
        "subject_key": question.subject_key,
        "prefix_key": question.prefix_key,
    }


def _what_was_decided(
    question: Question, decision: Decision, subject: OnFile, *, policy: PolicyInForce
) -> dict[str, Any]:
    return {
        "outcome": Lookup.Outcome.ANSWERED,
        "status": decision.status,
        "shown_status": told_status(question.door, question.proof, decision),
        "reasons": [reason.value for reason in decision.reasons],
        "facts": encode_facts(subject.facts),
        "standing": encode_standing(subject.standing),
        "policy": policy.name,
        "rules": RULES_VERSION,
        "closes_at": _closes_at(question, policy=policy),
    }


def _closes_at(question: Question, *, policy: PolicyInForce) -> datetime:
    """Return when an answer closes: seconds later, or for a proved third-party result at 24:00.

    How long the status itself holds is its ``valid_until``, which may be earlier. Source: docs/domain.md, 3.
    """
    if question.door in _RESULTS_THAT_LIVE and question.proof is not Proof.NONE:
        return next_midnight(question.asked_at)
    display = policy.display_for_kin if question.proof.is_kin else policy.display_for_others
    return question.asked_at + display
