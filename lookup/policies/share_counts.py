"""How often each reason was given, by door and age band, in steps of five minutes: counted from the audit.

The last steps are counted anew each time, so a row that comes late, or is settled later, is not lost; how
often they are counted makes no difference.
"""

from datetime import datetime, timedelta

from django.db import connection, transaction

from civil_time import civil_date
from healthcode.verdict import StatusCode
from lookup.admission import Door
from lookup.models import AnswerCount, Lookup
from lookup.policies.cohorts import band_sql

STEP = timedelta(minutes=5)
LATE_FOR = timedelta(minutes=30)
"""So long after its asking, a row may still come or be settled."""

CAUGHT_UP_AT_MOST = timedelta(days=1)
KEPT_FOR = timedelta(days=60)
ALL, SHOWN_UNKNOWN = "ALL", "SHOWN_UNKNOWN"

# The ids carry the time of asking, so that their index finds the newest rows of the day.
_COUNT = """
    INSERT INTO lookup_answercount (begins_at, door, age_from, reason, answers)
    SELECT date_bin(%(step)s::interval, asked_at, TIMESTAMPTZ '2020-01-01') AS begins_at, door,
        ({band})::smallint AS age_from, reason, count(*)
    FROM lookup_lookup, LATERAL (
        SELECT jsonb_array_elements_text(reasons) UNION ALL SELECT 'ALL'
        UNION ALL SELECT 'SHOWN_UNKNOWN' WHERE shown_status = %(unknown)s
    ) AS given(reason)
    WHERE asked_on BETWEEN %(first_day)s AND %(last_day)s AND id >= %(first_id)s::uuid
        AND asked_at >= %(since)s AND asked_at < %(until)s
        AND outcome = %(answered)s AND facts IS NOT NULL AND door <> %(admin)s
    GROUP BY 1, 2, 3, 4
"""


def count(*, at: datetime) -> int | None:
    """Bring the counts up to an instant; return how many rows were written, or None if somebody else does it.

    After a pause, what was missed is counted too, a day back at most.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('counts of answers', 0))")
        if not cursor.fetchone()[0]:
            return None
        since, until = _since(at), at
        AnswerCount.objects.filter(begins_at__gte=since).delete()
        cursor.execute(
            _COUNT.format(band=band_sql("(facts ->> 'b')::date", on=civil_date(at))),
            {
                "step": f"{STEP.total_seconds():.0f} seconds",
                "since": since,
                "until": until,
                "first_day": civil_date(since),
                "last_day": civil_date(until),
                "first_id": f"{int(since.timestamp() * 1000):012x}" + "0" * 20,
                "unknown": StatusCode.UNKNOWN,
                "answered": Lookup.Outcome.ANSWERED,
                "admin": Door.ADMIN,
            },
        )
        return int(cursor.rowcount)


def forget(*, before: datetime) -> None:
    """Delete counts that nothing is compared with any more."""
    AnswerCount.objects.filter(begins_at__lt=before).delete()


def step_of(at: datetime) -> datetime:
    """Return the beginning of the five minutes that an instant lies in."""
    seconds = int(at.timestamp())
    return at.fromtimestamp(seconds - seconds % int(STEP.total_seconds()), tz=at.tzinfo)


def _since(at: datetime) -> datetime:
    newest = AnswerCount.objects.filter(begins_at__lte=at).order_by("-begins_at").first()
    counted_until = at - CAUGHT_UP_AT_MOST if newest is None else newest.begins_at
    return step_of(max(min(counted_until, at) - LATE_FOR, at - CAUGHT_UP_AT_MOST))
