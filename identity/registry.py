"""The registry: finding a person, registering one, and the merge of what the registry's feeds say."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction

from identity import moved_records
from identity.models import Person
from identity.versioned_merge import VersionedTable, judge, write

PEOPLE = VersionedTable(
    name="identity_person",
    key=("person_key",),
    content=(
        "person_key",
        "document_type",
        "number_sealed",
        "name_sealed",
        "name_mark",
        "born_on",
        "sex",
        "card_issued_on",
        "face_reference",
        "registered_at",
        "died_on",
    ),
    arbiter="(person_key)",
    # Set below, from all rows of a page: it only ever moves earlier.
    kept=("registered_at",),
    computed={"changed_seq": "nextval('identity_changed_seq')"},
    shared=True,
)
KINSHIP = VersionedTable(
    name="identity_kinship",
    key=("record_id",),
    content=("id", "guardian_id", "ward_id", "kind", "evidence", "in_force_from", "in_force_until"),
    arbiter="(source, record_id) WHERE source <> ''",
    carried=("ward_id",),
    kept=("id",),
)

_EARLIER_REGISTRATIONS = """
    UPDATE identity_person p
    SET registered_at = s.registered_at, changed_seq = nextval('identity_changed_seq')
    FROM (
        SELECT person_key, record_id, min(registered_at) AS registered_at FROM page_judged
        WHERE outcome IN ('APPLIED', 'DUPLICATE', 'SUPERSEDED') GROUP BY person_key, record_id
    ) s
    WHERE p.person_key = s.person_key
        AND (p.registered_at IS NULL AND s.registered_at IS NOT NULL OR p.registered_at > s.registered_at)
"""
_WARDS_CHANGED = """
    UPDATE identity_person SET changed_seq = nextval('identity_changed_seq')
    WHERE person_key IN (
        SELECT ward_id FROM page_judged WHERE outcome = 'APPLIED'
        UNION SELECT old_ward_id FROM page_judged WHERE outcome = 'APPLIED'
    )
"""


def find(person_key: UUID) -> Person | None:
    """Return the person of a key, or None if the registry has none or has withdrawn the record."""
    return Person.objects.filter(person_key=person_key, withdrawn=False).first()


def register(person_key: UUID, *, at: datetime) -> bool:
    """Note that somebody is registered since ``at``, unless it was earlier; True if that moved anything.

    False also for somebody who is not in the registry.
    """
    later = models.Q(registered_at__isnull=True) | models.Q(registered_at__gt=at)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT nextval('identity_changed_seq')")
        moved = Person.objects.filter(later, person_key=person_key, withdrawn=False).update(
            registered_at=at, changed_seq=cursor.fetchone()[0]
        )
    return moved > 0


def merge_people(cursor: Any, *, source: str, at: datetime) -> None:
    """Merge a page of people, staged for PEOPLE, inside the caller's transaction.

    Leaves the outcomes in the table page_judged. A person has one record: while it stands, a row with
    another record id for the same document is judged OTHER_RECORD. A version that names another
    document than the one before withdraws whom that one named.
    """
    _lock(cursor)
    judge(cursor, PEOPLE, source=source)
    moved_records.judge_again(cursor, source=source)
    write(cursor, PEOPLE, source=source, at=at)
    moved_records.withdraw_left(cursor, source=source, at=at)
    cursor.execute(_EARLIER_REGISTRATIONS)


def merge_kinship(cursor: Any, *, source: str, at: datetime) -> None:
    """Merge a page of kinship, as ``merge_people``; wards count as changed, for what kin is told of them."""
    _lock(cursor)
    judge(cursor, KINSHIP, source=source)
    write(cursor, KINSHIP, source=source, at=at)
    cursor.execute(_WARDS_CHANGED)


def _lock(cursor: Any) -> None:
    # All sources share the rows of people, so their pages come one after the other.
    cursor.execute("SELECT pg_advisory_xact_lock(hashtext('identity.registry'))")
