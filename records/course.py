"""Where the pages of a feed lead: never back to a place that was passed, never the same rows once more.

Held against the ledger and the source's row, and so over all rounds, workers and restarts.
Source: docs/feed.md, 8.
"""

from records.models import Source, SyncRun, Trouble
from records.upstream import Page, UpstreamUnavailable


def check(source: Source, page: Page) -> None:
    """Refuse a page that goes back, or repeats the one before it, where the source promises not to.

    Raises UpstreamUnavailable. The caller holds the lock of the source, which stands before the page.
    """
    if page.fingerprint is None or not source.cursor:
        # At the beginning, also when a source begins anew, nothing has been passed.
        return
    if page.next_cursor != source.cursor and _was_passed(source, page.next_cursor):
        raise UpstreamUnavailable("the cursor goes back to where it was", problem=Trouble.CURSOR_STUCK)
    if page.rows and page.fingerprint == source.page_before:
        raise UpstreamUnavailable("the page repeats the one before it", problem=Trouble.REPEATED_PAGE)


def _was_passed(source: Source, cursor: str) -> bool:
    """Tell whether a page behind a cursor was merged since the feed was last begun from its beginning."""
    merged = SyncRun.objects.filter(source=source, problem="")
    begun = merged.filter(cursor_before="").order_by("-started_at", "-id").first()
    since = merged.filter(started_at__gte=begun.started_at) if begun else merged
    return since.filter(cursor_before=cursor).exists()
