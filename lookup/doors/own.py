"""Own code: a verified account asks about its own person."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from identity.models import User
from lookup import answering
from lookup.admission import Door, Proof
from lookup.answer import Answer
from lookup.answering import Question
from lookup.models import PolicyRevision


@dataclass(frozen=True, kw_only=True)
class NotVerified:
    """The account has not proved whose it is, so there is no own code."""


def ask(asker: User, *, at: datetime) -> Answer | NotVerified:
    """Answer an account about its own person. Source: docs/domain.md, 3."""
    if asker.person is None:
        return NotVerified()
    person = asker.person
    question = Question(
        door=Door.OWN, proof=Proof.OWN, asked_at=at, subject_key=person.person_key, asker_id=asker.id
    )
    policy = PolicyRevision.objects.in_force(at)
    with transaction.atomic():
        recorded = answering.decide_and_record(question, born_on=person.born_on, policy=policy)
    return answering.tell(recorded)
