"""Reprocessing: rows of the quarantine tried again, one by one, after a rule or the registry has changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from records.feed_fields import RejectionReason
from records.merge_again import StillTooMany, merge_again
from records.models import Quarantined, Source

NO_ROWS = frozenset(
    {
        RejectionReason.BAD_HEADER,
        RejectionReason.COUNT_MISMATCH,
        RejectionReason.LINE_TOO_LONG,
        RejectionReason.NOT_UTF8,
        RejectionReason.WRONG_COLUMNS,
    }
)
"""Reasons of what was no row at all, or is not kept to the letter: it has to be delivered again."""


class Outcome(StrEnum):
    """What became of a quarantined row that was tried again."""

    APPLIED = "APPLIED"
    DUPLICATE = "DUPLICATE"
    """What it says is on file already."""
    SUPERSEDED = "SUPERSEDED"
    """The record has moved on: nothing newer is overwritten."""
    REFUSED = "REFUSED"
    """It stays in quarantine, with today's reason."""
    HELD = "HELD"
    """It stays: it belongs to a held page, or would turn one person too many adverse."""
    NO_ROW = "NO_ROW"
    """It stays: there is no row to read."""
    GONE = "GONE"
    """It was resolved meanwhile, or its content is no longer kept."""


@dataclass(frozen=True, kw_only=True)
class Tried:
    """One row after the attempt; ``reason`` is why it stays, "" if it does not."""

    row: Quarantined
    outcome: Outcome
    reason: str = ""


def waiting(*, reason: str | None = None, one: UUID | None = None) -> list[UUID]:
    """Return the ids of the rows that wait in quarantine, oldest first: all, those of a reason, or one."""
    rows = Quarantined.objects.filter(resolved_at__isnull=True).order_by("id")
    if reason is not None:
        rows = rows.filter(reason=reason)
    if one is not None:
        rows = rows.filter(pk=one)
    return list(rows.values_list("pk", flat=True))


def reprocess(ids: list[UUID], *, at: datetime, dry_run: bool = False) -> Iterator[Tried]:
    """Try rows again and yield what became of each, one transaction a row; ``dry_run`` keeps nothing."""
    for row_id in ids:
        with transaction.atomic():
            tried = _try(row_id, at=at)
            if dry_run:
                transaction.set_rollback(True)
        yield tried


def _try(row_id: UUID, *, at: datetime) -> Tried:
    row = Quarantined.objects.select_related("run").get(pk=row_id)
    # The source first, as the sync locks it; then the row, which somebody else may have had meanwhile.
    source = Source.objects.select_for_update().get(pk=row.run.source_id)
    row = Quarantined.objects.get(pk=row_id)
    if row.resolved_at is not None or not bytes(row.row_sealed):
        return Tried(row=row, outcome=Outcome.GONE)
    if row.reason == RejectionReason.TOO_MANY_TURNED_ADVERSE:
        return Tried(row=row, outcome=Outcome.HELD, reason=row.reason)
    if row.reason in NO_ROWS:
        return Tried(row=row, outcome=Outcome.NO_ROW, reason=row.reason)
    try:
        with transaction.atomic():
            again = merge_again([row], source=source, at=at)
    except StillTooMany:
        return Tried(row=row, outcome=Outcome.HELD, reason=RejectionReason.TOO_MANY_TURNED_ADVERSE)
    if again.refused:
        return Tried(row=row, outcome=Outcome.REFUSED, reason=again.refused[row.id].reason)
    report = again.report
    for outcome, count in (
        (Outcome.APPLIED, report.applied),
        (Outcome.DUPLICATE, report.duplicate),
    ):
        if count:
            return Tried(row=row, outcome=outcome)
    return Tried(row=row, outcome=Outcome.SUPERSEDED)
