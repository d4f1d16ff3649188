"""Trouble with a source, or with its pages here: written down, and remembered until the next try.

Nothing here says that anybody's status has changed: a source that is away makes its data old, no more.
Source: docs/feed.md, 8; docs/operations.md, 6.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from records.models import Source, SyncRun, Trouble
from records.upstream import UpstreamUnavailable

SHORTEST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=15)
"""The longest that we wait by ourselves; a source may ask for more."""

LONGEST_RETRY_AFTER = timedelta(hours=1)
"""The longest that a source is left alone because it asks for it."""

OVER = {"problem": "", "problem_since": None, "failures": 0, "next_fetch_at": None}
"""What the columns of a source say when there is no trouble."""


class PageNotMerged(Exception):
    """The database refused a page; nothing of it was kept. Says the kind of error, never the row."""

    problem = Trouble.NOT_MERGED
    retry_after = None


def is_left_alone(source: Source, *, at: datetime) -> bool:
    """Tell whether a source in trouble is not to be asked yet."""
    return source.next_fetch_at is not None and at < source.next_fetch_at


def note(
    source: Source,
    trouble: UpstreamUnavailable | PageNotMerged,
    *,
    began_at: datetime,
    at: datetime,
    jitter: Callable[[], float],
) -> datetime:
    """Write a failed try into the ledger and leave the source alone for a while; return until when.

    A page that our own database did not take is such a try, too: it would fail again at once.
    ``began_at`` is when the reading began, ``at`` when it failed; ``jitter`` returns 0 to 1.
    """
    with transaction.atomic():
        locked = Source.objects.select_for_update().get(pk=source.pk)
        locked.failures += 1
        locked.problem = trouble.problem
        locked.problem_since = locked.problem_since or at
        locked.next_fetch_at = at + _wait(trouble, failures=locked.failures, at=at, jitter=jitter())
        locked.save(update_fields=list(OVER))
        SyncRun.objects.create(
            source=locked,
            started_at=began_at,
            finished_at=at,
            cursor_before=locked.cursor,
            cursor_after=locked.cursor,
            problem=trouble.problem,
            received=0,
            applied=0,
            duplicate=0,
            superseded=0,
            quarantined=0,
        )
        return locked.next_fetch_at


def _wait(
    trouble: UpstreamUnavailable | PageNotMerged, *, failures: int, at: datetime, jitter: float
) -> timedelta:
    """Return how long to wait: as the source asks, else twice as long each time.

    The jitter keeps workers and sources from coming back all at the same moment.
    """
    asked = trouble.retry_after
    if asked is None:
        # 2 ** 6 × 15 s is beyond the longest.
        longest = min(LONGEST_WAIT, SHORTEST_WAIT * (1 << min(failures - 1, 6)))
        return longest * (0.5 + jitter / 2)
    wait = asked - at if isinstance(asked, datetime) else asked
    return min(LONGEST_RETRY_AFTER, max(SHORTEST_WAIT, wait) * (1 + jitter / 10))
