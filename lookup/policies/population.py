"""Everybody in the registry, grouped in SQL into classes of equal facts and standing.

A class is judged once, by its representative. The grain is what the rules cannot tell apart
(`healthcode.alike`, docs/adr/0012-classes-of-equal-facts.md); whoever has more than plain negative tests
is grouped with exactly equal facts only. No name, number, authority or reference is read.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import orjson
from django.db import connection, transaction

from civil_time import civil_date, start_of
from healthcode.alike import NIGHT_HOURS, days_told_apart
from healthcode.compact import decode_alerts, decode_naats, decode_orders
from healthcode.facts import Dose, Facts, FeedAges, VaccineProduct
from healthcode.known import CLOCK_SKEW
from healthcode.policy import Policy
from lookup.admission import Standing
from lookup.policies.cohorts import band_sql

DISTRICT_FROM_TESTS_OF = timedelta(days=14)
"""The registry knows no district: it is where somebody's newest test of these days was taken, or none."""

_AT_ONCE = 5000

_CLASSES = """
CREATE TEMPORARY TABLE dry_run_classes ON COMMIT PRESERVE ROWS AS
WITH places AS (
    SELECT person_key, substr(max(record_day::text || district COLLATE "C"), 11) AS district
    FROM records_naat
    WHERE record_day > %(districts_from)s AND record_day <= %(today)s AND district <> '' AND NOT withdrawn
    GROUP BY person_key
), tested AS (
    SELECT person_key, doses, orders, alerts, record_in_review, naats,
        CASE
            WHEN orders <> '[]' OR alerts <> '[]' THEN NULL
            WHEN naats ->> 1 IS NULL AND naats -> 0 ->> 2 = 'N' THEN naats -> 0
            -- The newer of two in both its times hides the older one.
            WHEN naats ->> 2 IS NULL AND naats -> 0 ->> 2 = 'N' AND naats -> 1 ->> 2 = 'N'
                AND (naats -> 0 ->> 0)::bigint <= (naats -> 1 ->> 0)::bigint
                AND (naats -> 0 ->> 1)::bigint <= (naats -> 1 ->> 1)::bigint THEN naats -> 1
        END AS newest
    FROM records_summary
), timed AS (
    SELECT *, (newest ->> 0)::bigint AS collected, (newest ->> 1)::bigint AS issued FROM tested
)
SELECT
    {band}::smallint AS age_from,
    p.document_type,
    coalesce(places.district, '') AS district,
    p.face_reference <> '' AS has_face,
    CASE WHEN p.registered_at > %(at)s THEN 'later' WHEN p.registered_at >= %(midnight)s THEN 'today'
         WHEN p.registered_at IS NOT NULL THEN 'before' ELSE 'never' END AS registered,
    coalesce(p.died_on <= %(today)s, FALSE) AS died,
    l.subject_key IS NOT NULL AS locked,
    coalesce(t.record_in_review, FALSE) AS in_review,
    coalesce(jsonb_path_exists(t.doses, '$[*][1] ? (@ <= $today)', %(today_json)s), FALSE) AS has_dose,
    CASE WHEN collected IS NOT NULL AND issued IS NOT NULL AND greatest(collected, issued) <= %(known_by)s
         THEN jsonb_build_array(jsonb_build_array({collected}, {issued}, 'N', 0))
         ELSE coalesce(t.naats, '[]') END AS naats,
    CASE WHEN t.orders <> '[]' THEN (
        SELECT jsonb_agg(jsonb_build_array(e -> 0, e -> 1, e -> 2, '-', '-', '') ORDER BY place)
        FROM jsonb_array_elements(t.orders) WITH ORDINALITY AS x(e, place)) ELSE '[]' END AS orders,
    CASE WHEN t.alerts <> '[]' THEN (
        SELECT jsonb_agg(jsonb_build_array(e -> 0, e -> 1, e -> 2, '-', '-', '', e -> 6) ORDER BY place)
        FROM jsonb_array_elements(t.alerts) WITH ORDINALITY AS x(e, place)) ELSE '[]' END AS alerts,
    count(*) AS people,
    min(p.born_on) AS born_on,
    min(p.registered_at) AS registered_at
FROM identity_person p
LEFT JOIN timed t ON t.person_key = p.person_key
LEFT JOIN lookup_accesslock l ON l.subject_key = p.person_key
LEFT JOIN places ON places.person_key = p.person_key
WHERE NOT p.withdrawn
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
"""

# What is judged comes first, so that equal facts in other districts follow each other.
_READ = """
    SELECT naats, orders, alerts, in_review, has_dose, age_from, has_face, registered, died, locked,
        born_on, registered_at, document_type, district, people
    FROM dry_run_classes
    ORDER BY naats, orders, alerts, in_review, has_dose, age_from, has_face, registered, died, locked
"""

_AGES = """
    SELECT min(as_of) FILTER (WHERE kind IN ('registry', 'kinship')),
        min(as_of) FILTER (WHERE kind IN ('tests', 'tubes')),
        min(as_of) FILTER (WHERE kind = 'doses'),
        min(as_of) FILTER (WHERE kind IN ('orders', 'alerts'))
    FROM records_source WHERE counts_for_freshness
"""


@dataclass(frozen=True, kw_only=True)
class Share:
    """How many of a class hold one type of document and were tested in one district."""

    document_type: str
    district: str
    people: int


@dataclass(frozen=True, kw_only=True)
class PeopleAlike:
    """A class of people whom no rule tells apart, as far as this run goes; facts and standing of one."""

    age_from: int
    facts: Facts
    standing: Standing
    shares: tuple[Share, ...]


def group(policies: Sequence[Policy], *, at: datetime) -> int:
    """Group everybody by what these policies can tell apart at an instant; return how many rows came of it.

    The rows stand in a temporary table of this connection until ``forget``. ``at`` is in whole seconds.
    """
    forget()
    with transaction.atomic(), connection.cursor() as cursor:
        # One statement reads everybody as of one instant; it may take longer than any page does.
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL work_mem = '96MB'")
        # A core stays free for whoever asks meanwhile.
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        cursor.execute(_classes_sql(policies, at=at), _parameters(at))
        return int(cursor.rowcount)


def classes(*, at: datetime) -> Iterator[PeopleAlike]:
    """Yield every class that ``group`` has found."""
    feeds = _feed_ages()
    held: tuple[Any, ...] | None = None
    row: tuple[Any, ...] = ()
    shares: list[Share] = []
    for row_ in _rows():
        if held is not None and row_[:10] != held:
            yield _as_class(row, shares, feeds=feeds, at=at)
            shares = []
        held, row = row_[:10], row_
        shares.append(Share(document_type=row[12], district=row[13], people=row[14]))
    if held is not None:
        yield _as_class(row, shares, feeds=feeds, at=at)


def forget() -> None:
    """Drop what ``group`` has left."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.dry_run_classes")


def _classes_sql(policies: Sequence[Policy], *, at: datetime) -> str:
    today = civil_date(at)
    first_day = int(start_of(today - timedelta(days=days_told_apart(policies))).timestamp())
    return _CLASSES.format(
        band=band_sql("p.born_on", on=today),
        collected=_grain("collected", first_day=first_day),
        issued=_grain("issued", first_day=first_day),
    )


def _grain(seconds: str, *, first_day: int) -> str:
    """Return SQL that moves a time to the start of its Shanghai day, or to the end of its night.

    What lies before the first day that is told apart becomes one day. All times are of years in which
    Shanghai is eight hours ahead.
    """
    night = NIGHT_HOURS * 3600
    into_day = f"(({seconds} + 28800) %% 86400)"
    moved = f"{seconds} - {into_day} + CASE WHEN {into_day} < {night} THEN 0 ELSE {night} END"
    return f"greatest({moved}, {first_day - 86400 + night})"


def _parameters(at: datetime) -> dict[str, Any]:
    today = civil_date(at)
    return {
        "at": at,
        "today": today,
        "today_json": json.dumps({"today": today.isoformat()}),
        "midnight": start_of(today),
        "known_by": int((at + CLOCK_SKEW).timestamp()),
        "districts_from": today - DISTRICT_FROM_TESTS_OF,
    }


def _rows() -> Iterator[tuple[Any, ...]]:
    # A named cursor outlives its transaction (WITH HOLD), so that progress can be committed in between.
    with connection.cursor() as cursor:
        cursor.execute(f"DECLARE dry_run_rows NO SCROLL CURSOR WITH HOLD FOR {_READ}")
    try:
        while True:
            with connection.cursor() as cursor:
                cursor.execute(f"FETCH {_AT_ONCE} FROM dry_run_rows")
                rows = cursor.fetchall()
            if not rows:
                return
            yield from rows
    finally:
        with connection.cursor() as cursor:
            cursor.execute("CLOSE dry_run_rows")


def _feed_ages() -> FeedAges:
    with connection.cursor() as cursor:
        cursor.execute(_AGES)
        registry, tests, doses, orders = cursor.fetchone()
    return FeedAges(registry=registry, tests=tests, doses=doses, orders=orders)


def _as_class(row: tuple[Any, ...], shares: list[Share], *, feeds: FeedAges, at: datetime) -> PeopleAlike:
    naats, orders, alerts, in_review, has_dose, age_from, has_face, registered, died, locked = row[:10]
    born_on, registered_at = row[10:12]
    return PeopleAlike(
        age_from=age_from,
        facts=Facts(
            born_on=born_on,
            naats=decode_naats(_rows_in(naats)),
            doses=(_some_dose(civil_date(at)),) if has_dose else (),
            orders=decode_orders(_rows_in(orders)),
            alerts=decode_alerts(_rows_in(alerts)),
            feeds=feeds,
            record_in_review=in_review,
        ),
        standing=Standing(
            in_registry=True,
            died_on=civil_date(at) if died else None,
            registered_at=registered_at,
            has_face_reference=has_face,
            locked=locked,
        ),
        shares=tuple(shares),
    )


def _rows_in(section: str) -> Sequence[Any]:
    # Most people have no order and no alert; what an empty section holds need not be parsed.
    return () if section == "[]" else orjson.loads(section)


def _some_dose(on: date) -> Dose:
    """Return a dose: that there is one decides about a reason, which one only about the state."""
    return Dose(product=VaccineProduct.CORONAVAC, administered_on=on, dose_number=1)
