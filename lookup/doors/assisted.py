"""Assisted query for the old and the young: an account asks about somebody by document number."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from identity import keyring, registry
from identity.document import Document
from identity.models import User
from lookup import answering, budgets
from lookup.admission import Door, Proof, is_age_for_assisted
from lookup.answer import Answer
from lookup.answering import Question
from lookup.budgets import BudgetSpent
from lookup.models import PolicyRevision
from lookup.proofs import proof_of


@dataclass(frozen=True, kw_only=True)
class AgeNotServed:
    """Between 17 and 59 years. Anybody can read that off the number, so it is told before any look-up."""


@dataclass(frozen=True, kw_only=True)
class AgeNotInNumber:
    """The number says no birth date. Anybody can see that, so it is told before any look-up."""


def ask(
    asker: User, document: Document, *, at: datetime
) -> Answer | AgeNotServed | AgeNotInNumber | BudgetSpent:
    """Answer an account about the holder of a document.

    A verified guardian is told everything; anybody else reads green or the bare unknown, within the
    budgets. Source: docs/domain.md, 3 to 5.
    """
    if document.born_on is None:
        return AgeNotInNumber()
    if not is_age_for_assisted(document.born_on, at=at):
        return AgeNotServed()
    policy = PolicyRevision.objects.in_force(at)
    subject_key, prefix_key = keyring.key_of(document), keyring.prefix_key(document)
    question = Question(
        door=Door.ASSISTED,
        proof=proof_of(asker, subject_key, at=at),
        asked_at=at,
        subject_key=subject_key,
        asker_id=asker.id,
        prefix_key=prefix_key,
    )
    with transaction.atomic():
        if question.proof is Proof.NONE:
            spent = budgets.spend(
                Door.ASSISTED,
                asker_id=asker.id,
                subject_key=subject_key,
                prefix_key=prefix_key,
                budgets=policy.budgets,
                at=at,
            )
            if spent is not None:
                answering.record_refusal(question, refusal=spent.budget)
                return spent
        recorded = answering.decide_and_record(question, born_on=document.born_on, policy=policy)
    return answering.tell(recorded)


def ask_as_kin(asker: User, subject_key: UUID, *, at: datetime) -> Answer | AgeNotServed | None:
    """Answer a verified guardian about somebody whom no number has to name; None for whoever is no kin."""
    proof = proof_of(asker, subject_key, at=at)
    # Kinship first: whoever is no kin must not learn from the time whether there is such a person.
    person = registry.find(subject_key) if proof.is_kin else None
    if person is None:
        return None
    if not is_age_for_assisted(person.born_on, at=at):
        return AgeNotServed()
    question = Question(
        door=Door.ASSISTED, proof=proof, asked_at=at, subject_key=subject_key, asker_id=asker.id
    )
    policy = PolicyRevision.objects.in_force(at)
    with transaction.atomic():
        recorded = answering.decide_and_record(question, born_on=person.born_on, policy=policy)
    return answering.tell(recorded)
