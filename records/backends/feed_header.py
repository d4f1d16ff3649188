"""The first line of a feed file: what it holds, whose it is, and up to when it tells everything."""

from dataclasses import dataclass
from datetime import datetime

from records.feed import FORMAT, decode_line
from records.feed_fields import RejectionReason, parse_instant
from records.models import Kind

_FIELDS = frozenset({"feed", "format", "source", "as_of", "count"})
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, kw_only=True)
class Header:
    """A header that is in order; ``count`` is the number of rows, where the source says it."""

    kind: Kind
    source: str
    as_of: datetime
    count: int | None


def parse_header(line: bytes) -> Header | RejectionReason:
    """Return what the first line of a feed file says; a byte-order mark in front is forgiven."""
    row = decode_line(line.removeprefix(_BOM))
    if isinstance(row, RejectionReason) or not row.keys() <= _FIELDS:
        return RejectionReason.BAD_HEADER
    as_of, count = row.get("as_of"), row.get("count")
    instant = parse_instant(as_of) if isinstance(as_of, str) else RejectionReason.BAD_HEADER
    source = row.get("source")
    if isinstance(instant, RejectionReason) or not isinstance(source, str) or row.get("format") != FORMAT:
        return RejectionReason.BAD_HEADER
    if row.get("feed") not in Kind.values or not (count is None or is_count(count)):
        return RejectionReason.BAD_HEADER
    return Header(kind=Kind(row["feed"]), source=source, as_of=instant, count=count)


def is_count(value: object) -> bool:
    """Tell whether a header's count is a whole number from 0."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
