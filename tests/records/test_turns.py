"""One request in flight per source, over all workers; a worker that was killed holds up nobody."""

import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock

import pytest
from django.db import connection

from records.models import Kind, SyncRun, VaccineDose
from records.sync import sync_all
from records.turns import turn
from records.upstream import FeedName
from tests.deployment import ROOT, Deployment, database_url
from tests.records.feeds import SOURCE, MemorySource, make_dose, make_test

pytestmark = pytest.mark.django_db(transaction=True)

DOSES = FeedName(source=SOURCE, kind=Kind.DOSES)


class Shy(MemorySource):
    """A source that notices when two ask it at once."""

    def __init__(self, feeds) -> None:
        super().__init__(feeds)
        self._lock, self.asked, self.disturbed = Lock(), 0, 0

    def turn_of(self, feed):
        return feed.source

    def fetch(self, feed, **options):
        if not self._lock.acquire(blocking=False):
            self.disturbed += 1
            return super().fetch(feed, **options)
        try:
            self.asked += 1
            time.sleep(0.05)
            return super().fetch(feed, **options)
        finally:
            self._lock.release()


def in_threads(count: int, call):
    """Run a call in threads that begin together, each with a connection of its own."""
    start = Barrier(count)

    def run(_number):
        try:
            start.wait(timeout=10)
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count), timeout=60))


def test_workers_never_ask_one_source_at_once_whatever_the_feed(at):
    upstream = Shy({Kind.DOSES: [make_dose(f"d-{n}") for n in range(5)], Kind.TESTS: [make_test()]})

    def three_times():
        return [report for _ in range(3) for report in sync_all(upstream, at=at)]

    reports = [report for reports in in_threads(4, three_times) for report in reports]
    assert upstream.asked >= 2
    assert upstream.disturbed == 0
    assert "taken by another" in {report.problem for report in reports}
    assert VaccineDose.objects.count() == 5
    assert SyncRun.objects.count() == 2


def test_sources_that_bear_more_are_asked_at_once(at):
    class Sturdy(Shy):
        def turn_of(self, feed):
            return None

    upstream = Sturdy({Kind.DOSES: [make_dose(f"d-{n}") for n in range(5)]})
    in_threads(4, lambda: sync_all(upstream, at=at))
    assert upstream.disturbed > 0
    assert VaccineDose.objects.count() == 5


def test_turn_is_given_back_after_a_failure(at):
    upstream = Shy({})
    with pytest.raises(ZeroDivisionError), turn(upstream, DOSES) as is_ours:
        1 // (not is_ours)
    [is_ours] = in_threads(1, lambda: _try(upstream))
    assert is_ours


def test_turn_of_a_killed_process_goes_to_the_next(tmp_path):
    upstream = Shy({})
    program = (
        "import django, time; django.setup()\n"
        "from django.db import connection\n"
        "with connection.cursor() as c:\n"
        f"    c.execute('SELECT pg_try_advisory_lock(hashtextextended(%s, 0))', ['turn of {SOURCE}'])\n"
        "    print(c.fetchone()[0], flush=True)\n"
        "    time.sleep(60)\n"
    )
    environment = Deployment(var=tmp_path, database_url=database_url()).environment
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "True\n"
        assert not _try(upstream)
        holder.send_signal(signal.SIGKILL)
        holder.wait(timeout=10)
    for _ in range(50):
        if _try(upstream):
            return
        time.sleep(0.1)
    raise AssertionError("the lock outlived its holder")


def _try(upstream) -> bool:
    with turn(upstream, DOSES) as is_ours:
        return is_ours
