"""One file that somebody brings by hand: NDJSON as the feeds have it, or CSV; gzip for either."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import IO

from records.backends.feed_header import Header, parse_header
from records.backends.lines import read_lines
from records.feed import FIELDS
from records.feed_fields import RejectionReason
from records.models import Kind
from records.upstream import FeedName, FeedRow, Page, UpstreamUnavailable

SOURCE_OF_CSV = "import"
"""Under which name the rows of a CSV file are kept if nobody says another."""

_NUMBERS = frozenset({"version", "dose_number"})
_FLAGS = {"true": True, "false": False}


class FileUnusable(Exception):
    """The file cannot be imported at all; the message is for whoever typed the command."""


class SingleFileSource:
    """A file as the only feed of a source. A cursor is "file:rows read"; it is read from end to end.

    Raises FileUnusable if the file is missing or empty, of another kind, or without a good header.
    """

    def __init__(self, path: Path, kind: Kind, *, source: str | None = None) -> None:
        self._path = path
        self._kind = kind
        self._suffixes = [suffix.lower() for suffix in path.suffixes]
        self._check_path()
        try:
            self.count, self.source = self._read_header(source)
        except (OSError, EOFError, zlib.error) as error:
            raise FileUnusable(f"{path} cannot be read: {_reason(error)}") from None
        self._rows = self._open_rows()
        self._cursor = ""

    def feeds(self) -> Sequence[FeedName]:
        """Return the one feed that the file is."""
        return [FeedName(source=self.source, kind=self._kind)]

    def fetch(self, feed: FeedName, *, cursor: str, limit: int) -> Page:
        """Return the next rows of the file."""
        done = int(cursor.rsplit(":", 1)[1]) if cursor else 0
        try:
            if cursor != self._cursor:
                self._rows = islice(self._open_rows(), done, None)
            rows = list(islice(self._rows, limit))
        except (OSError, EOFError, zlib.error) as error:
            raise UpstreamUnavailable(f"{self._path.name} cannot be read: {_reason(error)}") from None
        self._cursor = f"{self._path.name[:200]}:{done + len(rows)}"
        return Page(rows=rows, next_cursor=self._cursor, as_of=None, exhausted=len(rows) < limit)

    @property
    def _is_csv(self) -> bool:
        return ".csv" in self._suffixes[-2:]

    def _check_path(self) -> None:
        known = {".csv", ".ndjson", ".jsonl"} & set(self._suffixes[-2:])
        if not known:
            raise FileUnusable(f"{self._path}: only .ndjson, .jsonl and .csv are read, each also with .gz")
        if not self._path.exists():
            raise FileUnusable(f"{self._path} does not exist")
        if not self._path.is_file():
            raise FileUnusable(f"{self._path} is not a file")
        if self._path.stat().st_size == 0:
            raise FileUnusable(f"{self._path} is empty")

    def _open(self) -> IO[bytes]:
        if self._suffixes[-1] == ".gz":
            return io.BufferedReader(gzip.GzipFile(self._path, "rb"))
        return self._path.open("rb")

    def _read_header(self, source: str | None) -> tuple[int | None, str]:
        """Return how many rows the header promises, if it does, and the name of the source."""
        with self._open() as file:
            first, _length = next(read_lines(file, until_end=True), (b"", 0))
        if self._is_csv:
            self._check_columns(first)
            return None, source or SOURCE_OF_CSV
        match parse_header(first):
            case Header() as header if header.kind is not self._kind:
                raise FileUnusable(f"{self._path} is a feed of {header.kind}, not of {self._kind}")
            case Header() as header if source not in (None, header.source):
                raise FileUnusable(f"{self._path} comes from the source {header.source}, not from {source}")
            case Header() as header:
                return header.count, header.source
            case _:
                raise FileUnusable(
                    f"{self._path}: the first line is not the header of a feed (docs/feed.md, 2)"
                )

    def _check_columns(self, first: bytes) -> None:
        try:
            [columns] = csv.reader([first.decode("utf-8-sig", "replace")], strict=True)
        except (csv.Error, ValueError):
            columns = []
        names = [column.strip() for column in columns]
        unknown = set(names) - set(FIELDS[self._kind])
        if not names or unknown or len(set(names)) < len(names):
            raise FileUnusable(
                f"{self._path}: the first line must name columns of {self._kind}, each once: "
                f"{', '.join(FIELDS[self._kind])}"
            )
        if "record_id" not in names or "version" not in names:
            raise FileUnusable(f"{self._path}: the columns record_id and version are missing")

    def _open_rows(self) -> Iterator[FeedRow]:
        return self._csv_rows() if self._is_csv else self._json_rows()

    def _json_rows(self) -> Iterator[FeedRow]:
        with self._open() as file:
            for number, (line, _length) in enumerate(read_lines(file, until_end=True), start=1):
                if number > 1:
                    yield FeedRow(position=f"{self._path.name[:200]}:{number}", content=line)
            if self.count not in (None, number - 1):
                yield self._unreadable(1, RejectionReason.COUNT_MISMATCH)

    def _csv_rows(self) -> Iterator[FeedRow]:
        # Bytes that are no UTF-8 become lone surrogates, which no field accepts.
        with (
            self._open() as file,
            io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="") as text,
        ):
            reader = csv.reader(text, strict=True)
            names = [name.strip() for name in next(reader)]
            while True:
                try:
                    values = next(reader)
                except StopIteration:
                    return
                except csv.Error:
                    yield self._unreadable(reader.line_num, RejectionReason.WRONG_COLUMNS)
                    continue
                if not values:
                    continue
                if len(values) != len(names):
                    yield self._unreadable(reader.line_num, RejectionReason.WRONG_COLUMNS)
                    continue
                position = f"{self._path.name[:200]}:{reader.line_num}"
                yield FeedRow(position=position, content=_typed(dict(zip(names, values, strict=True))))

    def _unreadable(self, line: int, reason: RejectionReason) -> FeedRow:
        return FeedRow(position=f"{self._path.name[:200]}:{line}", content=b"", unreadable=reason)


def _typed(row: Mapping[str, str]) -> dict[str, object]:
    """Return a row of CSV as JSON would have it: blanks are absent, numbers and flags are their own."""
    return {name: _value(name, text) for name, text in row.items() if text.strip()}


def _value(name: str, text: str) -> object:
    if name in _NUMBERS and text.isascii() and text.isdigit() and len(text) < 12:
        return int(text)
    return _FLAGS.get(text.lower(), text) if name == "withdrawn" else text


def _reason(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or type(error).__name__
