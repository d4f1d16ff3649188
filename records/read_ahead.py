"""The next page of a feed is fetched and read while the database merges this one.

A thread is enough: the merge waits for the database most of the time. Nothing depends on it. What
was read ahead is used if the cursor still stands where it began, and thrown away otherwise.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from types import TracebackType
from typing import Self

from records.page_merge import ReadPage, read_page
from records.upstream import FeedName, RecordSource


class ReadAhead:
    """The pages of one feed, one request at a time. A context: it waits for the page still being read.

    Only a source that says ``reads_ahead`` is read ahead; its ``fetch`` touches no database of ours
    and may be called from another thread.
    """

    def __init__(self, feed: FeedName, upstream: RecordSource, *, at: datetime, limit: int) -> None:
        self._feed, self._upstream, self._at, self._limit = feed, upstream, at, limit
        self._thread = ThreadPoolExecutor(1) if getattr(upstream, "reads_ahead", False) else None
        self._waiting: tuple[str, Future[ReadPage]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._thread is not None:
            self._thread.shutdown(cancel_futures=True)

    def page(self, cursor: str) -> ReadPage:
        """Return the page behind a cursor, and begin with the one after it. Raises UpstreamUnavailable."""
        begun, self._waiting = self._waiting, None
        if begun is None or begun[0] != cursor:
            if begun is not None:
                begun[1].exception()  # one request at a time
            read = self._read(cursor)
        else:
            read = begun[1].result()
        following = read.page.next_cursor
        if self._thread is not None and not read.page.exhausted and following != cursor:
            self._waiting = following, self._thread.submit(self._read, following)
        return read

    def _read(self, cursor: str) -> ReadPage:
        page = self._upstream.fetch(self._feed, cursor=cursor, limit=self._limit)
        return read_page(self._feed.kind, page, at=self._at)
