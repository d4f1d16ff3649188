"""Feeds as files in folders: FEED_FOLDER/<source>/<kind>/*.ndjson, read in the order of their names."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, NamedTuple

from records.backends.feed_header import Header, parse_header
from records.backends.lines import read_lines
from records.feed_fields import RejectionReason
from records.models import Kind
from records.upstream import FeedName, FeedRow, Page, UpstreamUnavailable

PAGE_BYTES = 16 * 1024 * 1024
"""A page ends here even if it has fewer rows than asked for, so that memory stays flat."""

_SOURCE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_FILE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,199}\.ndjson")


class FolderSource:
    """The files of a folder as feeds.

    A cursor is "file:byte offset:line". A file is finished once a later one is there; of the last
    file, a line without its end is left for the next time.
    """

    reads_ahead = True

    def reads_apart(self, feed: FeedName) -> bool:
        """Say that a fork of this process may read a feed."""
        return True

    def __init__(self, folder: str | os.PathLike[str] | None) -> None:
        self._folder = None if folder is None else Path(folder)

    def feeds(self) -> Sequence[FeedName]:
        """Return a feed for each folder <source>/<kind>; none where the feed folder is not there yet."""
        if self._folder is None or not self._folder.is_dir():
            return ()
        try:
            sources = [entry.name for entry in os.scandir(self._folder) if entry.is_dir()]
        except OSError as error:
            raise _unavailable(error) from None
        return [
            FeedName(source=name, kind=kind)
            for name in sorted(filter(_SOURCE.fullmatch, sources))
            for kind in Kind
            if (self._folder / name / kind).is_dir()
        ]

    def fetch(self, feed: FeedName, *, cursor: str, limit: int) -> Page:
        """Return the next rows of a feed's files."""
        assert self._folder is not None  # no feeds without a folder
        folder = self._folder / feed.source / feed.kind
        reading = _Reading(feed=feed, place=_Place.parse(cursor), limit=limit)
        try:
            names = sorted(filter(_FILE.fullmatch, os.listdir(folder)))
            names = [name for name in names if name >= reading.place.name]
            for name in names:
                if not reading.read_file(folder / name, is_last=name == names[-1]):
                    break
        except OSError as error:
            raise _unavailable(error) from None
        return reading.page()


class _Place(NamedTuple):
    """How far a folder has been read: the file, the bytes of it, the lines of it."""

    name: str = ""
    offset: int = 0
    line: int = 0

    @classmethod
    def parse(cls, cursor: str) -> "_Place":
        if not cursor:
            return cls()
        name, offset, line = cursor.rsplit(":", 2)
        return cls(name=name, offset=int(offset), line=int(line))

    def __str__(self) -> str:
        return f"{self.name}:{self.offset}:{self.line}" if self.name else ""


@dataclass(kw_only=True)
class _Reading:
    """One page in the making; the only thing here that changes."""

    feed: FeedName
    place: _Place
    limit: int
    rows: list[FeedRow] = field(default_factory=list)
    size: int = 0
    as_of: datetime | None = None
    exhausted: bool = True

    def read_file(self, path: Path, *, is_last: bool) -> bool:
        """Read on in one file; False if the page is full before the file's end."""
        if self.place.name != path.name:
            self.place = _Place(name=path.name)
        with path.open("rb") as file:
            header = self._read_header(file, is_last=is_last)
            if header is None:
                return True
            file.seek(self.place.offset)
            if not self._take_lines(read_lines(file, until_end=not is_last)):
                return False
        self._finish_file(header, is_last=is_last)
        return True

    def page(self) -> Page:
        return Page(rows=self.rows, next_cursor=str(self.place), as_of=self.as_of, exhausted=self.exhausted)

    def _read_header(self, file: IO[bytes], *, is_last: bool) -> Header | None:
        """Return the header; without a good one, None, and the file is passed over."""
        first = next(read_lines(file, until_end=not is_last), None)
        if first is None and is_last:
            return None
        line, length = first or (b"", 0)
        header = parse_header(line)
        if isinstance(header, Header) and (header.source, header.kind) == (self.feed.source, self.feed.kind):
            if self.place.line == 0:
                self.place = _Place(name=self.place.name, offset=length, line=1)
            return header
        if self.place.line == 0:
            # Once: the cursor then stands behind the header, and a longer file is no second refusal.
            self._refuse(line, RejectionReason.BAD_HEADER)
            self.place = _Place(name=self.place.name, offset=length, line=1)
        return None

    def _take_lines(self, lines: Iterator[tuple[bytes, int]]) -> bool:
        """Take lines until they end; False if the page is full before that."""
        name, offset, number = self.place
        rows, size, is_full = self.rows, self.size, False
        for line, length in lines:
            if len(rows) >= self.limit or size >= PAGE_BYTES:
                is_full = True
                break
            offset += length
            number += 1
            size += len(line)
            rows.append(FeedRow(position=f"{name}:{number}", content=line))
        self.place, self.size, self.exhausted = _Place(name, offset, number), size, not is_full
        return not is_full

    def _finish_file(self, header: Header, *, is_last: bool) -> None:
        """Take the file's word for how far it tells everything, unless rows are missing."""
        read = self.place.line - 1
        if header.count is None or header.count == read:
            self.as_of = max(self.as_of or header.as_of, header.as_of)
        elif not is_last:
            self._refuse(b"", RejectionReason.COUNT_MISMATCH)

    def _refuse(self, line: bytes, reason: RejectionReason) -> None:
        self.rows.append(FeedRow(position=f"{self.place.name}:1", content=line, unreadable=reason))


def _unavailable(error: OSError) -> UpstreamUnavailable:
    return UpstreamUnavailable(f"the feed folder cannot be read: {error.strerror or type(error).__name__}")
