"""Assisted query for the old and the young: an account asks about somebody by document number."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from identity import keyring, kinship
from identity.document import Document
from identity.models import User
from lookup import answering, budgets
from lookup.admission import Door, Proof, is_age_for_assisted
from lookup.answering import Question
from lookup.budgets import BudgetSpent
from lookup.disclosure import Answer
from lookup.models import PolicyRevision


@dataclass(frozen=True, kw_only=True)
class AgeNotServed:
    """Between 17 and 59 years. Anybody can read that off the number, so it is told before any look-up."""


def ask(asker: User, document: Document, *, at: datetime) -> Answer | AgeNotServed | BudgetSpent:
    """Answer an account about the holder of a document.

    A verified guardian is told everything; anybody else reads green or the bare unknown, within the
    budgets. Source: docs/domain.md, 3 to 5.
    """
    if not is_age_for_assisted(document.born_on, at=at):
        return AgeNotServed()
    policy = PolicyRevision.objects.in_force(at)
    subject_key, prefix_key = keyring.key_of(document), keyring.prefix_key(document)
    question = Question(
        door=Door.ASSISTED,
        proof=_proof(asker, subject_key, at=at),
        asked_at=at,
        subject_key=subject_key,
        asker_id=asker.id,
        prefix_key=prefix_key,
    )
    with transaction.atomic():
        if question.proof is Proof.NONE:
            spent = budgets.spend_assisted(
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


def _proof(asker: User, subject_key: UUID, *, at: datetime) -> Proof:
    if asker.person_id is None:
        return Proof.NONE
    if asker.person_id == subject_key:
        return Proof.OWN
    is_guardian = kinship.is_verified(guardian_key=asker.person_id, ward_key=subject_key, at=at)
    return Proof.KINSHIP if is_guardian else Proof.NONE
