"""How many were asked and answered how, hour by hour.

A tally is written once an hour is over, from a scheduled task. Whoever reads gets the tallies and a count of
the youngest hours, which is bounded, as an index leads to the rows of some hours.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from civil_time import civil_date
from lookup.admission import Door
from lookup.models import HourTally

HOUR = timedelta(hours=1)
KEPT_FOR = timedelta(days=180)
"""As long as the audit itself."""
COUNTED_LIVE_FOR = timedelta(hours=3)
"""Hours older than this are shown only if they were tallied, so that no page waits for a day of audit."""
TALLIED_FOR = timedelta(days=2)
"""How far back a tally makes up for hours on which no worker ran."""
SETTLED_AFTER = timedelta(minutes=10)
"""A row that waits for a matcher is settled by then."""

# `asked_on` prunes the partitions, `asked_at` has an index of a few pages.
_COUNT = """
    SELECT date_trunc('hour', asked_at, 'UTC'), door, outcome, shown_status,
           CASE WHEN shown_status = 'UNKNOWN' THEN coalesce(reasons ->> 0, '') ELSE '' END,
           count(*)
    FROM lookup_lookup
    WHERE asked_on BETWEEN %(first_day)s AND %(last_day)s AND asked_at >= %(first)s AND asked_at < %(end)s
    GROUP BY 1, 2, 3, 4, 5
"""


@dataclass(frozen=True, kw_only=True, order=True)
class Kind:
    """What look-ups are counted by; the reason only of an unknown, the first of its row."""

    door: Door
    outcome: str
    shown_status: str
    reason: str


Hours = dict[datetime, Counter[Kind]]


def read(*, first: datetime, at: datetime) -> Hours:
    """Return the counts of each hour from ``first`` (a full hour) to ``at``, where there are any."""
    stored = HourTally.objects.filter(begins_at__gte=first, begins_at__lte=at)
    hours: Hours = {tally.begins_at: _counter(tally.counts) for tally in stored}
    live_from = max(first, _hour_of(at - COUNTED_LIVE_FOR))
    missing = [hour for hour in _hours(live_from, at) if hour not in hours]
    if missing:
        counted = _count(missing[0], missing[-1] + HOUR)
        hours.update((hour, counted[hour]) for hour in missing if hour in counted)
    return {hour: counter for hour, counter in hours.items() if counter}


def tally(*, at: datetime) -> int:
    """Write the tallies that are due, and forget the oldest; return how many were written."""
    end = _hour_of(at - SETTLED_AFTER)
    first = _hour_of(at - TALLIED_FOR)
    done = set(HourTally.objects.filter(begins_at__gte=first).values_list("begins_at", flat=True))
    due = [hour for hour in _hours(first, end - HOUR) if hour not in done]
    HourTally.objects.filter(begins_at__lt=at - KEPT_FOR).delete()
    if not due:
        return 0
    counted = _count(due[0], due[-1] + HOUR)
    rows = (HourTally(begins_at=hour, counts=_stored(counted[hour])) for hour in due)
    # Two workers may count the same hour; it comes to the same.
    return len(HourTally.objects.bulk_create(rows, ignore_conflicts=True))


def _count(first: datetime, end: datetime) -> "defaultdict[datetime, Counter[Kind]]":
    counted: defaultdict[datetime, Counter[Kind]] = defaultdict(Counter)
    values = {"first": first, "end": end, "first_day": civil_date(first), "last_day": civil_date(end)}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        for hour, door, outcome, shown_status, reason, number in cursor.fetchall():
            kind = Kind(door=Door(door), outcome=outcome, shown_status=shown_status, reason=reason)
            counted[hour][kind] += number
    return counted


def _counter(counts: list[list[object]]) -> Counter[Kind]:
    return Counter(
        {
            Kind(
                door=Door(str(door)), outcome=str(outcome), shown_status=str(shown), reason=str(reason)
            ): int(str(number))
            for door, outcome, shown, reason, number in counts
        }
    )


def _stored(counter: Counter[Kind]) -> list[list[object]]:
    return [
        [kind.door.value, kind.outcome, kind.shown_status, kind.reason, number]
        for kind, number in sorted(counter.items())
    ]


def _hours(first: datetime, last: datetime) -> Iterable[datetime]:
    hour = first
    while hour <= last:
        yield hour
        hour += HOUR


def _hour_of(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
