"""Held pages: the rows stand in quarantine, the page says how many people they would turn."""

from collections.abc import Sequence
from datetime import datetime

from records.feed_fields import RejectionReason
from records.models import HeldPage, Quarantined, SyncRun


def open_page(run: SyncRun, kept: Sequence[Quarantined], *, people: int, at: datetime) -> None:
    """Note that rows which a page has just put into quarantine wait for two colleagues; maybe none does."""
    rows = sum(row.reason == RejectionReason.TOO_MANY_TURNED_ADVERSE for row in kept)
    if rows:
        HeldPage.objects.create(run=run, source_id=run.source_id, held_at=at, people=people, rows=rows)
