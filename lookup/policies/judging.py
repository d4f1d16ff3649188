"""What one class of people is told at each door under one set of rules. Nothing is decided here.

The rule book judges, admission opens or shuts, and the checkpoint's table decides at the gate.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from healthcode.entry import judge_entry
from healthcode.evaluation import evaluate
from healthcode.policy import Policy
from healthcode.verdict import EntryVerdict, Reason, StatusCode, Verdict
from lookup.admission import Admitted, Door, NotAdmitted, Proof, Standing, admit, is_age_for_assisted
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


class Told(NamedTuple):
    """An answer: a status, or at a gate what it does; and every reason, whoever may read it."""

    answer: str
    reasons: tuple[Reason, ...]


class Judge:
    """One set of rules at one instant. Remembers whom it admits: standings are few, facts are many."""

    def __init__(self, policy: PolicyInForce, *, at: datetime) -> None:
        self._policy, self._at = policy, at
        self._admissions: dict[tuple[Standing, bool], tuple[tuple[Door, Admitted | NotAdmitted], ...]] = {}

    def verdict(self, people: PeopleAlike) -> Verdict:
        """Return what the rule book says of a class."""
        return evaluate(people.facts, self._policy.rule_book, at=self._at)

    def told(self, people: PeopleAlike, verdict: Verdict) -> dict[Door, Told]:
        """Return what a class is told at every door that serves its age."""
        entry_days, told = self._policy.rule_book.entry_days, {}
        for door, admission in self._admitted(people):
            decision = Decision(verdict=verdict, admission=admission, feeds=people.facts.feeds)
            answer: str = decision.status
            if door is Door.CHECKPOINT:
                at_gate = judge_entry(verdict, entry_days=entry_days)
                answer = at_gate if decision.is_admitted else EntryVerdict.MANUAL
            told[door] = Told(answer, decision.reasons)
        return told

    def _admitted(self, people: PeopleAlike) -> tuple[tuple[Door, Admitted | NotAdmitted], ...]:
        served = is_age_for_assisted(people.facts.born_on, at=self._at)
        asked = people.standing, served
        if asked not in self._admissions:
            self._admissions[asked] = tuple(
                (door, admit(door, proof, people.standing, self._policy.admission, at=self._at))
                for door, proof in DOORS.items()
                if served or door is not Door.ASSISTED
            )
        return self._admissions[asked]


def say_the_same(one: Policy, other: Policy) -> bool:
    """Tell whether two policies differ in nothing that a verdict rests on."""
    return replace(one, name=other.name, in_force_from=other.in_force_from) == other


def told_at_doors(people: PeopleAlike, policy: PolicyInForce, *, at: datetime) -> dict[Door, Told]:
    """Return what a class is told at every door that serves its age."""
    judge = Judge(policy, at=at)
    return judge.told(people, judge.verdict(people))


def is_shut_out(*, before: str, after: str) -> bool:
    """Tell whether an answer turns unknown, or a gate that let somebody in no longer does."""
    if after == StatusCode.UNKNOWN:
        return before != StatusCode.UNKNOWN
    return before == EntryVerdict.PASS and after in (EntryVerdict.MANUAL, EntryVerdict.NO_PASS)
