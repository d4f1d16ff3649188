"""One row per person with all that the rule book needs, recomputed for the people whom a page touched.

The tests kept are those that `healthcode.relevant` would keep, so that the answer from this row is
the answer from the whole history. Sections have the shapes of `healthcode.compact`.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from records.models import Kind
from records.tube_results import TESTS_WITH_TUBES

ENDED_LONG_AGO = timedelta(days=30)
"""An order or alert that ended longer ago than this is left out."""

# Each candidate is an array that sorts as the rule book sorts, so that one pass finds every newest
# test: [taken, issued, gravity, single, collection known], all in seconds or small numbers.
_NAATS = f"""
    WITH specimens AS MATERIALIZED (
        SELECT person_key, collected_at, issued_at, result, (NOT pooled)::int::bigint AS single,
            CASE WHEN collected_at IS NULL AND result = 'NOT_DETECTED'
                 THEN date_trunc('day', (issued_at - interval '6 hours') AT TIME ZONE 'Asia/Shanghai')
                      AT TIME ZONE 'Asia/Shanghai'
                 ELSE coalesce(collected_at, issued_at) END AS taken_at
        FROM ({TESTS_WITH_TUBES} AND n.person_key IN (SELECT person_key FROM page_people)) tests
    ), candidates AS (
        SELECT person_key, result, ARRAY[
            extract(epoch FROM taken_at)::bigint, extract(epoch FROM coalesce(issued_at, taken_at))::bigint,
            coalesce(array_position(ARRAY['NOT_DETECTED', 'INCONCLUSIVE', 'DETECTED'], result::text), 0) - 1,
            single, (collected_at IS NOT NULL)::int] AS test
        FROM specimens
    ), newest AS (
        SELECT person_key,
            max(test) FILTER (WHERE result = 'NOT_DETECTED') AS counting,
            max(test[2] || test) FILTER (WHERE result = 'NOT_DETECTED') AS issued_last,
            max(test) FILTER (WHERE result = 'NOT_DETECTED' AND test[4] = 1) AS single,
            max(test) FILTER (WHERE result IN ('DETECTED', 'INCONCLUSIVE')) AS doubtful,
            max(test) FILTER (WHERE result IS NULL) AS pending
        FROM candidates GROUP BY person_key
    ), held AS (
        SELECT s.person_key, max(c.test) AS test
        FROM newest s JOIN candidates c USING (person_key)
        WHERE c.result IS NULL AND s.counting IS NOT NULL
            AND (to_timestamp(c.test[1]) AT TIME ZONE 'Asia/Shanghai')::date = 3 + CASE
                WHEN (to_timestamp(s.counting[2]) AT TIME ZONE 'Asia/Shanghai')::date
                        IN ('2022-06-29', '2022-06-30', '2022-07-01')
                    AND (to_timestamp(s.counting[2]) AT TIME ZONE 'Asia/Shanghai')::time < '06:00'
                THEN (to_timestamp(s.counting[2]) AT TIME ZONE 'Asia/Shanghai')::date
                ELSE (to_timestamp(s.counting[1]) AT TIME ZONE 'Asia/Shanghai')::date END
        GROUP BY s.person_key
    ), chosen AS (
        SELECT person_key, counting AS test FROM newest UNION SELECT person_key, issued_last[2:6] FROM newest
        UNION SELECT person_key, single FROM newest UNION SELECT person_key, doubtful FROM newest
        UNION SELECT person_key, pending FROM newest UNION SELECT person_key, test FROM held
    )
    SELECT person_key, jsonb_agg(jsonb_build_array(
        CASE WHEN test[5] = 1 THEN test[1] END,
        CASE WHEN test[3] >= 0 THEN test[2] END,
        CASE test[3] WHEN 0 THEN 'N' WHEN 1 THEN 'I' WHEN 2 THEN 'D' END,
        1 - test[4]
    ) ORDER BY test) AS rows
    FROM chosen WHERE test IS NOT NULL GROUP BY person_key
"""

_DOSES = """
    SELECT person_key, jsonb_agg(jsonb_build_array(product, administered_on, dose_number)
        ORDER BY administered_on, dose_number, source, record_id) AS rows
    FROM records_vaccinedose
    WHERE NOT withdrawn AND person_key IN (SELECT person_key FROM page_people)
    GROUP BY person_key
"""

_ORDERS = """
    SELECT person_key, jsonb_agg(jsonb_build_array(
            kind, extract(epoch FROM in_force_from)::bigint, extract(epoch FROM in_force_until)::bigint,
            authority, reference, contact)
        ORDER BY in_force_from, source, record_id) AS rows
    FROM records_observationorder
    WHERE NOT withdrawn AND in_force_until > %(ended_by)s
        AND person_key IN (SELECT person_key FROM page_people)
    GROUP BY person_key
"""

_ALERTS = """
    SELECT person_key, jsonb_agg(jsonb_build_array(
            kind, extract(epoch FROM in_force_from)::bigint, extract(epoch FROM in_force_until)::bigint,
            authority, reference, contact, nullif(cause, ''))
        ORDER BY in_force_from, source, record_id) AS rows
    FROM records_alert
    WHERE NOT withdrawn AND (in_force_until IS NULL OR in_force_until > %(ended_by)s)
        AND person_key IN (SELECT person_key FROM page_people)
    GROUP BY person_key
"""

_SECTIONS = {
    Kind.TESTS: ("naats", _NAATS),
    Kind.TUBES: ("naats", _NAATS),
    Kind.DOSES: ("doses", _DOSES),
    Kind.ORDERS: ("orders", _ORDERS),
    Kind.ALERTS: ("alerts", _ALERTS),
}

_LOCK_NEW = """
    INSERT INTO records_summary
        (person_key, naats, doses, orders, alerts, record_in_review, updated_at, changed_seq)
    SELECT person_key, '[]', '[]', '[]', '[]', FALSE, %(at)s, nextval('identity_changed_seq')
    FROM page_people ORDER BY person_key
    ON CONFLICT DO NOTHING
"""
_LOCK = """
    SELECT count(*) FROM (
        SELECT 1 FROM records_summary JOIN page_people USING (person_key)
        ORDER BY person_key FOR UPDATE OF records_summary
    ) locked
"""
_REVIEW = """
    SELECT p.person_key, EXISTS (
        SELECT FROM records_quarantined q WHERE q.person_key = p.person_key AND q.resolved_at IS NULL
    ) AS rows
    FROM page_people p
"""


# The plain day of most people: new negative tests of their own, of which one is newest in both its times,
# also beside the only one in their summary. Then the summary of the whole history is this test: no other
# has a newer specimen or issue, none is doubtful, none pending. All of the page are locked in order.
_TAKE_NEWER = """
    WITH tested AS (
        SELECT person_key, date_part('epoch', max(collected_at))::bigint AS collected,
            date_part('epoch', max(issued_at))::bigint AS issued,
            max(ARRAY[collected_at, issued_at]) = ARRAY[max(collected_at), max(issued_at)] AND bool_and(
                NOT withdrawn AND tube_code = '' AND result = 'NOT_DETECTED' AND collected_at IS NOT NULL
            ) AS plain
        FROM page_judged GROUP BY person_key
    ), touched AS MATERIALIZED (
        SELECT coalesce(t.person_key, p.person_key) AS person_key,
            CASE WHEN t.plain AND p.person_key IS NULL AND NOT EXISTS (
                SELECT FROM records_quarantined q WHERE q.person_key = t.person_key AND q.resolved_at IS NULL
            ) THEN jsonb_build_array(jsonb_build_array(collected, issued, 'N', 0)) ELSE '[]' END AS naats
        FROM tested t FULL JOIN page_people p ON p.person_key = t.person_key
        ORDER BY 1
    ), taken AS (
        INSERT INTO records_summary AS held
            (person_key, naats, doses, orders, alerts, record_in_review, updated_at, changed_seq)
        SELECT person_key, naats, '[]', '[]', '[]', FALSE, %(at)s, nextval('identity_changed_seq')
        FROM touched ORDER BY person_key
        ON CONFLICT (person_key) DO UPDATE
        SET naats = excluded.naats, updated_at = excluded.updated_at, changed_seq = excluded.changed_seq
        WHERE excluded.naats <> '[]' AND NOT held.record_in_review AND (
            held.naats = '[]'
            OR jsonb_array_length(held.naats) = 1 AND held.naats -> 0 ->> 2 = 'N'
                AND held.naats <> excluded.naats
                AND (held.naats -> 0 ->> 0)::bigint <= (excluded.naats -> 0 ->> 0)::bigint
                AND (held.naats -> 0 ->> 1)::bigint <= (excluded.naats -> 0 ->> 1)::bigint
        )
        RETURNING person_key, naats
    )
    INSERT INTO page_people
    SELECT person_key, naats FROM touched
    WHERE NOT EXISTS (SELECT FROM taken t WHERE t.person_key = touched.person_key AND t.naats <> '[]')
    ON CONFLICT DO NOTHING
"""
# What came late: one that is older in both its times than the only one in the summary changes nothing.
_LEAVE_OLDER = """
    DELETE FROM page_people p USING records_summary held
    WHERE held.person_key = p.person_key AND p.newest <> '[]' AND NOT held.record_in_review
        AND jsonb_array_length(held.naats) = 1
        AND held.naats -> 0 ->> 2 = 'N' AND held.naats -> 0 ->> 3 = '0'
        AND (held.naats -> 0 ->> 0)::bigint >= (p.newest -> 0 ->> 0)::bigint
        AND (held.naats -> 0 ->> 1)::bigint >= (p.newest -> 0 ->> 1)::bigint
"""


def refresh(cursor: Any, kind: Kind, *, at: datetime, only_new: bool) -> None:
    """Recompute what a page of one kind can have changed, for the people of the table page_people.

    Rows that stay as they were keep their changed_seq. Two sources may touch one person at once:
    each locks the summary first and reads the records only then, so that neither overlooks the other.
    With ``only_new`` every row of the page is a new record; of tests, the people come from page_judged.
    """
    parameters = {"at": at, "ended_by": at - ENDED_LONG_AGO}
    if only_new and kind is Kind.TESTS:
        cursor.execute(_TAKE_NEWER, parameters)
        cursor.execute(_LEAVE_OLDER)
        cursor.execute("SELECT EXISTS (SELECT FROM page_people)")
        if not cursor.fetchone()[0]:
            return
    cursor.execute("ANALYZE page_people")
    cursor.execute(_LOCK_NEW, parameters)
    cursor.execute(_LOCK)
    if kind in _SECTIONS:
        section, rows = _SECTIONS[kind]
        cursor.execute(_update_sql(section, rows, otherwise="'[]'"), parameters)
    cursor.execute(_update_sql("record_in_review", _REVIEW, otherwise="FALSE"), parameters)


def review_again(people: Iterable[UUID], *, at: datetime) -> None:
    """Find out anew whether a record of these people is in review, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE page_people (person_key uuid PRIMARY KEY) ON COMMIT DROP")
        cursor.execute("INSERT INTO page_people SELECT DISTINCT unnest(%s::uuid[])", [list(people)])
        cursor.execute(_LOCK)
        cursor.execute(_update_sql("record_in_review", _REVIEW, otherwise="FALSE"), {"at": at})
        cursor.execute("DROP TABLE page_people")


def _update_sql(column: str, rows: str, *, otherwise: str) -> str:
    return f"""
        UPDATE records_summary s
        SET {column} = coalesce(new.rows, {otherwise}), updated_at = %(at)s,
            changed_seq = nextval('identity_changed_seq')
        FROM page_people p LEFT JOIN ({rows}) new USING (person_key)
        WHERE s.person_key = p.person_key AND s.{column} IS DISTINCT FROM coalesce(new.rows, {otherwise})
    """
