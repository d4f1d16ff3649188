"""Reading ahead: the next page is ready, one request at a time, and nothing depends on it."""

import threading

import pytest

from records.models import Kind
from records.read_ahead import ReadAhead
from records.upstream import FeedName, UpstreamUnavailable
from tests.records.feeds import SOURCE, MemorySource, make_dose

FEED = FeedName(source=SOURCE, kind=Kind.DOSES)


class Watched(MemorySource):
    """Notes who asked for what, and breaks at one cursor."""

    def __init__(self, *, breaks_at: str | None = None) -> None:
        super().__init__({Kind.DOSES: [make_dose(f"d-{number}") for number in range(4)]})
        self.asked: list[str] = []
        self.threads: set[int] = set()
        self._breaks_at, self._busy = breaks_at, threading.Lock()

    def fetch(self, feed, *, cursor, limit):
        assert self._busy.acquire(blocking=False)
        try:
            self.asked.append(cursor)
            self.threads.add(threading.get_ident())
            if cursor == self._breaks_at:
                raise UpstreamUnavailable("away")
            return super().fetch(feed, cursor=cursor, limit=limit)
        finally:
            self._busy.release()


def pages_of(upstream, at):
    return ReadAhead(FEED, upstream, at=at, limit=2)


def test_pages_come_in_order_and_each_is_asked_for_once(at):
    upstream = Watched()
    with pages_of(upstream, at) as pages:
        first, second = pages.page(""), pages.page("2")
    assert [len(page.lines) for page in (first, second)] == [2, 2]
    assert (upstream.asked, len(upstream.threads)) == (["", "2"], 2)
    assert second.page.exhausted


def test_page_read_ahead_is_thrown_away_when_the_cursor_stands_elsewhere(at):
    upstream = Watched()
    with pages_of(upstream, at) as pages:
        pages.page("")
        assert [row.position for row in pages.page("1").rows] == ["memory:2", "memory:3"]


def test_trouble_shows_when_the_page_is_asked_for_and_not_before(at):
    upstream = Watched(breaks_at="2")
    with pages_of(upstream, at) as pages:
        assert len(pages.page("").lines) == 2
        with pytest.raises(UpstreamUnavailable):
            pages.page("2")
    assert upstream.asked == ["", "2"]


def test_source_that_does_not_say_so_is_not_read_ahead(at):
    upstream = Watched()
    upstream.reads_ahead = False
    with pages_of(upstream, at) as pages:
        pages.page("")
    assert upstream.asked == [""]
    assert upstream.threads == {threading.get_ident()}
