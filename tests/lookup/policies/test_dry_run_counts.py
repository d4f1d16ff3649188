"""The dry run counts what judging every single person would count: no class mixes unlike people."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from civil_time import SHANGHAI
from healthcode.policy import CounterVersion
from lookup.admission import AdmissionPolicy
from lookup.models import PolicyInForce, PolicyRevision
from lookup.policies import dry_run
from tests.lookup.policies.random_people import one_by_one, read_everybody, write_people

pytestmark = pytest.mark.django_db

PEOPLE = 700


def _rules(name: str, *, face_needed: bool | None = None, **values) -> PolicyInForce:
    policy = PolicyRevision.objects.get(name=name).read()
    if face_needed is not None:
        policy = replace(policy, admission=AdmissionPolicy(face_needed_for_assisted=face_needed))
    return replace(policy, rule_book=replace(policy.rule_book, **values))


CHANGES = {
    "face": ("2022-06-06", {"face_needed": True}),
    "48 hours": ("2022-06-06", {"entry_days": 2}),
    "no test asked for": ("2022-07-04", {"entry_days": None}),
    "a test of 14 days": ("2022-07-04", {"entry_days": 14}),
    "alert 1": ("2022-06-09", {"alert_1_for": timedelta(days=7)}),
    "V1 to V2": ("2022-07-01", {"counter": CounterVersion.V2}),
    "V2 to V3": ("2022-07-02", {"counter": CounterVersion.V3}),
    "several at once": (
        "2022-07-04",
        {"counter": CounterVersion.V1, "entry_days": 7, "face_needed": False},
    ),
}
CLOCKS = {
    "a morning": datetime(2022, 6, 7, 10, 12, 13, 400_000, tzinfo=SHANGHAI),
    "midnight": datetime(2022, 7, 2, 0, 0, tzinfo=SHANGHAI),
    "just before midnight": datetime(2022, 7, 2, 23, 57, tzinfo=SHANGHAI),
    "six in the morning of a leap day": datetime(2024, 2, 29, 6, 0, tzinfo=SHANGHAI),
    "the day before 1 March": datetime(2022, 2, 28, 5, 58, tzinfo=SHANGHAI),
}


@pytest.mark.parametrize("clock", CLOCKS)
def test_dry_run_counts_as_if_everybody_were_judged_one_by_one(clock):
    at = CLOCKS[clock]
    write_people(PEOPLE, at=at.replace(microsecond=0), seed=len(clock))
    moved, everybody = 0, read_everybody(at=at)
    for name, (base, change) in CHANGES.items():
        before, after = _rules(base), _rules(base, **change)
        compared = dry_run.compare(before, after, at=at)
        assert compared.groups == one_by_one(everybody, before, after, at=at.replace(microsecond=0)), name
        assert compared.classes < compared.people
        moved += sum(people for group, people in compared.groups.items() if group.gained or group.lost)
    # Otherwise the clocks would be such that nothing of this can be seen.
    assert moved > PEOPLE
