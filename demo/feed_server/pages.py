"""Pages out of a folder of feed files, as the HTTP contract has them (docs/feed.md, 8)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from demo.wire import written
from records.backends.files import FolderSource
from records.feed import FORMAT, decode_line
from records.feed_fields import RejectionReason
from records.upstream import FeedName, FeedRow


class NoSuchPlace(Exception):
    """There is no such feed, or the cursor is none of ours."""


@dataclass(kw_only=True)
class Envelope:
    """A page before it is written; what misbehaves changes it."""

    source: str
    feed: str
    cursor: str
    next_cursor: str
    count: int
    rows: list[str]
    as_of: str | None
    exhausted: bool
    remaining: int

    def text(self, *, without: str = "") -> str:
        """Return the page as JSON; the rows go in as they stand in the file."""
        fields = {"format": FORMAT, **vars(self)}
        rows = f"[{','.join(fields.pop('rows'))}]"
        parts = {name: json.dumps(value, ensure_ascii=False) for name, value in fields.items()}
        parts["rows"] = rows
        return "{" + ",".join(f'"{name}":{part}' for name, part in parts.items() if name != without) + "}"


def envelope_of(folder: Path, feed: FeedName, *, cursor: str, limit: int) -> Envelope:
    """Return the page of a feed behind a cursor. Raises NoSuchPlace."""
    source = FolderSource(folder)
    if feed not in source.feeds():
        raise NoSuchPlace
    try:
        page = source.fetch(feed, cursor=cursor, limit=limit)
    except ValueError:
        raise NoSuchPlace from None
    return Envelope(
        source=feed.source,
        feed=feed.kind.value,
        cursor=cursor,
        next_cursor=page.next_cursor,
        count=len(page.rows),
        rows=_as_json(page.rows),
        as_of=written(page.as_of),
        exhausted=page.exhausted,
        remaining=0 if page.exhausted else _rows_behind(folder, feed, page.next_cursor),
    )


def feeds_text(folder: Path) -> str:
    """Return the list of feeds as JSON."""
    feeds = [{"source": feed.source, "feed": feed.kind.value} for feed in FolderSource(folder).feeds()]
    return json.dumps({"format": FORMAT, "feeds": feeds})


def _as_json(rows: Sequence[FeedRow]) -> list[str]:
    return [_value(row.content) for row in rows if isinstance(row.content, bytes)]


def _value(line: bytes) -> str:
    """Return a line as it is; as text if it is no JSON, so that the row is refused and not the page."""
    read = decode_line(line)
    if isinstance(read, dict) or read is RejectionReason.DUPLICATE_KEY:
        return line.decode()
    return json.dumps(line.decode("utf-8", "backslashreplace"))


def _rows_behind(folder: Path, feed: FeedName, cursor: str) -> int:
    name, offset, _line = cursor.rsplit(":", 2)
    files = sorted((folder / feed.source / feed.kind).glob("*.ndjson"))
    rest = sum(file.read_bytes()[int(offset) :].count(b"\n") for file in files if file.name == name)
    return rest + sum(file.read_bytes().count(b"\n") - 1 for file in files if file.name > name)
