"""Verdicts that are given once for many people: whom no rule tells apart is judged together.

A verdict holds for everybody of one kind until its ``valid_until``. Nothing of a person is remembered: days,
a band of ages, a state of vaccination. Source: docs/adr/0012-classes-of-equal-facts.md.
"""

from bisect import bisect_right
from dataclasses import replace
from datetime import datetime

from civil_time import civil_date, completed_years
from healthcode.alike import AGES, TestGrain, grain_of
from healthcode.evaluation import evaluate
from healthcode.facts import Facts, FeedAges
from healthcode.policy import Policy
from healthcode.vaccination import vaccination_state
from healthcode.verdict import VaccinationState, Verdict

_TURNS = sorted(AGES)
_MOST_KINDS = 10_000

_Kind = tuple[TestGrain | None, VaccinationState, int]


class Judge:
    """One policy, while the feeds are of one age. Says what ``evaluate`` says, at a part of its cost.

    Safe for threads that share it: whoever comes second overwrites the same with the same.
    """

    def __init__(self, policy: Policy, feeds: FeedAges) -> None:
        self._policy, self._feeds = policy, feeds
        self._given: dict[_Kind, tuple[datetime, Verdict]] = {}

    def evaluate(self, facts: Facts, *, at: datetime) -> Verdict:
        """Return the verdict on a person at an instant."""
        is_plain = not (facts.orders or facts.alerts or facts.record_in_review)
        if not is_plain or facts.feeds != self._feeds:
            return evaluate(facts, self._policy, at=at)
        grain = grain_of(facts.naats, at=at) if facts.naats else None
        if grain is None and facts.naats:
            return evaluate(facts, self._policy, at=at)
        return self._of_a_kind(facts, grain, at=at)

    def _of_a_kind(self, facts: Facts, grain: TestGrain | None, *, at: datetime) -> Verdict:
        today = civil_date(at)
        age = completed_years(facts.born_on, today)
        vaccination = vaccination_state(facts.doses, born_on=facts.born_on, on=today)
        kind = grain, vaccination, bisect_right(_TURNS, age)
        given = self._given.get(kind)
        if given is None or not given[0] <= at < given[1].valid_until:
            given = at, evaluate(facts, self._policy, at=at)
            if len(self._given) >= _MOST_KINDS:
                self._given.clear()
            self._given[kind] = given
        verdict = given[1]
        return verdict if verdict.age == age else replace(verdict, age=age)
