"""The wire format of the feeds: one row in, one typed record or one Rejection out. See docs/feed.md.

Never raises for what a row holds, and never repeats it: a Rejection says why and which field.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import datetime
from typing import Any, Never, TypeVar

from identity.document import Document
from records.feed_fields import LARGEST_VERSION, FieldRefused, Fields, RejectionReason
from records.feed_readers import READERS
from records.feed_records import AnyRecord
from records.models import Kind

FORMAT = 1
LONGEST_LINE = 64 * 1024  # bytes; the longest honest row has about 3,000

Readable = TypeVar("Readable")

_VERSION_FIELDS = "record_id version withdrawn"
_SUBJECT_FIELDS = "document_type document_number name"
_MEASURE_FIELDS = f"{_SUBJECT_FIELDS} kind authority reference contact in_force_from in_force_until"

FIELDS: Mapping[Kind, tuple[str, ...]] = {
    kind: tuple(f"{_VERSION_FIELDS} {names}".split())
    for kind, names in {
        Kind.REGISTRY: f"{_SUBJECT_FIELDS} born_on sex card_issued_on face_reference registered_at died_on",
        Kind.KINSHIP: "guardian_document_type guardian_document_number ward_document_type"
        " ward_document_number kind evidence in_force_from in_force_until",
        Kind.TESTS: f"{_SUBJECT_FIELDS} record_day sampling_site district specimen_number tube_code"
        " collected_at laboratory issued_at uploaded_at result",
        Kind.TUBES: "tube_code result issued_at uploaded_at laboratory",
        Kind.DOSES: f"{_SUBJECT_FIELDS} dose_number product manufacturer lot_number administered_on"
        " site country",
        Kind.ORDERS: _MEASURE_FIELDS,
        Kind.ALERTS: f"{_MEASURE_FIELDS} cause",
    }.items()
}
"""The fields of each kind, in the order of docs/feed.md."""


@dataclass(frozen=True, kw_only=True)
class Rejection:
    """A refused row: why, and which field; beside that, what could be read of whom it is about."""

    reason: RejectionReason
    field: str = ""
    record_id: str = dataclass_field(default="", repr=False)
    version: int | None = None
    document: Document | None = dataclass_field(default=None, repr=False)


def parse_row(kind: Kind, content: bytes | Mapping[str, object], *, at: datetime) -> AnyRecord | Rejection:
    """Return what one row of a feed says, or why it is refused.

    ``content`` is a line of NDJSON or the row already decoded; ``at`` is the clock that times are
    held against. Source: docs/feed.md, 3 to 6.
    """
    row = decode_line(content) if isinstance(content, bytes) else content
    if isinstance(row, RejectionReason):
        return Rejection(reason=row)
    fields = Fields(row, at=at)
    try:
        if not row.keys() <= _KNOWN[kind]:
            raise FieldRefused(RejectionReason.UNKNOWN_FIELD, "")
        return READERS[kind](fields)
    except FieldRefused as refused:
        return _rejection(kind, fields, refused)


def decode_line(line: bytes) -> dict[str, Any] | RejectionReason:
    """Return the JSON object of a line, or why it is none: strict UTF-8, each key once, no NaN."""
    if len(line) > LONGEST_LINE:
        return RejectionReason.LINE_TOO_LONG
    try:
        row = json.loads(line.decode(), object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        return RejectionReason.NOT_UTF8
    except _DuplicateKey:
        return RejectionReason.DUPLICATE_KEY
    except (ValueError, RecursionError):
        return RejectionReason.NOT_AN_OBJECT
    return row if isinstance(row, dict) else RejectionReason.NOT_AN_OBJECT


_KNOWN = {kind: frozenset(names) for kind, names in FIELDS.items()}
# Whose record is in review when a row is refused; a tube is nobody's in particular.
_SUBJECT_PREFIX = {Kind.KINSHIP: "ward_"}


def _rejection(kind: Kind, fields: Fields, refused: FieldRefused) -> Rejection:
    """Return a refusal with what else can be read of the row, so that it finds its person."""
    return Rejection(
        reason=refused.reason,
        field=refused.field,
        record_id=_readable(fields.record_id) or "",
        version=_readable(lambda: fields.number("version", LARGEST_VERSION)),
        document=_readable(lambda: fields.document(_SUBJECT_PREFIX.get(kind, ""))),
    )


def _readable(read: Callable[[], Readable]) -> Readable | None:
    try:
        return read()
    except FieldRefused:
        return None


class _DuplicateKey(ValueError):
    """A JSON object names a field twice."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) != len(pairs):
        raise _DuplicateKey
    return row


def _refuse_constant(_name: str) -> Never:
    raise ValueError
