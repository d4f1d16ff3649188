"""Rows that were refused: kept sealed with their reason, and resolved once the record has moved on."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from uuid_utils.compat import uuid7

from identity.keyring import key_of, sealing_ring
from records.feed import LONGEST_LINE, Rejection
from records.feed_fields import RejectionReason
from records.merge import TABLES, keyed_digest
from records.models import Kind, Quarantined, Source, SyncRun
from records.upstream import FeedRow


@dataclass(frozen=True, kw_only=True)
class RejectedRow:
    """A row of a page that goes to quarantine, and why."""

    row: FeedRow
    rejection: Rejection


def row_context(quarantined_id: object) -> str:
    """Return what a sealed row is bound to."""
    return f"records_quarantined:row:{quarantined_id}"


def keep(rejected: Sequence[RejectedRow], run: SyncRun, *, at: datetime) -> list[Quarantined]:
    """Put rows in quarantine; a row that this feed has delivered before is not kept twice."""
    rows = {item.digest: item for item in reversed([_sealed(one, run, at=at) for one in rejected])}
    known = Quarantined.objects.filter(run__source_id=run.source_id, digest__in=list(rows))
    for digest in known.values_list("digest", flat=True):
        rows.pop(digest, None)
    return Quarantined.objects.bulk_create(reversed(rows.values()), batch_size=2000)


def resolve(cursor: Any, kind: Kind, source: Source, *, kept: Sequence[Quarantined], at: datetime) -> None:
    """Resolve what the records now say in a newer version; note in page_people whom that concerns.

    ``kept`` are the rows that the same page has just put here: their people are noted as well.

    A row with other content for the version that is held stays until a higher version comes: nobody
    can tell which of the two was right. Any other refused row is old once its version, or a higher
    one, is held. A row whose record id could not be read waits until its retention ends.
    """
    cursor.execute(
        f"""
        WITH resolved AS (
            UPDATE records_quarantined q SET resolved_at = %(at)s
            FROM records_syncrun r, {TABLES[kind].name} held
            WHERE q.run_id = r.id AND r.source_id = %(source_id)s AND q.resolved_at IS NULL
                AND q.record_id <> '' AND held.source = %(source)s AND held.record_id = q.record_id
                AND (q.record_id IN (SELECT record_id FROM page_judged) OR q.record_id = ANY(%(kept_ids)s))
                AND (q.version IS NULL AND held.synced_at > q.quarantined_at
                    OR held.version > q.version
                    OR held.version = q.version AND q.reason <> %(conflict)s)
            RETURNING q.person_key
        )
        INSERT INTO page_people
        SELECT person_key FROM resolved WHERE person_key IS NOT NULL
        UNION SELECT unnest(%(kept_people)s::uuid[])
        ON CONFLICT DO NOTHING
        """,
        {
            "at": at,
            "source": source.name,
            "source_id": source.pk,
            "conflict": RejectionReason.SAME_VERSION_OTHER_CONTENT.value,
            "kept_ids": [row.record_id for row in kept],
            "kept_people": [row.person_key for row in kept if row.person_key],
        },
    )


def _sealed(rejected: RejectedRow, run: SyncRun, *, at: datetime) -> Quarantined:
    row, rejection = rejected.row, rejected.rejection
    content = _as_bytes(row)
    quarantined_id = uuid7()
    document = rejection.document
    return Quarantined(
        id=quarantined_id,
        run=run,
        position=row.position,
        reason=rejection.reason,
        field=rejection.field,
        record_id=rejection.record_id,
        version=rejection.version,
        person_key=None if document is None else key_of(document),
        # What was no row at all says nothing by itself: only its place tells it from another.
        digest=keyed_digest(row.position.encode() + content if row.unreadable else content),
        row_sealed=sealing_ring().seal(
            content[:LONGEST_LINE].decode("utf-8", "backslashreplace"), context=row_context(quarantined_id)
        ),
        quarantined_at=at,
    )


def _as_bytes(row: FeedRow) -> bytes:
    if isinstance(row.content, bytes):
        return row.content
    return json.dumps(row.content, ensure_ascii=True, sort_keys=True, default=str).encode()
