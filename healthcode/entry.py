"""The checkpoint's table: from a verdict and the entry rule to pass, no pass or a human look."""

from typing import assert_never

from healthcode.facts import Feed
from healthcode.verdict import EntryVerdict, StatusCode, Verdict

OWN_TEST_FROM = 3
"""Age in completed years; for younger children the companion's test counts."""


def judge_entry(verdict: Verdict, *, entry_days: int | None) -> EntryVerdict:
    """Return what a checkpoint does about a verdict.

    ``entry_days`` is the entry rule in counted days, or None if no test is asked for.
    Source: docs/domain.md, 5 ("Checkpoint verdict").
    """
    match verdict.status:
        case StatusCode.RED | StatusCode.YELLOW:
            return EntryVerdict.NO_PASS
        case StatusCode.UNKNOWN | StatusCode.UNCONFIRMED:
            return EntryVerdict.MANUAL
        case StatusCode.GREEN:
            return _judge_green(verdict, entry_days=entry_days)
        case _:
            assert_never(verdict.status)


def asks_for_test(*, entry_days: int | None, age: int) -> bool:
    """Say whether the entry rule asks somebody of this age (completed years) for an own test."""
    return entry_days is not None and age >= OWN_TEST_FROM


def _judge_green(verdict: Verdict, *, entry_days: int | None) -> EntryVerdict:
    # A green from stale orders may hide a red, so it passes nobody, whatever the test says. A stale
    # test feed can only hide a newer test, so a test within the rule still counts.
    if Feed.ORDERS in verdict.stale:
        return EntryVerdict.MANUAL
    if entry_days is None or not asks_for_test(entry_days=entry_days, age=verdict.age):
        return EntryVerdict.PASS
    if verdict.naat.days is not None and verdict.naat.days <= entry_days:
        return EntryVerdict.PASS
    if verdict.naat.days is None or verdict.naat.pending or Feed.TESTS in verdict.stale:
        return EntryVerdict.MANUAL
    return EntryVerdict.NO_PASS
