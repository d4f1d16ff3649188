"""The next page of a feed is fetched and read while the database merges this one.

By a process of its own where the source bears it and a backlog makes it worth while, else by a thread.
Nothing depends on it: what was read ahead is used if the cursor still stands where it began, and thrown
away otherwise.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from types import TracebackType
from typing import Self

from records.page_merge import ReadPage, read_page
from records.reader_process import ReaderLost, ReaderProcess
from records.upstream import FeedName, RecordSource

WORTH_A_PROCESS = 5_000
"""Rows of a page from which the following ones are read by a process of their own."""


class ReadAhead:
    """The pages of one feed, one request at a time. A context: it waits for the page still being read.

    Only a source that says ``reads_ahead`` is read ahead; its ``fetch`` touches no database of ours
    and may be called from another thread. A feed that ``reads_apart`` may be read by a fork of us.
    """

    def __init__(self, feed: FeedName, upstream: RecordSource, *, at: datetime, limit: int) -> None:
        self._feed, self._upstream, self._at, self._limit = feed, upstream, at, limit
        self._thread = ThreadPoolExecutor(1) if getattr(upstream, "reads_ahead", False) else None
        self._waiting: tuple[str, Future[ReadPage]] | None = None
        self._reads_apart: Callable[[FeedName], bool] = getattr(upstream, "reads_apart", lambda _feed: False)
        self._process: ReaderProcess | None = None
        self._process_at = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_process()
        if self._thread is not None:
            self._thread.shutdown(cancel_futures=True)

    def page(self, cursor: str) -> ReadPage:
        """Return the page behind a cursor, and begin with the one after it. Raises UpstreamUnavailable."""
        read = self._next_of_process(cursor) or self._begun(cursor) or self._read(cursor)
        following = read.page.next_cursor
        if self._thread is None or read.page.exhausted or following == cursor:
            return read
        if self._process is None and len(read.page.rows) >= WORTH_A_PROCESS and self._reads_apart(self._feed):
            self._process = ReaderProcess(self._read, cursor=following)
        if self._process is None:
            self._waiting = following, self._thread.submit(self._read, following)
        else:
            # It waits with its page until we come for it, so that only one of us holds one.
            self._process_at = following
        return read

    def _next_of_process(self, cursor: str) -> ReadPage | None:
        if self._process is None:
            return None
        if self._process_at == cursor:
            with suppress(ReaderLost):
                return self._process.next()
        self._end_process()
        return None

    def _begun(self, cursor: str) -> ReadPage | None:
        begun, self._waiting = self._waiting, None
        if begun is None:
            return None
        if begun[0] == cursor:
            return begun[1].result()
        begun[1].exception()  # one request at a time
        return None

    def _read(self, cursor: str) -> ReadPage:
        page = self._upstream.fetch(self._feed, cursor=cursor, limit=self._limit)
        return read_page(self._feed.kind, page, at=self._at)

    def _end_process(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.close()
            self._process = None
