"""One page of a feed: its rows read, then merged into the database in the caller's transaction."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import connection, transaction

from identity.keyring import key_of, name_marks
from identity.name_marks import NameMarks
from identity.versioned_merge import Outcome
from records import breaker, holds, laboratories, merge, quarantine, registered_names, summary
from records.breaker import TooManyTurned
from records.feed import Rejection, parse_row
from records.feed_fields import RejectionReason
from records.feed_records import KinshipRecord, PersonRecord, TubeRecord
from records.merge import Merged
from records.models import Kind, Source, SyncRun
from records.plain_tests import PlainTests
from records.quarantine import RejectedRow
from records.upstream import FeedRow, Page

_REASONS = {
    Outcome.OTHER_CONTENT: RejectionReason.SAME_VERSION_OTHER_CONTENT,
    Outcome.OTHER_RECORD: RejectionReason.ANOTHER_RECORD_OF_PERSON,
}


@dataclass(frozen=True, kw_only=True)
class Refused:
    """Why a record that reads well is refused all the same, and for which of its fields."""

    reason: RejectionReason
    field: str = ""


_HELD = Refused(reason=RejectionReason.TOO_MANY_TURNED_ADVERSE)
_MISNAMED = Refused(reason=RejectionReason.NAME_CONTRADICTS_REGISTRY, field="name")

NAMING = frozenset({Kind.TESTS, Kind.DOSES, Kind.ORDERS, Kind.ALERTS})
"""The kinds whose rows name the person whom they are about, and must not contradict the registry."""


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
    remaining: int | None = None
    rejected: Sequence[RejectedRow] = field(default=(), repr=False)
    held: int = 0
    """How many of the quarantined rows wait for two colleagues."""

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
            remaining=later.remaining,
            held=self.held + later.held,
        )


@dataclass(frozen=True, kw_only=True)
class ReadPage:
    """A page after reading: the lines to merge, whose rows they were, and what was refused."""

    kind: Kind
    page: Page
    at: datetime
    lines: Sequence[str] = field(repr=False)
    rows: Sequence[FeedRow] = field(repr=False)
    marks: Sequence[str] = field(repr=False)
    """The mark of the name in each row, "" where there is none; of kinds that name nobody, nothing."""
    rejected: Sequence[RejectedRow] = field(repr=False)

    def refusing(self, refused: Mapping[int, Refused]) -> "ReadPage":
        """Return the page with the rows at some places refused."""
        if not refused:
            return self
        stays = [place for place in range(len(self.lines)) if place not in refused]
        more = [self.rejected_row(place, why) for place, why in sorted(refused.items())]
        return replace(
            self,
            lines=[self.lines[place] for place in stays],
            rows=[self.rows[place] for place in stays],
            marks=[self.marks[place] for place in stays] if self.marks else (),
            rejected=[*self.rejected, *more],
        )

    def rejected_row(self, place: int, why: Refused) -> RejectedRow:
        """Return the row at a place as one that is refused; it is read once more, for whom it is about."""
        row = self.rows[place]
        record = parse_row(self.kind, row.content, at=self.at)
        match record:
            case Rejection():
                raise AssertionError("a row that was read has a line")
            case TubeRecord():
                document = None
            case KinshipRecord():
                document = record.ward
            case _:
                document = record.document
        rejection = Rejection(
            reason=why.reason,
            field=why.field,
            record_id=record.record_id,
            version=record.version,
            document=document,
        )
        return RejectedRow(row=row, rejection=rejection)


def read_page(kind: Kind, page: Page, *, at: datetime) -> ReadPage:
    """Read each row of a page; touches no database, so that it may be done while one works."""
    lines, marks, rows, rejected = [], [], [], []
    plain, naming = PlainTests(at=at) if kind is Kind.TESTS else None, name_marks()
    for row in page.rows:
        at_once = plain.read(row.content) if plain and not row.unreadable else None
        read = at_once or _read_strictly(kind, row, naming, at=at)
        if isinstance(read, Rejection):
            rejected.append(RejectedRow(row=row, rejection=read))
        else:
            lines.append(read[0])
            marks.append(read[1])
            rows.append(row)
    if kind not in NAMING:
        marks = []
    return ReadPage(kind=kind, page=page, at=at, lines=lines, marks=marks, rows=rows, rejected=rejected)


def _read_strictly(
    kind: Kind, row: FeedRow, naming: NameMarks, *, at: datetime
) -> tuple[str, str] | Rejection:
    if row.unreadable:
        return Rejection(reason=row.unreadable)
    match parse_row(kind, row.content, at=at):
        case Rejection() as rejection:
            return rejection
        case KinshipRecord() | TubeRecord() | PersonRecord() as record:
            return merge.line_of(kind, record), ""
        case record:
            mark = naming.mark_of(key_of(record.document), record.name).hex if record.name else ""
            return merge.line_of(kind, record), mark


def merge_read_page(
    source: Source, read: ReadPage, *, cursor_before: str, at: datetime, released: bool = False
) -> PageReport:
    """Merge a page, refresh the summaries it touches, keep its refused rows, write its ledger line.

    If it would turn too many people adverse, the rows about these are held and the rest is merged,
    unless colleagues have ``released`` it. The caller has a transaction open, and the source locked.
    """
    read = _stage(read)
    try:
        with transaction.atomic():
            return _merge(source, read, cursor_before=cursor_before, at=at, breaks=not released)
    except TooManyTurned as too_many:
        people, rest = too_many.people, read.refusing(dict.fromkeys(too_many.places, _HELD))
    _stage_again(rest)
    return _merge(source, rest, cursor_before=cursor_before, at=at, breaks=False, held=people)


def _stage(read: ReadPage) -> ReadPage:
    """Stage a page and return it without the rows that name somebody else than the registry does."""
    with connection.cursor() as cursor:
        merge.stage_page(cursor, read.kind, read.lines, marks=read.marks)
        misnamed = registered_names.contradicting(cursor) if read.marks else ()
    if not misnamed:
        return read
    rest = read.refusing(dict.fromkeys(misnamed, _MISNAMED))
    _stage_again(rest)
    return rest


def _stage_again(read: ReadPage) -> None:
    with connection.cursor() as cursor:
        merge.drop_page(cursor)
        merge.stage_page(cursor, read.kind, read.lines, marks=read.marks)


def _merge(
    source: Source, read: ReadPage, *, cursor_before: str, at: datetime, breaks: bool, held: int = 0
) -> PageReport:
    kind, started = Kind(source.kind), time.monotonic()
    with connection.cursor() as cursor:
        merged = merge.merge_page(cursor, kind, read.lines, source=source.name, at=at)
        watched = breaker.watch(cursor, kind, source=source.name)
        rejected = [*read.rejected, *_refused_by_version(read, merged)]
        report = _report(read, merged, rejected)
        run = _ledger_line(source, report, cursor_before=cursor_before, as_of=read.page.as_of, at=at)
        kept = quarantine.keep(rejected, run, at=at)
        quarantine.resolve(cursor, kind, source, kept=kept, at=at)
        summary.refresh(cursor, kind, at=at)
        breaker.account(cursor, watched, run, breaks=breaks, at=at)
        laboratories.count(cursor, kind, source=source.name, at=at)
        merge.drop_page(cursor)
    holds.open_page(run, kept, people=held, at=at)
    # The clock is an argument, so the ledger's end is the start and what the merge took.
    SyncRun.objects.filter(pk=run.pk).update(finished_at=at + timedelta(seconds=time.monotonic() - started))
    return report


def _refused_by_version(read: ReadPage, merged: Merged) -> list[RejectedRow]:
    return [read.rejected_row(place, Refused(reason=_REASONS[outcome])) for place, outcome in merged.refused]


def _report(read: ReadPage, merged: Merged, rejected: Sequence[RejectedRow]) -> PageReport:
    return PageReport(
        received=len(read.page.rows),
        applied=merged.outcomes[Outcome.APPLIED],
        duplicate=merged.outcomes[Outcome.DUPLICATE],
        superseded=merged.outcomes[Outcome.SUPERSEDED],
        quarantined=len(rejected),
        cursor=read.page.next_cursor,
        exhausted=read.page.exhausted,
        remaining=read.page.remaining,
        rejected=rejected,
        held=sum(row.rejection.reason is RejectionReason.TOO_MANY_TURNED_ADVERSE for row in rejected),
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
