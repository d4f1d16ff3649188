"""Which table each kind of row goes to, and the merge of one page, set-based and inside one transaction."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.conf import settings
from uuid_utils.compat import uuid7

from identity import registry, versioned_merge
from identity.keyring import key_of, name_marks, sealing_ring
from identity.models import name_context, number_context
from identity.versioned_merge import Outcome, VersionedTable, copy_line
from records.feed_records import AnyRecord, KinshipRecord, PersonRecord, TubeRecord
from records.models import Kind


@dataclass(frozen=True, kw_only=True)
class Merged:
    """What became of the rows of a page; ``refused`` gives the places of those for quarantine."""

    outcomes: Counter[Outcome]
    refused: list[tuple[int, Outcome]]


# A page is one sort of 20,000 rows after the other: on disk or compiled first, each takes twice as long.
_FOR_WHOLE_PAGES = "SET LOCAL work_mem = '64MB'; SET LOCAL jit = off"
_MEASURE = ("kind", "authority", "reference", "contact", "in_force_from", "in_force_until")
_ABOUT_A_PERSON = "SELECT person_key FROM page_judged WHERE outcome = 'APPLIED'"
_FORMERLY_ABOUT = (
    "SELECT old_person_key FROM page_judged WHERE outcome = 'APPLIED' AND old_person_key IS NOT NULL"
)
# Of new tests ``summary.refresh`` finds the people itself.
_CORRECTED = f"{_ABOUT_A_PERSON} AND old_person_key IS NOT NULL UNION {_FORMERLY_ABOUT}"
_IN_A_TUBE = """
    SELECT n.person_key FROM records_naat n JOIN page_judged j ON n.source = %(source)s AND n.tube_code <> ''
        AND n.tube_code IN (j.tube_code, j.old_tube_code)
    WHERE j.outcome = 'APPLIED'
"""


def _table(name: str, *content: str, key: tuple[str, ...] = ("record_id",), day: str = "") -> VersionedTable:
    return VersionedTable(
        name=name,
        key=key,
        content=("person_key", *content),
        arbiter=f"({', '.join(('source', *key))})",
        carried=("person_key",),
        day=day,
    )


TABLES: Mapping[Kind, VersionedTable] = {
    Kind.REGISTRY: registry.PEOPLE,
    Kind.KINSHIP: registry.KINSHIP,
    Kind.TESTS: _table(
        "records_naat",
        "record_day",
        "tube_code",
        "specimen_number",
        "collected_at",
        "issued_at",
        "uploaded_at",
        "result",
        "laboratory",
        "sampling_site",
        "district",
        key=("record_id", "record_day"),
        day="record_day",
    ),
    Kind.TUBES: VersionedTable(
        name="records_tube",
        key=("record_id",),
        content=("tube_code", "result", "issued_at", "uploaded_at", "laboratory"),
        arbiter="(source, record_id)",
        carried=("tube_code",),
    ),
    Kind.DOSES: _table(
        "records_vaccinedose",
        "dose_number",
        "product",
        "manufacturer",
        "lot_number",
        "administered_on",
        "site",
        "country",
    ),
    Kind.ORDERS: _table("records_observationorder", *_MEASURE),
    Kind.ALERTS: _table("records_alert", *_MEASURE, "cause"),
}

_TOUCHED: Mapping[Kind, str] = {
    Kind.TESTS: _CORRECTED,
    Kind.TUBES: _IN_A_TUBE,
    **dict.fromkeys((Kind.DOSES, Kind.ORDERS, Kind.ALERTS), f"{_ABOUT_A_PERSON} UNION {_FORMERLY_ABOUT}"),
}
"""Whose summary a page changes: also the person whom a record was about before it was corrected."""


def line_of(kind: Kind, record: AnyRecord) -> str:
    """Return a record as the line that is staged: keyed, sealed where it must be, with its digest."""
    match record:
        case PersonRecord():
            return _line_of_person(record)
        case KinshipRecord():
            guardian, ward = key_of(record.guardian), key_of(record.ward)
            period = (record.in_force_from, record.in_force_until)
            kinship = (guardian, ward, record.kind, record.evidence, *period)
            return _line(record, kinship, stored=(uuid7(), *kinship))
        case TubeRecord():
            return _line(record, _content(kind, record))
        case _:
            said = (key_of(record.document), *_content(kind, record))
            return _line(record, (*said, record.name), stored=said)


def stage_page(cursor: Any, kind: Kind, lines: Sequence[str], *, marks: Sequence[str]) -> None:
    """Load the lines of a page, and the marks of the names in them, into the table page_staged."""
    cursor.execute(_FOR_WHOLE_PAGES)
    versioned_merge.stage(cursor, TABLES[kind], lines, marks=marks)


def merge_page(cursor: Any, kind: Kind, lines: Sequence[str], *, source: str, at: datetime) -> Merged:
    """Merge the page that is staged and note in the table page_people whose summary that touches.

    The caller holds the lock on the source's feed. Source: docs/architecture.md, 4.
    """
    only_new = _MERGES[kind](cursor, lines, source=source, at=at)
    cursor.execute(
        "CREATE TEMPORARY TABLE page_people (person_key uuid PRIMARY KEY, newest jsonb) ON COMMIT DROP"
    )
    if kind in _TOUCHED and not (only_new and kind is Kind.TESTS):
        cursor.execute(f"INSERT INTO page_people {_TOUCHED[kind]} ON CONFLICT DO NOTHING", {"source": source})
    if only_new:
        return Merged(outcomes=Counter({Outcome.APPLIED: len(lines)}), refused=[])
    return Merged(outcomes=versioned_merge.outcomes(cursor), refused=versioned_merge.refused(cursor))


def drop_page(cursor: Any) -> None:
    """Drop what a page left in temporary tables."""
    versioned_merge.drop(cursor)
    cursor.execute("DROP TABLE IF EXISTS page_people")


def keyed_digest(content: bytes) -> UUID:
    """Return a digest that tells nothing to whoever does not hold the key of this deployment."""
    return UUID(Digests().text_of(content))


class Digests:
    """``keyed_digest`` of one content after the other: the key is worked into the hash only once."""

    __slots__ = ("_begun",)

    def __init__(self) -> None:
        self._begun = hashlib.blake2b(digest_size=16, key=settings.PERSON_KEY_SECRET[:64])

    def text_of(self, content: bytes) -> str:
        """Return the digest as a UUID is written."""
        hashed = self._begun.copy()
        hashed.update(content)
        digest = hashed.hexdigest()
        return f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:]}"


def _merge_versioned(
    cursor: Any, lines: Sequence[str], *, source: str, at: datetime, table: VersionedTable
) -> bool:
    """Merge a page and tell whether all its rows were new."""
    if table.name in ("records_naat", "records_tube"):
        # A tube and its member that arrive at once in two pages would not see each other.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"specimens of {source}"])
    if versioned_merge.are_all_new(cursor, table, lines, source=source):
        versioned_merge.write_new(cursor, table, source=source, at=at)
        return True
    versioned_merge.judge(cursor, table, source=source)
    versioned_merge.write(cursor, table, source=source, at=at)
    return False


def _merge_by(merge: Callable[..., None], cursor: Any, _lines: Sequence[str], **options: Any) -> bool:
    merge(cursor, **options)
    return False


_MERGES: Mapping[Kind, Callable[..., bool]] = {
    **{kind: partial(_merge_versioned, table=table) for kind, table in TABLES.items()},
    Kind.REGISTRY: partial(_merge_by, registry.merge_people),
    Kind.KINSHIP: partial(_merge_by, registry.merge_kinship),
}
_OWN_COLUMNS: Mapping[Kind, tuple[str, ...]] = {
    kind: tuple(column for column in table.content if column != "person_key")
    for kind, table in TABLES.items()
}
_BLANK_IF_NONE = frozenset({"result", "cause"})  # texts, which Django keeps without NULL


def _line_of_person(record: PersonRecord) -> str:
    key, ring = key_of(record.document), sealing_ring()
    rest = (
        record.born_on,
        record.sex,
        record.card_issued_on,
        record.face_reference,
        record.registered_at,
        record.died_on,
    )
    sealed = (
        ring.seal(record.document.number, context=number_context(key)),
        ring.seal(record.name, context=name_context(key)),
        name_marks().mark_of(key, record.name),
    )
    document_type = record.document.type
    return _line(record, (key, record.name, *rest), stored=(key, document_type, *sealed, *rest))


def _line(record: AnyRecord, said: tuple[object, ...], *, stored: tuple[object, ...] | None = None) -> str:
    # Of what the row said, not of what is stored: a name is not stored with a test, and a seal
    # differs each time.
    digest = keyed_digest(copy_line((record.withdrawn, *said)).encode())
    return copy_line((record.record_id, record.version, digest, record.withdrawn, *(stored or said)))


def _content(kind: Kind, record: AnyRecord) -> tuple[object, ...]:
    columns = _OWN_COLUMNS[kind]
    return tuple(
        "" if value is None and column in _BLANK_IF_NONE else value
        for column, value in zip(columns, attrgetter(*columns)(record), strict=True)
    )
