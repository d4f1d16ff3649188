"""The share alarm: it fires within ten minutes of a jump, names what began since, and else is still."""

import random
import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from uuid_utils.compat import uuid7

from civil_time import SHANGHAI, civil_date
from lookup.models import AnswerCount, Lookup, Release, ShareAlert
from lookup.policies import share_alarm, share_counts
from lookup.policies.share_alarm import Share, has_jumped
from tests.makers import make_staff

pytestmark = pytest.mark.django_db

# The face rule is in force from 9 June, 00:00.
LIVE = datetime(2022, 6, 9, 0, 0, tzinfo=SHANGHAI)
CHILD, ADULT = date(2015, 3, 1), date(1985, 3, 1)
WEEK = timedelta(days=7)
Reasons = Callable[[int], list[str]]


def _nothing(_number: int) -> list[str]:
    return []


def _no_face(number: int) -> list[str]:
    return ["NO_FACE_REFERENCE"] if number % 3 else []


def _ask(
    since: datetime, until: datetime, *, every_s: float, reasons: Reasons = _nothing, born_on: date = CHILD
) -> None:
    """Write audit rows as the assisted query leaves them."""
    rows, number, asked_at = [], 0, since
    while asked_at < until:
        given = reasons(number)
        rows.append(
            Lookup(
                id=uuid7(nanoseconds=int(asked_at.timestamp() * 1000) * 1_000_000),
                asked_on=civil_date(asked_at),
                asked_at=asked_at,
                door="ASSISTED",
                proof="NONE",
                subject_key=UUID(int=number),
                outcome=Lookup.Outcome.ANSWERED,
                status="UNKNOWN" if given else "GREEN",
                shown_status="UNKNOWN" if given else "GREEN",
                reasons=given,
                facts={"v": 1, "b": born_on.isoformat(), "f": [None, None, None, None]},
            )
        )
        number, asked_at = number + 1, asked_at + timedelta(seconds=every_s)
    Lookup.objects.bulk_create(rows)


def _run(at: datetime) -> list[ShareAlert]:
    share_counts.count(at=at)
    return share_alarm.watch(at=at)


def _run_every_minute(since: datetime, until: datetime) -> list[ShareAlert]:
    raised, at = [], since
    while at <= until:
        raised += _run(at)
        at += timedelta(minutes=1)
    return raised


def _week_before(*, every_s: float = 6, born_on: date = CHILD, reasons: Reasons = _nothing) -> None:
    around = timedelta(hours=1, minutes=30)
    _ask(LIVE - WEEK - around, LIVE - WEEK + around, every_s=every_s, born_on=born_on, reasons=reasons)
    share_counts.count(at=LIVE - WEEK + around)


def test_alarm_fires_within_ten_minutes_of_midnight_and_names_the_policy(settings):
    settings.RELEASE = "v7"
    _week_before()
    _ask(LIVE - timedelta(minutes=30), LIVE, every_s=6)
    _ask(LIVE, LIVE + timedelta(minutes=15), every_s=6, reasons=_no_face)
    Release.objects.create(name="v6", first_seen_at=LIVE - timedelta(days=30))
    raised = _run_every_minute(LIVE - timedelta(minutes=5), LIVE + timedelta(minutes=10))
    assert {alert.reason for alert in raised} == {"NO_FACE_REFERENCE", "SHOWN_UNKNOWN"}
    for alert in raised:
        assert LIVE < alert.raised_at <= LIVE + timedelta(minutes=10)
        assert (alert.door, alert.age_from, alert.policy) == ("ASSISTED", 3, "2022-06-09")
        assert (alert.release, alert.given_before) == ("v7", 0)
        assert alert.percent > 5


def test_alarm_is_still_in_a_week_like_the_week_before():
    draw = random.Random(3)

    def sometimes(_number: int) -> list[str]:
        return ["NAAT_OVERDUE"] if draw.random() < 0.2 else []

    _week_before(every_s=4, reasons=sometimes)
    _ask(LIVE - timedelta(hours=1), LIVE + timedelta(hours=1), every_s=4, reasons=sometimes)
    assert _run_every_minute(LIVE - timedelta(minutes=30), LIVE + timedelta(minutes=30)) == []
    assert AnswerCount.objects.filter(reason="NAAT_OVERDUE").exists()


def test_alarm_is_still_where_a_door_is_only_busier():
    _week_before(every_s=20, reasons=lambda number: ["NAAT_OVERDUE"] if number % 5 == 0 else [])
    _ask(
        LIVE - timedelta(hours=1),
        LIVE + timedelta(minutes=20),
        every_s=2,
        reasons=lambda number: ["NAAT_OVERDUE"] if number % 5 == 0 else [],
    )
    assert _run_every_minute(LIVE, LIVE + timedelta(minutes=10)) == []


def test_alarm_is_still_on_tiny_counts():
    _week_before(every_s=600)
    _ask(LIVE - timedelta(hours=1), LIVE + timedelta(minutes=10), every_s=300, reasons=_no_face)
    assert _run_every_minute(LIVE, LIVE + timedelta(minutes=10)) == []


def test_alarm_names_the_band_that_jumped_and_not_its_neighbours():
    _week_before()
    _week_before(born_on=ADULT)
    AnswerCount.objects.all().delete()
    share_counts.count(at=LIVE - WEEK + timedelta(hours=1, minutes=30))
    _ask(LIVE, LIVE + timedelta(minutes=10), every_s=3, reasons=_no_face)
    _ask(LIVE, LIVE + timedelta(minutes=10), every_s=3, born_on=ADULT)
    assert {alert.age_from for alert in _run(LIVE + timedelta(minutes=9))} == {3}


def test_alarm_tells_of_all_ages_where_no_band_has_enough():
    births = [date(2021, 1, 1), CHILD, date(2008, 1, 1), ADULT, date(1950, 1, 1), date(1930, 1, 1)]
    around = timedelta(hours=1, minutes=30)
    for born_on in births:
        _ask(LIVE - WEEK - around, LIVE - WEEK + around, every_s=200, born_on=born_on)
        _ask(LIVE, LIVE + timedelta(minutes=10), every_s=30, born_on=born_on, reasons=_no_face)
    share_counts.count(at=LIVE - WEEK + around)
    assert {alert.age_from for alert in _run(LIVE + timedelta(minutes=9))} == {None}


def test_jump_is_raised_again_when_a_week_is_over_and_somebody_has_seen_it():
    _week_before()
    _ask(LIVE, LIVE + timedelta(minutes=20), every_s=3, reasons=_no_face)
    assert len(_run(LIVE + timedelta(minutes=9))) == 2
    assert _run(LIVE + timedelta(minutes=19)) == []
    ShareAlert.objects.update(raised_at=LIVE - WEEK)
    assert _run(LIVE + timedelta(minutes=19)) == []
    ShareAlert.objects.update(acknowledged_at=LIVE, acknowledged_by=make_staff(at=LIVE))
    assert len(_run(LIVE + timedelta(minutes=19))) == 2


def test_rows_that_come_late_are_counted_and_nothing_is_counted_twice():
    at = LIVE + timedelta(minutes=30)
    _ask(LIVE, LIVE + timedelta(minutes=5), every_s=60)
    share_counts.count(at=at)
    share_counts.count(at=at)
    _ask(LIVE, LIVE + timedelta(minutes=5), every_s=60, reasons=lambda _number: ["DECEASED"])
    share_counts.count(at=at + timedelta(minutes=4))
    counted = dict(AnswerCount.objects.values_list("reason", "answers"))
    assert counted == {"ALL": 10, "DECEASED": 5, "SHOWN_UNKNOWN": 5}


def test_what_a_pause_has_missed_is_counted():
    _ask(LIVE, LIVE + timedelta(hours=5), every_s=600)
    share_counts.count(at=LIVE)
    share_counts.count(at=LIVE + timedelta(hours=5))
    assert sum(AnswerCount.objects.filter(reason="ALL").values_list("answers", flat=True)) == 30


def test_refusals_and_openings_by_staff_are_no_answers():
    _ask(LIVE, LIVE + timedelta(minutes=1), every_s=30)
    Lookup.objects.update(outcome=Lookup.Outcome.REFUSED)
    _ask(LIVE, LIVE + timedelta(minutes=1), every_s=30)
    Lookup.objects.filter(outcome=Lookup.Outcome.ANSWERED).update(door="ADMIN")
    assert share_counts.count(at=LIVE + timedelta(minutes=2)) == 0
    _ask(LIVE, LIVE + timedelta(minutes=1), every_s=30)
    assert share_counts.count(at=LIVE + timedelta(minutes=2)) == 1


def test_count_that_dies_leaves_the_old_counts(monkeypatch):
    _ask(LIVE, LIVE + timedelta(minutes=5), every_s=30)
    share_counts.count(at=LIVE + timedelta(minutes=5))
    before = list(AnswerCount.objects.values_list("begins_at", "reason", "answers"))
    with monkeypatch.context() as dying:
        dying.setattr(share_counts, "_COUNT", "SELECT 1/0 -- {band}")
        with pytest.raises(Exception, match="division by zero"):
            share_counts.count(at=LIVE + timedelta(minutes=6))
    assert list(AnswerCount.objects.values_list("begins_at", "reason", "answers")) == before


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_count_and_raise_once():
    _week_before()
    _ask(LIVE, LIVE + timedelta(minutes=9), every_s=3, reasons=_no_face)
    barrier = threading.Barrier(4)

    def work() -> None:
        barrier.wait()
        _run(LIVE + timedelta(minutes=9))
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    _run(LIVE + timedelta(minutes=9))
    assert ShareAlert.objects.count() == 2
    counted = AnswerCount.objects.filter(begins_at__gte=LIVE, reason="ALL")
    assert sum(counted.values_list("answers", flat=True)) == Lookup.objects.filter(asked_at__gte=LIVE).count()


@pytest.mark.parametrize(
    ("now", "before", "jumped"),
    [
        ((49, 49), (0, 1000), False),
        ((50, 50), (0, 1000), True),
        ((50, 50), (0, 49), False),
        ((19, 100), (0, 1000), False),
        ((20, 100), (0, 1000), True),
        ((4900, 100_000), (0, 100_000), False),
        ((5000, 100_000), (0, 100_000), True),
        ((44_000, 100_000), (30_000, 100_000), False),
        ((45_000, 100_000), (30_000, 100_000), True),
        ((30, 60), (15, 60), False),
        ((0, 100), (100, 100), False),
    ],
)
def test_share_has_jumped_beyond_each_bound_and_not_before(now, before, jumped):
    shares = (Share(given=given, answers=answers) for given, answers in (now, before))
    assert has_jumped(*shares) is jumped
