"""What one class of people is told at each door under one set of rules. Nothing is decided here.

The rule book judges, admission opens or shuts, and the checkpoint's table decides at the gate.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from healthcode.entry import judge_entry
from healthcode.evaluation import evaluate
from healthcode.facts import FeedAges
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


ToldAtDoors = Mapping[Door, Told]
_Admissions = tuple[tuple[Door, Admitted | NotAdmitted], ...]


class Judge:
    """One set of rules at one instant. Remembers what it has told: of many facts come few answers."""

    def __init__(self, policy: PolicyInForce, *, at: datetime) -> None:
        self._policy, self._at = policy, at
        self._admissions: dict[tuple[Standing, bool], _Admissions] = {}
        self._told: dict[tuple[Any, ...], ToldAtDoors] = {}

    def verdict(self, people: PeopleAlike) -> Verdict:
        """Return what the rule book says of a class."""
        return evaluate(people.facts, self._policy.rule_book, at=self._at)

    def told(self, people: PeopleAlike, verdict: Verdict) -> ToldAtDoors:
        """Return what a class is told at every door that serves its age; the same object for the same."""
        at_gate = judge_entry(verdict, entry_days=self._policy.rule_book.entry_days)
        admissions = self._admitted(people)
        said = admissions, verdict.status, verdict.reasons, at_gate
        told = self._told.get(said)
        if told is None:
            told = self._told[said] = _told(admissions, verdict, at_gate, feeds=people.facts.feeds)
        return told

    def _admitted(self, people: PeopleAlike) -> _Admissions:
        served = is_age_for_assisted(people.facts.born_on, at=self._at)
        asked = people.standing, served
        if asked not in self._admissions:
            self._admissions[asked] = tuple(
                (door, admit(door, proof, people.standing, self._policy.admission, at=self._at))
                for door, proof in DOORS.items()
                if served or door is not Door.ASSISTED
            )
        return self._admissions[asked]


def _told(
    admissions: _Admissions, verdict: Verdict, at_gate: EntryVerdict, *, feeds: FeedAges
) -> ToldAtDoors:
    told = {}
    for door, admission in admissions:
        decision = Decision(verdict=verdict, admission=admission, feeds=feeds)
        answer: str = decision.status
        if door is Door.CHECKPOINT:
            answer = at_gate if decision.is_admitted else EntryVerdict.MANUAL
        told[door] = Told(answer, decision.reasons)
    return told


def say_the_same(one: Policy, other: Policy) -> bool:
    """Tell whether two policies differ in nothing that a verdict rests on."""
    return replace(one, name=other.name, in_force_from=other.in_force_from) == other


def told_at_doors(people: PeopleAlike, policy: PolicyInForce, *, at: datetime) -> ToldAtDoors:
    """Return what a class is told at every door that serves its age."""
    judge = Judge(policy, at=at)
    return judge.told(people, judge.verdict(people))


def is_shut_out(*, before: str, after: str) -> bool:
    """Tell whether an answer turns unknown, or a gate that let somebody in no longer does."""
    if after == StatusCode.UNKNOWN:
        return before != StatusCode.UNKNOWN
    return before == EntryVerdict.PASS and after in (EntryVerdict.MANUAL, EntryVerdict.NO_PASS)
