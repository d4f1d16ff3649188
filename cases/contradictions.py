"""What cannot all be right at once, found in the audit and the records by a few set-based statements.

Nothing is judged here: the reasons are those that the rule book and the doors gave when somebody asked.
Each statement is bounded by a time and an index. Source: docs/domain.md, 9.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from cases.models import Case
from cases.owners import owner_of_reason
from cases.patterns import door_shut, laboratory_silent, orders_without_source
from civil_time import civil_date
from healthcode.verdict import Reason

RECENT_TESTS_FOR = timedelta(days=14)
EXAMPLES = 3
# Registered today, and locked by one's own wish, are shut doors that contradict nothing.
_SHUT = (Reason.NOT_IN_REGISTRY, Reason.DECEASED, Reason.NOT_REGISTERED, Reason.NO_FACE_REFERENCE)

# From the unknowns alone, which have an index; another door's answer is found by the person.
_SHUT_DOORS = """
    WITH shut AS (
        SELECT door, reasons ->> 0 AS reason, subject_key, min(asked_at) AS first_at, max(policy) AS policy,
            max((facts ->> 'b')::date) AS born_on,
            bool_or(facts ? 'd' OR EXISTS (
                SELECT FROM jsonb_array_elements(facts -> 'n') test
                WHERE coalesce(test ->> 1, test ->> 0)::bigint >= extract(epoch FROM %(tested_since)s)
            )) AS has_records
        FROM lookup_lookup
        WHERE status = 'UNKNOWN' AND asked_at > %(since)s AND asked_at <= %(at)s
            AND asked_on BETWEEN %(first_day)s AND %(last_day)s AND reasons ->> 0 = ANY(%(shut)s)
        GROUP BY door, reasons ->> 0, subject_key
    ), beside AS (
        SELECT shut.*, EXISTS (
            SELECT FROM lookup_lookup other
            WHERE other.subject_key = shut.subject_key AND other.door <> shut.door
                AND other.asked_at > %(since)s AND other.asked_at <= %(at)s
                AND other.asked_on BETWEEN %(first_day)s AND %(last_day)s
                AND other.status NOT IN ('', 'UNKNOWN')
        ) AS is_let_in_elsewhere
        FROM shut
    )
    SELECT door, reason, count(*), count(*) FILTER (WHERE has_records),
        count(*) FILTER (WHERE is_let_in_elsewhere),
        count(*) FILTER (WHERE born_on > %(sixteen_years_ago)s),
        count(*) FILTER (WHERE born_on <= %(sixty_years_ago)s),
        min(first_at), max(policy), (array_agg(subject_key ORDER BY first_at, subject_key))[:%(examples)s]
    FROM beside WHERE has_records OR is_let_in_elsewhere
    GROUP BY door, reason HAVING count(*) >= %(people)s
"""

# In force, but said by a source that is not there, or that has been silent for long.
_ORDERS = """
    SELECT m.source, count(DISTINCT m.person_key), max(s.as_of),
        (array_agg(DISTINCT m.person_key))[:%(examples)s]
    FROM (
        SELECT source, person_key, 'orders' AS kind FROM records_observationorder
        WHERE NOT withdrawn AND in_force_from <= %(at)s AND in_force_until > %(at)s
        UNION ALL
        SELECT source, person_key, 'alerts' FROM records_alert
        WHERE NOT withdrawn AND in_force_from <= %(at)s AND in_force_until > %(at)s
    ) m
    LEFT JOIN records_source s ON s.name = m.source AND s.kind = m.kind
    WHERE s.id IS NULL OR s.counts_for_freshness AND (s.as_of IS NULL OR s.as_of <= %(heard_since)s)
    GROUP BY m.source
"""

# Laboratories that sent in many hours of the week before, and have sent nothing for long.
_LABORATORIES = """
    SELECT source, laboratory, max(hour), sum(received), (
        SELECT count(DISTINCT n.person_key) FROM records_naat n
        WHERE n.source = sent.source AND n.laboratory = sent.laboratory AND NOT n.withdrawn
            AND n.result = '' AND n.tube_code = ''
            AND n.record_day BETWEEN %(first_record_day)s AND %(last_day)s
    )
    FROM records_laboratoryhour sent
    WHERE hour > %(week_ago)s AND hour <= %(at)s AND laboratory <> ''
    GROUP BY source, laboratory
    HAVING count(*) >= %(hours)s AND max(hour) <= %(sent_since)s
"""


@dataclass(frozen=True, kw_only=True)
class Contradiction:
    """One group: its name, whose it is to put right, how many people, and some of them to look at."""

    pattern: str
    kind: Case.Kind
    record: Case.Record | None = None
    owner: Case.Owner
    people: int
    counts: dict[str, Any] = field(default_factory=dict)
    examples: tuple[UUID, ...] = ()


def find(*, at: datetime) -> Iterator[Contradiction]:
    """Yield every contradiction that stands at ``at``, by the thresholds of the settings."""
    with connection.cursor() as cursor:
        yield from _doors(cursor, at=at)
        yield from _orders(cursor, at=at)
        yield from _laboratories(cursor, at=at)


def _doors(cursor: Any, *, at: datetime) -> Iterator[Contradiction]:
    since, today = at - timedelta(hours=settings.CONTRADICTION_HOURS), civil_date(at)
    cursor.execute(
        _SHUT_DOORS,
        {
            "at": at,
            "since": since,
            "first_day": civil_date(since),
            "last_day": today,
            "tested_since": at - RECENT_TESTS_FOR,
            "shut": [reason.value for reason in _SHUT],
            # Counts to look at and no rule: the year is enough.
            "sixteen_years_ago": today - timedelta(days=17 * 365),
            "sixty_years_ago": today - timedelta(days=60 * 365),
            "people": settings.CONTRADICTION_PEOPLE,
            "examples": EXAMPLES,
        },
    )
    for (
        door,
        reason,
        people,
        with_records,
        elsewhere,
        children,
        elders,
        first,
        policy,
        some,
    ) in cursor.fetchall():
        yield Contradiction(
            pattern=door_shut(door, reason),
            kind=Case.Kind.STATUS_UNKNOWN,
            owner=owner_of_reason(Reason(reason)),
            people=people,
            counts={
                "with_recent_tests_or_doses": with_records,
                "let_in_at_another_door": elsewhere,
                "aged_16_or_less": children,
                "aged_60_or_more": elders,
                "first_asked_at": first.isoformat(),
                "policy": policy,
            },
            examples=tuple(some),
        )


def _orders(cursor: Any, *, at: datetime) -> Iterator[Contradiction]:
    heard_since = at - timedelta(hours=settings.ORDERS_SOURCE_SILENT_HOURS)
    cursor.execute(_ORDERS, {"at": at, "heard_since": heard_since, "examples": EXAMPLES})
    for source, people, as_of, some in cursor.fetchall():
        yield Contradiction(
            pattern=orders_without_source(source),
            kind=Case.Kind.WRONG_ORDER,
            owner=Case.Owner.COMMUNITY,
            people=people,
            counts={"source": source, "last_heard_of": None if as_of is None else as_of.isoformat()},
            examples=tuple(some),
        )


def _laboratories(cursor: Any, *, at: datetime) -> Iterator[Contradiction]:
    cursor.execute(
        _LABORATORIES,
        {
            "at": at,
            "week_ago": at - timedelta(days=7),
            "sent_since": at - timedelta(hours=settings.LABORATORY_SILENT_HOURS),
            "hours": settings.LABORATORY_REGULAR_HOURS,
            "first_record_day": civil_date(at) - timedelta(days=3),
            "last_day": civil_date(at),
        },
    )
    for source, laboratory, last_hour, received, waiting in cursor.fetchall():
        yield Contradiction(
            pattern=laboratory_silent(_short(source, laboratory)),
            kind=Case.Kind.MISSING_RECORD,
            record=Case.Record.TEST,
            owner=Case.Owner.LABORATORY,
            people=waiting,
            counts={
                "source": source,
                "laboratory": laboratory,
                "last_sent_at": last_hour.isoformat(),
                "sent_within_the_week": received,
            },
        )


def _short(source: str, laboratory: str) -> str:
    """Return a name of a laboratory that fits into a pattern, whatever its length."""
    return hashlib.blake2s(f"{source}\n{laboratory}".encode(), digest_size=8).hexdigest()
