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
        with warnings.catch_warnings():
            # The child calls nothing that another thread of ours could hold a lock of.
            warnings.simplefilter("ignore", DeprecationWarning)
            self.pid = os.fork()
        if not self.pid:
            _live(read, cursor, out)
        os.close(out)
        self._pages: IO[bytes] = os.fdopen(mouth, "rb", buffering=1024 * 1024)

    def next(self) -> ReadPage:
        """Return the next page; waits for it. Raises what reading it has raised, or ReaderLost."""
        length = self._pages.read(_LENGTH_BYTES)
        message = self._pages.read(int.from_bytes(length))
        if len(length) < _LENGTH_BYTES or len(message) < int.from_bytes(length):
            raise ReaderLost
        # From our own child, over a pipe that nobody else can write to.
        told = pickle.loads(message)  # noqa: S301  # nosec B301
        if isinstance(told, BaseException):
            raise told
        page: ReadPage = told.unpacked()
        return page

    def kill(self) -> None:
        """End the process, whatever it is doing; whoever waits for a page then gets ReaderLost."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)

    def close(self) -> None:
        """Let go of the pipe, once nobody waits at it any more."""
        self._pages.close()


def _live(read: Callable[[str], ReadPage], cursor: str, out: int) -> Never:
    """Be the child; never comes back into the code of the parent, whatever happens."""
    try:
        _settle(out)
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
    while True:
        try:
            told: object = _Packed.of(page := read(cursor))
        except Exception as error:
            # Whole, but for what it was raised from.
            error.__traceback__ = error.__context__ = error.__cause__ = None
            _hand_over(error, pipe)
            return
        _hand_over(told, pipe)
        if page.page.exhausted or page.page.next_cursor == cursor:
            return
        cursor = page.page.next_cursor


def _hand_over(told: object, pipe: IO[bytes]) -> None:
    message = memoryview(pickle.dumps(told, protocol=5))
    pipe.write(len(message).to_bytes(_LENGTH_BYTES))
    while message:
        message = message[pipe.write(message) :]


@dataclass(frozen=True, kw_only=True)
class _Packed:
    """A page as it goes through the pipe: lists of texts instead of a row object for each row."""

    read: ReadPage
    rows: "_Rows"
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
            read=replace(read, rows=(), page=replace(read.page, rows=())),
            rows=_Rows(
                positions=[row.position for row in rows],
                contents=[row.content for row in rows],
                unreadable={place: row.unreadable for place, row in enumerate(rows) if row.unreadable},
            ),
            merged=merged,
        )

    def unpacked(self) -> ReadPage:
        merged = self.rows if self.merged is None else [self.rows[place] for place in self.merged]
        return replace(self.read, rows=merged, page=replace(self.read.page, rows=self.rows))


@dataclass(frozen=True, kw_only=True, repr=False)
class _Rows(Sequence[FeedRow]):
    """The rows of a page; each becomes an object when somebody asks for it, which for most nobody does."""

    positions: Sequence[str]
    contents: Sequence[bytes | Mapping[str, object]]
    unreadable: Mapping[int, RejectionReason]

    def __len__(self) -> int:
        return len(self.positions)

    @overload
    def __getitem__(self, place: int) -> FeedRow: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[FeedRow]: ...
    def __getitem__(self, place: int | slice) -> FeedRow | Sequence[FeedRow]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        return FeedRow(
            position=self.positions[place],
            content=self.contents[place],
            unreadable=self.unreadable.get(place),
        )
