"""The hours of the audit, counted once and read often."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from uuid_utils.compat import uuid7

from civil_time import civil_date
from healthcode.verdict import Reason, StatusCode
from lookup import tallies
from lookup.admission import Door, Proof
from lookup.models import HourTally, Lookup

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def make_lookup(asked_at: datetime, **overrides: object) -> Lookup:
    values = {
        "id": uuid7(),
        "asked_at": asked_at,
        "asked_on": civil_date(asked_at),
        "door": Door.ASSISTED,
        "proof": Proof.NONE,
        "subject_key": uuid7(),
        "outcome": Lookup.Outcome.ANSWERED,
        "status": StatusCode.GREEN,
        "shown_status": StatusCode.GREEN,
    }
    return Lookup.objects.create(**values | overrides)


def _totals(hours: tallies.Hours) -> dict[datetime, int]:
    return {hour: counter.total() for hour, counter in hours.items()}


def _two_days(at: datetime) -> Iterator[datetime]:
    return (at - back * HOUR for back in range(48))


def test_read_counts_what_has_no_tally_yet(at):
    for back in (timedelta(), timedelta(minutes=1), HOUR):
        make_lookup(at - back)
    assert _totals(tallies.read(first=at - 3 * HOUR, at=at)) == {at: 1, at - HOUR: 2}


def test_read_gives_the_same_before_and_after_the_tally(at):
    make_lookup(at - HOUR)
    make_lookup(at - 2 * HOUR, shown_status=StatusCode.UNKNOWN, reasons=[Reason.NO_FACE_REFERENCE, "ALERT_1"])
    make_lookup(at - 2 * HOUR, outcome=Lookup.Outcome.REFUSED, status="", shown_status="")
    before = tallies.read(first=at - 3 * HOUR, at=at)
    assert tallies.tally(at=at) > 0
    assert HourTally.objects.filter(begins_at=at - 2 * HOUR).exists()
    assert tallies.read(first=at - 3 * HOUR, at=at) == before
    assert {kind.reason for kind in before[at - 2 * HOUR]} == {Reason.NO_FACE_REFERENCE, ""}


@pytest.mark.parametrize(("late", "is_due"), [(timedelta(minutes=10), True), (timedelta(minutes=9), False)])
def test_tally_waits_until_rows_are_settled(at, late, is_due):
    tallies.tally(at=at + late)
    assert HourTally.objects.filter(begins_at=at - 2 * HOUR).exists()
    assert HourTally.objects.filter(begins_at=at - HOUR).exists() is is_due
    assert not HourTally.objects.filter(begins_at=at).exists()


def test_tally_counts_no_hour_twice(at):
    for each in _two_days(at):
        make_lookup(each)
    assert tallies.tally(at=at) > 0
    assert tallies.tally(at=at) == 0


def test_read_shows_an_old_hour_only_from_its_tally(at):
    old = at - tallies.COUNTED_LIVE_FOR - 2 * HOUR
    make_lookup(old)
    assert old not in tallies.read(first=old, at=at)
    tallies.tally(at=old + 2 * HOUR)
    assert _totals(tallies.read(first=old, at=at))[old] == 1


def test_tally_forgets_what_is_as_old_as_the_audit_may_be(at):
    for age in (tallies.KEPT_FOR, tallies.KEPT_FOR + HOUR):
        HourTally.objects.create(begins_at=at - age)
    tallies.tally(at=at)
    kept = HourTally.objects.filter(begins_at__lte=at - tallies.KEPT_FOR)
    assert [tally.begins_at for tally in kept] == [at - tallies.KEPT_FOR]
