"""What one class of people is told at each door under one set of rules. Nothing is decided here.

The rule book judges, admission opens or shuts, and the checkpoint's table decides at the gate.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from healthcode.entry import judge_entry
from healthcode.evaluation import evaluate
from healthcode.verdict import EntryVerdict, Reason, StatusCode
from lookup.admission import Door, Proof, admit, is_age_for_assisted
from lookup.disclosure import Decision
from lookup.models import PolicyInForce
from lookup.policies.population import PeopleAlike

# The admin's own door answers nobody. Of each other door, the asker for whom it was made.
DOORS: Mapping[Door, Proof] = {
    Door.OWN: Proof.OWN,
    Door.ASSISTED: Proof.NONE,
    Door.THIRD_PARTY: Proof.FACE_MATCHED,
    Door.RECORDS: Proof.FACE_MATCHED,
    Door.CHECKPOINT: Proof.NONE,
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """An answer: a status, or at a gate what it does; and every reason, whoever may read it."""

    answer: str
    reasons: tuple[Reason, ...]


def told_at_doors(people: PeopleAlike, policy: PolicyInForce, *, at: datetime) -> dict[Door, Told]:
    """Return what a class is told at every door that serves its age."""
    verdict = evaluate(people.facts, policy.rule_book, at=at)
    told = {}
    for door, proof in DOORS.items():
        if door is Door.ASSISTED and not is_age_for_assisted(people.facts.born_on, at=at):
            continue
        admission = admit(door, proof, people.standing, policy.admission, at=at)
        decision = Decision(verdict=verdict, admission=admission, feeds=people.facts.feeds)
        answer: str = decision.status
        if door is Door.CHECKPOINT:
            entry_days = policy.rule_book.entry_days
            at_gate = judge_entry(verdict, entry_days=entry_days)
            answer = at_gate if decision.is_admitted else EntryVerdict.MANUAL
        told[door] = Told(answer=answer, reasons=decision.reasons)
    return told


def is_shut_out(*, before: str, after: str) -> bool:
    """Tell whether an answer turns unknown, or a gate that let somebody in no longer does."""
    if after == StatusCode.UNKNOWN:
        return before != StatusCode.UNKNOWN
    return before == EntryVerdict.PASS and after in (EntryVerdict.MANUAL, EntryVerdict.NO_PASS)
