"""Which tests of a history are kept."""

from datetime import timedelta
from typing import Any

from healthcode.facts import Naat, NaatResult
from healthcode.relevant import relevant_naats
from tests.healthcode.make import NOW, make_naat

DAY = timedelta(days=1)


def pending(days_ago: int) -> Naat:
    return make_naat(collected_at=NOW - days_ago * DAY, issued_at=None, result=None)


def finished(days_ago: int, *, issued_days_ago: int | None = None, **overrides: Any) -> Naat:
    issued = days_ago if issued_days_ago is None else issued_days_ago
    times = {"collected_at": NOW - days_ago * DAY, "issued_at": NOW - issued * DAY}
    return make_naat(**times | overrides)


def test_relevant_naats_is_empty_when_there_are_none() -> None:
    assert relevant_naats(()) == ()


def test_relevant_naats_is_one_test_when_a_newer_one_replaces_all_others() -> None:
    history = [finished(days_ago) for days_ago in range(90)]

    assert relevant_naats(history) == (history[0],)


def test_relevant_naats_keeps_six_when_each_has_its_own_role() -> None:
    by_issue = finished(9, issued_days_ago=1, pooled=True)
    single = finished(8)
    doubtful = finished(7, result=NaatResult.DETECTED)
    by_collection = finished(6, issued_days_ago=2, pooled=True)
    holding = pending(3)
    newest_pending = pending(0)
    lost = pending(2)

    kept = relevant_naats([lost, newest_pending, holding, by_collection, doubtful, single, by_issue])

    assert kept == (by_issue, single, doubtful, by_collection, holding, newest_pending)
