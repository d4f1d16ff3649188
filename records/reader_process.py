"""Reading in a process of its own: pages are fetched, read and keyed on another core while one is merged.

A fork, so that it begins at once and takes no secret anywhere. It touches no database and no broker,
holds one finished page at most, and goes with the process that began it.
Source: docs/performance.md, "Sync".
"""

import ctypes
import gc
import os
import pickle
import signal
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import IO, Never, overload

from records.feed_fields import RejectionReason
from records.page_merge import ReadPage
from records.upstream import FeedRow

NICENESS = 5
"""How far the reading gives way to whoever answers questions on the same machine."""

_LENGTH_BYTES = 8
_PR_SET_PDEATHSIG = 1
_HIGHEST_FD = 65_536


class ReaderLost(Exception):
    """The process is gone without a word. Nothing is lost: the page can be read by somebody else."""


class ReaderProcess:
    """Reads page after page from a cursor on, until the feed is exhausted or a page cannot be read."""

    def __init__(self, read: Callable[[str], ReadPage], *, cursor: str) -> None:
        mouth, out = os.pipe()
        parent = os.getpid()
        with warnings.catch_warnings():
            # The child calls nothing that another thread of ours could hold a lock of.
            warnings.simplefilter("ignore", DeprecationWarning)
            self.pid = os.fork()
        if not self.pid:
            _live(read, cursor, out, parent=parent)
        os.close(out)
        self._pages: IO[bytes] = os.fdopen(mouth, "rb", buffering=1024 * 1024)

    def next(self) -> ReadPage:
        """Return the next page; waits for it. Raises what reading it has raised, or ReaderLost."""
        # From our own child, over a pipe that nobody else can write to.
        told = pickle.loads(self._message())  # noqa: S301  # nosec B301
        if isinstance(told, BaseException):
            raise told
        page: ReadPage = told.unpacked()
        return page

    def _message(self) -> bytes:
        length = self._pages.read(_LENGTH_BYTES)
        message = self._pages.read(int.from_bytes(length))
        if len(length) < _LENGTH_BYTES or len(message) < int.from_bytes(length):
            raise ReaderLost
        return message

    def kill(self) -> None:
        """End the process, whatever it is doing; whoever waits for a page then gets ReaderLost."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)

    def close(self) -> None:
        """Let go of the pipe, once nobody waits at it any more."""
        self._pages.close()


def _live(read: Callable[[str], ReadPage], cursor: str, out: int, *, parent: int) -> Never:
    """Be the child; never comes back into the code of the parent, whatever happens."""
    try:
        _settle(out)
        # Whoever began us may have died before we asked to go with it.
        if os.getppid() == parent:
            with os.fdopen(out, "wb", buffering=0) as pipe:
                _read_on(read, cursor, pipe)
    finally:
        os._exit(0)


def _settle(out: int) -> None:
    libc = ctypes.CDLL(None)
    if hasattr(libc, "prctl"):
        libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    # Ctrl-C reaches us too; the parent decides. Its sockets must not live on in us if it is killed.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.closerange(3, out)
    os.closerange(out + 1, _HIGHEST_FD)
    os.nice(NICENESS)
    gc.disable()  # pages hold no cycles, and a collection would copy the memory that we share


def _read_on(read: Callable[[str], ReadPage], cursor: str, pipe: IO[bytes]) -> None:
    following: str | None = cursor
    while following is not None:
        message, following = _read_one(read, following)
        _hand_over(message, pipe)
        del message


def _read_one(read: Callable[[str], ReadPage], cursor: str) -> tuple[bytes, str | None]:
    """Return a page as it is handed over, and where the next one begins; nothing else of it is kept."""
    try:
        page = read(cursor)
    except Exception as error:
        # Whole, but for what it was raised from.
        error.__traceback__ = error.__context__ = error.__cause__ = None
        return pickle.dumps(error, protocol=5), None
    is_last = page.page.exhausted or page.page.next_cursor == cursor
    return pickle.dumps(_Packed.of(page), protocol=5), None if is_last else page.page.next_cursor


def _hand_over(message: bytes, pipe: IO[bytes]) -> None:
    pipe.write(len(message).to_bytes(_LENGTH_BYTES))
    rest = memoryview(message)
    while rest:
        rest = rest[pipe.write(rest) :]


@dataclass(frozen=True, kw_only=True)
class _Packed:
    """A page as it goes through the pipe: a few long texts instead of objects for each row."""

    read: ReadPage
    lines: str
    marks: str | None
    rows: "_PackedRows"
    merged: list[int] | None
    """The places in the page of the rows that were read; None if all of them were."""

    @classmethod
    def of(cls, read: ReadPage) -> "_Packed":
        rows = read.page.rows
        merged = None
        if len(read.rows) < len(rows):
            places = {id(row): place for place, row in enumerate(rows)}
            merged = [places[id(row)] for row in read.rows]
        return cls(
            read=replace(read, rows=(), lines=(), marks=(), page=replace(read.page, rows=())),
            lines="\n".join(read.lines),
            marks="\n".join(read.marks) if read.marks else None,
            rows=_PackedRows.of(rows),
            merged=merged,
        )

    def unpacked(self) -> ReadPage:
        whole = _Rows(self.rows, range(self.rows.count))
        return replace(
            self.read,
            # No line of COPY has an end within it.
            lines=self.lines.split("\n") if self.lines else [],
            marks=[] if self.marks is None else self.marks.split("\n"),
            rows=whole if self.merged is None else _Rows(self.rows, self.merged),
            page=replace(self.read.page, rows=whole),
        )


@dataclass(frozen=True, kw_only=True)
class _PackedRows:
    """Rows of a page in one text. Hardly anybody asks for one again; then they are taken apart."""

    count: int
    positions: str
    contents: bytes | list[bytes | Mapping[str, object]]
    unreadable: Mapping[int, RejectionReason]

    @classmethod
    def of(cls, rows: Sequence[FeedRow]) -> "_PackedRows":
        contents = [row.content for row in rows]
        lines = [content for content in contents if isinstance(content, bytes) and b"\n" not in content]
        return cls(
            count=len(rows),
            positions="\n".join([row.position for row in rows]),
            contents=contents if len(lines) < len(contents) else b"\n".join(lines),
            unreadable={place: row.unreadable for place, row in enumerate(rows) if row.unreadable},
        )

    def row(self, place: int) -> FeedRow:
        positions, contents = self._apart
        return FeedRow(
            position=positions[place], content=contents[place], unreadable=self.unreadable.get(place)
        )

    @cached_property
    def _apart(self) -> tuple[Sequence[str], Sequence[bytes | Mapping[str, object]]]:
        contents = self.contents.split(b"\n") if isinstance(self.contents, bytes) else self.contents
        return self.positions.split("\n"), contents


class _Rows(Sequence[FeedRow]):
    """Some rows of a page; each becomes an object when somebody asks for it."""

    def __init__(self, packed: _PackedRows, places: Sequence[int]) -> None:
        self._packed, self._places = packed, places

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, place: int) -> FeedRow: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[FeedRow]: ...
    def __getitem__(self, place: int | slice) -> FeedRow | Sequence[FeedRow]:
        if isinstance(place, slice):
            return _Rows(self._packed, self._places[place])
        return self._packed.row(self._places[place])
