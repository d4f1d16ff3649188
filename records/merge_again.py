"""Rows out of quarantine once more, by the way of every page: read, checked and merged by today's rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from identity.keyring import key_of, sealing_ring
from records import summary
from records.feed import Rejection
from records.models import Kind, Quarantined, Source
from records.page_checks import check_page
from records.page_merge import PageReport, merge_read_page, read_page
from records.quarantine import row_context
from records.upstream import FeedRow, Page


@dataclass(frozen=True, kw_only=True)
class MergedAgain:
    """What became of rows out of quarantine; ``refused`` says why some of them stay there, by their id."""

    report: PageReport
    refused: Mapping[UUID, Rejection]


class StillTooMany(Exception):
    """The breaker would hold these rows; nothing was changed."""


def merge_again(
    kept: Sequence[Quarantined], *, source: Source, at: datetime, released: bool = False
) -> MergedAgain:
    """Merge rows that one run refused; those that pass are resolved, the others get today's reason.

    The versions decide as ever, so that nothing newer is overwritten. The caller has a transaction
    open, and the source locked. Raises StillTooMany unless ``released``.
    """
    rows = {row.id: FeedRow(position=row.position, content=_content(row)) for row in kept}
    places = {row.position: key for key, row in rows.items()}
    page = Page(rows=list(rows.values()), next_cursor=source.cursor, as_of=None, exhausted=True)
    read = check_page(source.name, read_page(Kind(source.kind), page, at=at), at=at, released=released)
    with transaction.atomic():
        # First, so that they do not keep their people in review while these are summed up.
        Quarantined.objects.filter(pk__in=rows).update(resolved_at=at)
        report = merge_read_page(source, read, cursor_before=source.cursor, at=at, released=released)
        if report.held and not released:
            raise StillTooMany
        refused = {places[one.row.position]: one.rejection for one in report.rejected}
        for key, rejection in refused.items():
            _keep_waiting(key, rejection)
        people = {row.person_key for row in kept if row.person_key is not None}
        people |= {key_of(one.document) for one in refused.values() if one.document is not None}
        summary.review_again(people, at=at)
    return MergedAgain(report=report, refused=refused)


def _content(row: Quarantined) -> bytes:
    return sealing_ring().unseal(row.row_sealed, context=row_context(row.id)).encode()


def _keep_waiting(key: UUID, rejection: Rejection) -> None:
    Quarantined.objects.filter(pk=key).update(
        resolved_at=None,
        reason=rejection.reason,
        field=rejection.field,
        record_id=rejection.record_id,
        version=rejection.version,
        person_key=None if rejection.document is None else key_of(rejection.document),
    )
