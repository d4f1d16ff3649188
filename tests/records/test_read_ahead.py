"""Reading ahead: the next page is ready, one request at a time, and nothing depends on it."""

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from records import read_ahead
from records.models import Kind, Trouble
from records.read_ahead import ReadAhead
from records.upstream import FeedName, UpstreamUnavailable
from tests.deployment import ROOT
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


class Apart(MemorySource):
    """A long feed that a fork may read; the fork cannot tell us what it does but through its pages."""

    def __init__(self, *, rows: int = 9, breaks_at: str | None = None, dies_at: str | None = None) -> None:
        super().__init__({Kind.DOSES: [make_dose(f"d-{number}") for number in range(rows)]})
        self._parent, self._breaks_at, self._dies_at = os.getpid(), breaks_at, dies_at

    def reads_apart(self, feed):
        return True

    def fetch(self, feed, *, cursor, limit):
        if cursor == self._breaks_at:
            raise UpstreamUnavailable("away", problem=Trouble.BUSY, retry_after=timedelta(seconds=7))
        if cursor == self._dies_at and os.getpid() != self._parent:
            os.kill(os.getpid(), signal.SIGKILL)
        page = super().fetch(feed, cursor=cursor, limit=limit)
        return replace(page, as_of=datetime.fromtimestamp(os.getpid(), UTC))


def reader_of(read):
    """Return the process that has fetched a page."""
    return int(read.page.as_of.timestamp())


class TestProcess:
    @pytest.fixture(autouse=True)
    def _at_once(self, monkeypatch):
        monkeypatch.setattr(read_ahead, "WORTH_A_PROCESS", 2)

    def test_pages_after_the_first_are_read_by_one_other_process(self, at):
        with pages_of(Apart(), at) as pages:
            first, *others = [pages.page(cursor) for cursor in ("", "2", "4", "6", "8")]
        assert reader_of(first) == os.getpid()
        assert len({reader_of(read) for read in others} - {os.getpid()}) == 1
        assert others[-1].page.exhausted

    def test_page_of_the_other_process_is_the_same_as_ours(self, at, monkeypatch):
        upstream = Apart()
        upstream._feeds[FEED][3] = make_dose("d-bad", product="?")
        with pages_of(upstream, at) as pages:
            pages.page("")
            apart = pages.page("2")
        monkeypatch.setattr(upstream, "reads_apart", lambda feed: False)
        with pages_of(upstream, at) as pages:
            here = pages.page("2")
        assert reader_of(apart) != reader_of(here) == os.getpid()
        assert (apart.lines, apart.marks) == (here.lines, here.marks)
        assert list(apart.rows) == list(here.rows)
        assert list(apart.page.rows) == list(here.page.rows)
        assert apart.rejected == here.rejected
        assert len(apart.rejected) == 1

    def test_trouble_of_the_other_process_comes_back_whole(self, at):
        with pages_of(Apart(breaks_at="4"), at) as pages:
            assert len(pages.page("").lines) == len(pages.page("2").lines) == 2
            with pytest.raises(UpstreamUnavailable, match="away") as told:
                pages.page("4")
        assert (told.value.problem, told.value.retry_after) == (Trouble.BUSY, timedelta(seconds=7))

    def test_page_is_read_here_when_the_other_process_is_killed(self, at):
        with pages_of(Apart(dies_at="4"), at) as pages:
            read = [pages.page(cursor) for cursor in ("", "2", "4")]
        assert [reader_of(one) == os.getpid() for one in read] == [True, False, True]

    def test_process_is_gone_when_the_cursor_moves_elsewhere_and_at_the_end(self, at):
        with pages_of(Apart(), at) as pages:
            pages.page("")
            former = reader_of(pages.page("2"))
            assert reader_of(pages.page("5")) == os.getpid()
            with pytest.raises(ProcessLookupError):
                os.kill(former, 0)
            latter = reader_of(pages.page("7"))
        assert latter not in (former, os.getpid())
        with pytest.raises(ProcessLookupError):
            os.kill(latter, 0)

    def test_process_dies_with_its_parent(self):
        program = (
            "import os, time\n"
            "from records.reader_process import ReaderProcess\n"
            "reader = ReaderProcess(lambda cursor: time.sleep(60), cursor='')\n"
            "print(reader.pid, flush=True)\n"
            "time.sleep(60)\n"
        )
        command = [sys.executable, "-c", "import django; django.setup()\n" + program]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
            child = int(parent.stdout.readline())
            os.kill(child, 0)
            parent.kill()
            parent.wait(timeout=10)
        for _ in range(100):
            if not Path(f"/proc/{child}/stat").exists() or " Z " in Path(f"/proc/{child}/stat").read_text():
                return
            time.sleep(0.05)
        raise AssertionError("the reader outlived its parent")
