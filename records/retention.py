"""How long records are kept: tests 90 days, quarantined rows 30. A status never turns because of it.

Source: docs/domain.md, 5, "Retention"; docs/adr/0007-retention-never-turns-a-status.md.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from civil_time import civil_date, start_of
from records import partitions, summary
from records.deciding_tests import Kept, deciding_of
from records.feed_fields import RejectionReason
from records.models import HeldPage, LaboratoryHour, Quarantined, TurnedAdverse
from records.page_checks import TESTS_KEPT_FOR

QUARANTINE_KEPT_FOR = timedelta(days=30)
TURNED_KEPT_FOR = timedelta(days=1)
"""The breaker looks back an hour."""
TUBES_KEPT_LONGER = timedelta(days=7)
"""A tube speaks days after its specimens were taken, and first dates may be mended."""

_BATCH = 10_000
_OLD_TUBES = """
    DELETE FROM records_tube WHERE id IN (
        SELECT t.id FROM records_tube t
        WHERE t.issued_at < %(before)s AND NOT EXISTS (
            SELECT FROM records_naat n
            WHERE n.source = t.source AND n.tube_code = t.tube_code AND n.tube_code <> ''
                AND (t.result <> 'NOT_DETECTED' OR n.record_day < %(oldest)s)
        )
        LIMIT %(batch)s
    )
"""


@dataclass(frozen=True, kw_only=True)
class Forgotten:
    """What one run of the retention removed; ``tests_that_decide`` stay although their day is gone."""

    days_of_tests: int
    tests_that_decide: int
    tubes: int
    quarantined: int


def forget(*, at: datetime) -> Forgotten:
    """Remove what is kept for no longer. May be run at any time, twice, and by two at once."""
    oldest = civil_date(at - TESTS_KEPT_FOR)
    days = sum(_drop_day(day, name, at=at) for day, name in partitions.days_before("records_naat", oldest))
    deciding = _clear_default(oldest, at=at)
    TurnedAdverse.objects.filter(merged_at__lt=at - TURNED_KEPT_FOR).delete()
    LaboratoryHour.objects.filter(hour__lt=at - TESTS_KEPT_FOR).delete()
    return Forgotten(
        days_of_tests=days,
        tests_that_decide=deciding,
        tubes=_forget_tubes(oldest),
        quarantined=_forget_quarantined(at - QUARANTINE_KEPT_FOR, at=at),
    )


def _drop_day(day: date, partition: str, *, at: datetime) -> bool:
    """Drop one day of tests; those that still decide a status move to the default partition."""
    with transaction.atomic(), connection.cursor() as cursor:
        if not partitions.lock_partition(cursor, "records_naat", partition):
            return False
        # Nobody corrects a test of that day meanwhile; reading goes on.
        cursor.execute(f"LOCK TABLE {partition} IN SHARE MODE")
        kept = deciding_of(cursor, partition, until=day + timedelta(days=1), at=at)
        cursor.execute(
            f"CREATE TEMPORARY TABLE tests_kept ON COMMIT DROP AS SELECT * FROM {partition} n "
            "WHERE (n.source, n.record_id, n.record_day) IN ("
            "SELECT * FROM unnest(%(sources)s::text[], %(record_ids)s::text[], %(days)s::date[]))",
            _columns(kept),
        )
        cursor.execute(f"DROP TABLE {partition}")
        cursor.execute("INSERT INTO records_naat SELECT * FROM tests_kept")
        cursor.execute("DROP TABLE tests_kept")
    return True


def _clear_default(oldest: date, *, at: datetime) -> int:
    """Delete old tests that no longer decide anything from the default partition; count those that do."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE records_naat_default IN SHARE ROW EXCLUSIVE MODE")
        kept = deciding_of(cursor, "records_naat_default", until=oldest, at=at)
        cursor.execute(
            "DELETE FROM records_naat_default n WHERE n.record_day < %(oldest)s "
            "AND (n.source, n.record_id, n.record_day) NOT IN ("
            "SELECT * FROM unnest(%(sources)s::text[], %(record_ids)s::text[], %(days)s::date[]))",
            {"oldest": oldest, **_columns(kept)},
        )
    return len(kept)


def _columns(kept: frozenset[Kept]) -> dict[str, Any]:
    rows = sorted(kept)
    return {
        "sources": [source for source, _record_id, _day in rows],
        "record_ids": [record_id for _source, record_id, _day in rows],
        "days": [day for _source, _record_id, day in rows],
    }


def _forget_tubes(oldest: date) -> int:
    """Delete tubes that no test is left of. A doubtful one waits until surely none is."""
    forgotten = 0
    while True:
        with connection.cursor() as cursor:
            before = start_of(oldest) - TUBES_KEPT_LONGER
            cursor.execute(_OLD_TUBES, {"before": before, "oldest": oldest, "batch": _BATCH})
            deleted: int = cursor.rowcount
        forgotten += deleted
        if deleted < _BATCH:
            return forgotten


def _forget_quarantined(before: datetime, *, at: datetime) -> int:
    """Delete old rows of the quarantine.

    Where an unresolved one is why a record is in review, only what the row says is forgotten: the note
    stays until the record is mended. A row without a readable id or person can never be mended so.
    """
    old = Quarantined.objects.filter(quarantined_at__lt=before)
    held = Q(reason=RejectionReason.TOO_MANY_TURNED_ADVERSE)
    with transaction.atomic():
        HeldPage.objects.filter(held_at__lt=before, decided_at__isnull=True, expired_at__isnull=True).update(
            expired_at=at
        )
        ends = old.filter(Q(resolved_at__isnull=False) | Q(person_key__isnull=True) | Q(record_id="") | held)
        waiting = ends.filter(resolved_at__isnull=True).values_list("person_key", flat=True)
        in_review: set[UUID] = {key for key in waiting if key is not None}
        forgotten, _by_model = ends.delete()
        summary.review_again(in_review, at=at)
    emptied = old.exclude(row_sealed=b"").update(row_sealed=b"")
    return forgotten + emptied
