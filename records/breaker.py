"""The mass-flip breaker: how many people a page turns adverse, and whether that is too many.

Adverse is red, yellow or unconfirmed. A person turns if the rule book says so with the page and not
without it: now, or at the start of a measure that lies ahead. Source: docs/feed.md, 9; Zhengzhou in
June 2022 (docs/domain.md, 6).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Sum

from healthcode.compact import decode_alerts, decode_naats, decode_orders
from healthcode.evaluation import status_at
from healthcode.facts import Alert, Facts, FeedAges, Naat, Order
from healthcode.policy import CounterVersion, Policy, StaleAfter
from healthcode.verdict import StatusCode
from records.models import HeldPage, Kind, Source, SourceRules, SyncRun, TurnedAdverse

WINDOW = timedelta(hours=1)

_ADVERSE = frozenset({StatusCode.RED, StatusCode.YELLOW, StatusCode.UNCONFIRMED})
_LONG = timedelta(days=1000)
# The policies stand above this package, and of all their values only the period of alert ① bears on a
# status. The longest that any of them gives makes the breaker count too many rather than too few.
JUDGED_BY = Policy(
    name="breaker",
    in_force_from=datetime.fromisoformat("2022-04-30T00:00:00+08:00"),
    counter=CounterVersion.V3,
    entry_days=None,
    alert_1_for=timedelta(days=14),
    stale_after=StaleAfter(registry=_LONG, tests=_LONG, doses=_LONG, orders=_LONG),
)

# A new negative or pending test turns nobody: only a doubtful one, or what takes a former one away.
_TESTED = """
    SELECT person_key FROM page_judged
    WHERE outcome = 'APPLIED' AND (result IN ('DETECTED', 'INCONCLUSIVE') OR old_person_key IS NOT NULL)
    UNION SELECT old_person_key FROM page_judged WHERE outcome = 'APPLIED' AND old_person_key IS NOT NULL
    UNION SELECT j.person_key FROM page_judged j JOIN (
        SELECT tube_code FROM (SELECT DISTINCT tube_code FROM page_judged WHERE tube_code <> '') named
        CROSS JOIN LATERAL (
            SELECT FROM records_tube t
            WHERE t.source = %(source)s AND t.tube_code = named.tube_code AND t.result <> 'NOT_DETECTED'
                AND NOT t.withdrawn LIMIT 1
        ) spoke_before
    ) doubtful USING (tube_code)
    WHERE j.outcome = 'APPLIED'
"""
_IN_TUBES = """
    SELECT n.person_key FROM records_naat n WHERE n.source = %(source)s AND n.tube_code <> ''
        AND n.tube_code IN (
            SELECT tube_code FROM page_judged
            WHERE outcome = 'APPLIED' AND (result <> 'NOT_DETECTED' OR old_tube_code IS NOT NULL)
            UNION SELECT old_tube_code FROM page_judged WHERE outcome = 'APPLIED'
        )
"""
_MEASURED = "SELECT person_key FROM page_people"
_COULD_TURN: Mapping[Kind, str] = {
    Kind.TESTS: _TESTED,
    Kind.TUBES: _IN_TUBES,
    Kind.ORDERS: _MEASURED,
    Kind.ALERTS: _MEASURED,
}
_BEAR_ON_PERSON = "person_key = ANY(%(people)s) OR old_person_key = ANY(%(people)s)"
_BEAR_ON_MEMBER = """
    EXISTS (
        SELECT FROM records_naat n WHERE n.source = %(source)s AND n.person_key = ANY(%(people)s)
            AND n.tube_code <> '' AND n.tube_code IN (page_judged.tube_code, page_judged.old_tube_code)
    )
"""
_SECTIONS = "SELECT person_key, naats, orders, alerts FROM records_summary WHERE person_key = ANY(%s)"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """``people`` in an hour always pass; beyond them, ``percent`` of those whom the feed touches."""

    people: int
    percent: float


@dataclass(frozen=True, kw_only=True)
class _Sections:
    naats: tuple[Naat, ...] = ()
    orders: tuple[Order, ...] = ()
    alerts: tuple[Alert, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Watched:
    """The people whom a page could turn, and what the rule book knew of them before."""

    people: frozenset[UUID]
    before: Mapping[UUID, _Sections]


class TooManyTurned(Exception):
    """The page turns too many people: undo it. ``places`` are the lines that bear on them."""

    def __init__(self, people: int, *, places: frozenset[int]) -> None:
        super().__init__(people)
        self.people = people
        self.places = places


_NOTHING = _Sections()


def limits_of(source: Source) -> Limits:
    """Return the limits of a feed: those of its rules, else those of the settings."""
    row = SourceRules.objects.filter(source=source.name, kind=source.kind).first()
    people = row.most_turned_people if row else None
    percent = row.most_turned_percent if row else None
    return Limits(
        people=settings.BREAKER_PEOPLE if people is None else people,
        percent=settings.BREAKER_PERCENT if percent is None else percent,
    )


def watch(cursor: Any, kind: Kind, *, source: str) -> Watched:
    """Note whom a merged page could turn, before the summaries are refreshed. Reads page_judged."""
    people: frozenset[UUID] = frozenset()
    if kind in _COULD_TURN:
        cursor.execute(_COULD_TURN[kind], {"source": source})
        people = frozenset(key for (key,) in cursor.fetchall())
    return Watched(people=people, before=_sections(cursor, people))


def account(cursor: Any, watched: Watched, run: SyncRun, *, breaks: bool, at: datetime) -> None:
    """Count whom the page has turned, once the summaries are refreshed, and write it down.

    Raises TooManyTurned if they are too many and the page ``breaks``.
    """
    source = run.source
    kind = Kind(source.kind)
    if kind not in _COULD_TURN:
        return
    turned = frozenset(
        key
        for key, after in _sections(cursor, watched.people).items()
        if _turns(watched.before.get(key, _NOTHING), after, at=at)
    )
    touched = _count_touched(cursor, run, kind)
    if breaks and is_too_many(source, turned=len(turned), touched=touched, at=at):
        raise TooManyTurned(len(turned), places=_bearing_on(cursor, kind, turned, source=source.name))
    if touched:
        TurnedAdverse.objects.create(
            run=run, source=source, merged_at=at, touched=touched, turned=len(turned)
        )


def is_too_many(source: Source, *, turned: int, touched: int, at: datetime) -> bool:
    """Tell whether so many are too many, together with those of the last hour, held ones among them."""
    if not turned:
        return False
    limits, since = limits_of(source), at - WINDOW
    late = TurnedAdverse.objects.filter(source=source, merged_at__gt=since).aggregate(
        turned=Sum("turned", default=0), touched=Sum("touched", default=0)
    )
    held = HeldPage.objects.filter(source=source, held_at__gt=since).aggregate(n=Sum("people", default=0))[
        "n"
    ]
    all_turned = turned + late["turned"] + held
    all_touched = touched + late["touched"] + held
    return bool(all_turned > limits.people and all_turned * 100 > limits.percent * all_touched)


def _bearing_on(cursor: Any, kind: Kind, people: frozenset[UUID], *, source: str) -> frozenset[int]:
    """Return the places of the rows about some people, and of those that were about them before."""
    condition = _BEAR_ON_MEMBER if kind is Kind.TUBES else _BEAR_ON_PERSON
    cursor.execute(
        f"SELECT ordinal FROM page_judged WHERE {condition}", {"source": source, "people": list(people)}
    )
    return frozenset(ordinal for (ordinal,) in cursor.fetchall())


def _count_touched(cursor: Any, run: SyncRun, kind: Kind) -> int:
    if kind is not Kind.TUBES:
        return run.applied  # a row is one person
    cursor.execute("SELECT count(*) FROM page_people")
    touched: int = cursor.fetchone()[0]
    return touched


def _sections(cursor: Any, people: frozenset[UUID]) -> dict[UUID, _Sections]:
    if not people:
        return {}
    cursor.execute(_SECTIONS, [list(people)])
    return {
        key: _Sections(
            naats=decode_naats(json.loads(naats)),
            orders=decode_orders(json.loads(orders)),
            alerts=decode_alerts(json.loads(alerts)),
        )
        for key, naats, orders, alerts in cursor.fetchall()
    }


def _turns(before: _Sections, after: _Sections, *, at: datetime) -> bool:
    if before == after:
        return False
    starts = {order.in_force_from for order in after.orders}
    starts |= {alert.in_force_from for alert in after.alerts}
    instants = [at, *(start for start in starts if start > at)]
    return any(_is_adverse(after, at=instant) and not _is_adverse(before, at=instant) for instant in instants)


def _is_adverse(sections: _Sections, *, at: datetime) -> bool:
    facts = Facts(
        born_on=date(1980, 1, 1),  # no age bears on a status
        feeds=FeedAges(registry=at, tests=at, doses=at, orders=at),
        naats=sections.naats,
        orders=sections.orders,
        alerts=sections.alerts,
    )
    return status_at(facts, JUDGED_BY, at=at) in _ADVERSE
