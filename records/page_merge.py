"""One page of a feed: its rows read, then merged into the database in the caller's transaction."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection

from identity.versioned_merge import Outcome
from records import merge, quarantine, summary
from records.feed import Rejection, parse_row
from records.feed_fields import RejectionReason
from records.feed_records import AnyRecord, KinshipRecord, TubeRecord
from records.merge import Merged
from records.models import Kind, Source, SyncRun
from records.quarantine import RejectedRow
from records.upstream import FeedRow, Page

_REASONS = {
    Outcome.OTHER_CONTENT: RejectionReason.SAME_VERSION_OTHER_CONTENT,
    Outcome.OTHER_RECORD: RejectionReason.ANOTHER_RECORD_OF_PERSON,
}


@dataclass(frozen=True, kw_only=True)
class PageReport:
    """What became of a page: received = applied + duplicate + superseded + quarantined."""

    received: int = 0
    applied: int = 0
    duplicate: int = 0
    superseded: int = 0
    quarantined: int = 0
    cursor: str = ""
    exhausted: bool = True
    rejected: Sequence[RejectedRow] = field(default=(), repr=False)

    def __add__(self, later: "PageReport") -> "PageReport":
        """Return both as one; the refused rows are not carried along, so that a sum stays small."""
        return PageReport(
            received=self.received + later.received,
            applied=self.applied + later.applied,
            duplicate=self.duplicate + later.duplicate,
            superseded=self.superseded + later.superseded,
            quarantined=self.quarantined + later.quarantined,
            cursor=later.cursor,
            exhausted=later.exhausted,
        )


@dataclass(frozen=True, kw_only=True)
class ReadPage:
    """A page after reading: the lines to merge, whose rows they were, and what was refused."""

    page: Page
    lines: Sequence[str] = field(repr=False)
    records: Sequence[tuple[FeedRow, AnyRecord]] = field(repr=False)
    rejected: Sequence[RejectedRow] = field(repr=False)


def read_page(kind: Kind, page: Page, *, at: datetime) -> ReadPage:
    """Read each row of a page; touches no database."""
    lines, records, rejected = [], [], []
    for row in page.rows:
        parsed = Rejection(reason=row.unreadable) if row.unreadable else parse_row(kind, row.content, at=at)
        if isinstance(parsed, Rejection):
            rejected.append(RejectedRow(row=row, rejection=parsed))
        else:
            records.append((row, parsed))
            lines.append(merge.line_of(kind, parsed))
    return ReadPage(page=page, lines=lines, records=records, rejected=rejected)


def merge_read_page(source: Source, read: ReadPage, *, cursor_before: str, at: datetime) -> PageReport:
    """Merge a page, refresh the summaries it touches, keep its refused rows, write its ledger line.

    The caller has a transaction open, and the source locked.
    """
    kind, started = Kind(source.kind), time.monotonic()
    with connection.cursor() as cursor:
        merged = merge.merge_page(cursor, kind, read.lines, source=source.name, at=at)
        rejected = [*read.rejected, *_refused_by_version(read, merged)]
        report = _report(read, merged, rejected)
        run = _ledger_line(source, report, cursor_before=cursor_before, as_of=read.page.as_of, at=at)
        kept = quarantine.keep(rejected, run, at=at)
        quarantine.resolve(cursor, kind, source, kept=kept, at=at)
        summary.refresh(cursor, kind, at=at)
        merge.drop_page(cursor)
    # The clock is an argument, so the ledger's end is the start and what the merge took.
    SyncRun.objects.filter(pk=run.pk).update(finished_at=at + timedelta(seconds=time.monotonic() - started))
    return report


def _refused_by_version(read: ReadPage, merged: Merged) -> list[RejectedRow]:
    return [
        RejectedRow(row=row, rejection=_rejection_of(record, outcome))
        for (row, record), outcome in ((read.records[place], outcome) for place, outcome in merged.refused)
    ]


def _rejection_of(record: AnyRecord, outcome: Outcome) -> Rejection:
    match record:
        case TubeRecord():
            document = None
        case KinshipRecord():
            document = record.ward
        case _:
            document = record.document
    return Rejection(
        reason=_REASONS[outcome], record_id=record.record_id, version=record.version, document=document
    )


def _report(read: ReadPage, merged: Merged, rejected: Sequence[RejectedRow]) -> PageReport:
    return PageReport(
        received=len(read.page.rows),
        applied=merged.outcomes[Outcome.APPLIED],
        duplicate=merged.outcomes[Outcome.DUPLICATE],
        superseded=merged.outcomes[Outcome.SUPERSEDED],
        quarantined=len(rejected),
        cursor=read.page.next_cursor,
        exhausted=read.page.exhausted,
        rejected=rejected,
    )


def _ledger_line(
    source: Source, report: PageReport, *, cursor_before: str, as_of: datetime | None, at: datetime
) -> SyncRun:
    return SyncRun.objects.create(
        source=source,
        started_at=at,
        finished_at=at,
        cursor_before=cursor_before,
        cursor_after=report.cursor,
        as_of=as_of,
        received=report.received,
        applied=report.applied,
        duplicate=report.duplicate,
        superseded=report.superseded,
        quarantined=report.quarantined,
    )
