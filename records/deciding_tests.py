"""Which old tests still decide a status: without them a re-test would be forgotten, or an alert come back.

Source: docs/adr/0007-retention-never-turns-a-status.md.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from healthcode.compact import decode_alerts
from healthcode.facts import Alert, Naat, NaatResult
from healthcode.in_force import alerts_in_force
from healthcode.known import known_naats
from healthcode.naat_days import retest_required
from healthcode.relevant import relevant_naats
from records.breaker import JUDGED_BY
from records.tube_results import TESTS_WITH_TUBES

Kept = tuple[str, str, date]
"""Source, record id and record day of a test."""

_AT_ONCE = 1000

# Only a doubtful test and alert ④ wait for a test; of everybody else no old test can turn the status.
_CANDIDATES = """
    SELECT DISTINCT n.person_key FROM {table} n JOIN records_summary s USING (person_key)
    WHERE n.record_day < %s AND (
        s.naats @> '[["D"]]' OR s.naats @> '[["I"]]' OR s.alerts @> '[["TEST_REQUIRED"]]'
    )
"""
_TESTS = f"""
    SELECT person_key, collected_at, issued_at, result, pooled, source, record_id, record_day,
        tableoid = %(table)s::regclass AND record_day < %(until)s
    FROM ({TESTS_WITH_TUBES} AND n.person_key = ANY(%(people)s)) tests
"""
_ALERTS = "SELECT person_key, alerts FROM records_summary WHERE person_key = ANY(%s)"


@dataclass(frozen=True, kw_only=True)
class _Test:
    naat: Naat
    kept: Kept
    goes: bool


def deciding_of(cursor: Any, table: str, *, until: date, at: datetime) -> frozenset[Kept]:
    """Return the tests of a partition, of days before ``until``, that have to stay.

    They are those without which a re-test that is still required would not be, or an alert ④ that a
    test has ended would be in force again; of these, the few that the rule book looks at.
    """
    cursor.execute(_CANDIDATES.format(table=table), [until])
    people: list[UUID] = [key for (key,) in cursor.fetchall()]
    kept: set[Kept] = set()
    for start in range(0, len(people), _AT_ONCE):
        some = people[start : start + _AT_ONCE]
        alerts = _alerts_of(cursor, some)
        for key, tests in _tests_of(cursor, some, table=table, until=until).items():
            kept.update(_deciding(tests, alerts[key], at=at))
    return frozenset(kept)


def _deciding(tests: Sequence[_Test], alerts: tuple[Alert, ...], *, at: datetime) -> Iterator[Kept]:
    everything = tuple(test.naat for test in tests)
    rest = tuple(test.naat for test in tests if not test.goes)
    if _what_waits(everything, alerts, at=at) == _what_waits(rest, alerts, at=at):
        return
    relevant = frozenset(relevant_naats(everything))
    yield from (test.kept for test in tests if test.goes and test.naat in relevant)


def _what_waits(naats: tuple[Naat, ...], alerts: tuple[Alert, ...], *, at: datetime) -> object:
    """Return what of a status depends on tests; an order beside it does not hide that."""
    known = known_naats(naats, at=at)
    return retest_required(known), alerts_in_force(alerts, known, JUDGED_BY, at=at)


def _tests_of(cursor: Any, people: list[UUID], *, table: str, until: date) -> dict[UUID, list[_Test]]:
    cursor.execute(_TESTS, {"people": people, "table": table, "until": until})
    tests: defaultdict[UUID, list[_Test]] = defaultdict(list)
    for key, collected_at, issued_at, result, pooled, source, record_id, day, goes in cursor.fetchall():
        naat = Naat(
            collected_at=collected_at,
            issued_at=issued_at,
            result=None if result is None else NaatResult(result),
            pooled=pooled,
        )
        tests[key].append(_Test(naat=naat, kept=(source, record_id, day), goes=goes))
    return tests


def _alerts_of(cursor: Any, people: list[UUID]) -> dict[UUID, tuple[Alert, ...]]:
    cursor.execute(_ALERTS, [people])
    return {key: decode_alerts(json.loads(alerts)) for key, alerts in cursor.fetchall()}
