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


# The plain day of most people: new negative tests of their own. Their summary is that of the newest by
# specimen and of the newest by issue, mostly one; so it can be told from the page and the summary before,
# as long as nothing else stands there. Two times make one number here, so that one maximum finds both:
# seconds since 2000, the first 32 bits to the left. All people of the page are locked in order.
_SECONDS = "date_part('epoch', {})::bigint - 946684800"
_TAKE_NEWER = f"""
    WITH tests AS (
        SELECT person_key, {_SECONDS.format("collected_at")} AS collected,
            {_SECONDS.format("issued_at")} AS issued,
            result = 'NOT_DETECTED' AND collected_at IS NOT NULL AND tube_code = '' AND NOT withdrawn AS plain
        FROM page_judged WHERE outcome = 'APPLIED' AND old_person_key IS NULL
    ), tested AS (
        SELECT person_key, bool_and(plain) AS plain,
            max(collected << 32 | issued) AS newest, max(issued << 32 | collected) AS issued_last
        FROM tests GROUP BY person_key
    ), touched AS MATERIALIZED (
        SELECT coalesce(t.person_key, p.person_key) AS person_key, CASE
            WHEN t.plain IS NOT TRUE OR p.person_key IS NOT NULL THEN '[]'
            WHEN t.newest >> 32 = t.issued_last & 4294967295 AND t.newest & 4294967295 = t.issued_last >> 32
                THEN jsonb_build_array(jsonb_build_array(
                    (t.newest >> 32) + 946684800, (t.newest & 4294967295) + 946684800, 'N', 0))
            ELSE jsonb_build_array(
                jsonb_build_array(
                    (t.issued_last & 4294967295) + 946684800, (t.issued_last >> 32) + 946684800, 'N', 0),
                jsonb_build_array((t.newest >> 32) + 946684800, (t.newest & 4294967295) + 946684800, 'N', 0))
            END AS naats
        FROM tested t FULL JOIN page_people p ON p.person_key = t.person_key
        ORDER BY 1
    ), taken AS (
        INSERT INTO records_summary AS held
            (person_key, naats, doses, orders, alerts, record_in_review, updated_at, changed_seq)
        SELECT person_key, naats, '[]', '[]', '[]', FALSE, %(at)s, nextval('identity_changed_seq')
        FROM touched ORDER BY person_key
        ON CONFLICT (person_key) DO UPDATE
        SET naats = excluded.naats, updated_at = excluded.updated_at, changed_seq = excluded.changed_seq
        WHERE NOT held.record_in_review AND jsonb_array_length(excluded.naats) = 1 AND (
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
    ON CONFLICT (person_key) DO NOTHING
"""
# The rest of them: what came late, or has only one of its two times newer. The last in a summary is the
# newest by specimen, the first by issue.
_TAKE_BOTH = """
    WITH joined AS (
        SELECT p.person_key, greatest(held.naats -> -1, p.newest -> -1) AS newest,
            CASE WHEN ((held.naats -> 0 ->> 1)::bigint, (held.naats -> 0 ->> 0)::bigint)
                    >= ((p.newest -> 0 ->> 1)::bigint, (p.newest -> 0 ->> 0)::bigint)
                THEN held.naats -> 0 ELSE p.newest -> 0 END AS issued_last
        FROM page_people p CROSS JOIN LATERAL (
            SELECT naats, record_in_review FROM records_summary s WHERE s.person_key = p.person_key LIMIT 1
        ) held
        WHERE p.newest <> '[]' AND NOT held.record_in_review AND held.naats <> '[]'
            AND NOT held.naats @? 'strict $[*] ? (@[2] != "N" || @[3] != 0 || @[0] == null)'
    ), taken AS (
        UPDATE records_summary held
        SET naats = new.naats, updated_at = %(at)s, changed_seq = nextval('identity_changed_seq')
        FROM (
            SELECT person_key, CASE WHEN newest = issued_last THEN jsonb_build_array(newest)
                ELSE jsonb_build_array(issued_last, newest) END AS naats
            FROM joined ORDER BY person_key
        ) new
        WHERE held.person_key = new.person_key AND held.naats <> new.naats
    )
    DELETE FROM page_people p USING joined WHERE p.person_key = joined.person_key
"""


def refresh(cursor: Any, kind: Kind, *, at: datetime) -> None:
    """Bring the summaries up to what a page of one kind has changed, the page being judged.

    Rows that stay as they were keep their changed_seq. Two sources may touch one person at once:
    each locks the summary first and reads the records only then, so that neither overlooks the other.
    The people of new tests come from page_judged, all others stand in page_people.
    """
    if kind is Kind.TESTS:
        cursor.execute(_TAKE_NEWER, {"at": at})
        cursor.execute("ANALYZE page_people")
        cursor.execute(_TAKE_BOTH, {"at": at})
    recompute(cursor, kind, at=at)


def recompute(cursor: Any, kind: Kind, *, at: datetime) -> None:
    """Recompute the summaries of the people of the table page_people from their whole history."""
    parameters = {"at": at, "ended_by": at - ENDED_LONG_AGO}
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
