"""Several syncs at once, against real PostgreSQL: each row once, nobody overlooked, nothing stuck."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from records.models import Kind, Naat, Source, Summary, SyncRun, VaccineDose
from records.sync import sync_all, sync_source
from records.upstream import FeedName, UpstreamUnavailable
from tests.records.feeds import MemorySource, key, make_dose, make_pooled, make_test, make_tube

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls) -> list[object]:
    """Run calls in threads of their own that begin together."""
    start = Barrier(len(calls))

    def run(call):
        try:
            start.wait(timeout=10)
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return [future.result(timeout=50) for future in [threads.submit(run, call) for call in calls]]


def test_two_syncs_of_one_source_apply_each_row_once(at):
    rows = [make_test(f"t-{number}", person=number % 50) for number in range(300)]
    upstream = MemorySource({Kind.TESTS: rows}, as_of=at)
    feed = FeedName(source="lab-a", kind=Kind.TESTS)

    def sync_to_the_end():
        for _ in range(20):
            if not sync_source(feed, upstream, at=at, limit=50).problem:
                return

    at_once(sync_to_the_end, sync_to_the_end, sync_to_the_end)
    assert Source.objects.get().cursor == "300"
    assert Naat.objects.count() == 300
    assert sum(SyncRun.objects.values_list("applied", flat=True)) == 300
    assert SyncRun.objects.count() == 6
    assert Summary.objects.count() == 50


def test_two_kinds_about_the_same_people_do_not_overlook_each_other(at):
    people = range(60)
    tests = MemorySource({Kind.TESTS: [make_test(f"t-{n}", person=n) for n in people]})
    doses = MemorySource({Kind.DOSES: [make_dose(f"d-{n}", person=n) for n in reversed(people)]})
    for _ in range(3):
        at_once(lambda: sync_all(tests, at=at), lambda: sync_all(doses, at=at))
        assert VaccineDose.objects.count() == Naat.objects.count() == 60
        assert Summary.objects.filter(naats=[], doses=[]).count() == 0
        assert all(row.naats and row.doses for row in Summary.objects.all())
        for model in (Naat, VaccineDose, Source, Summary):
            model.objects.all().delete()


def test_tube_and_members_that_arrive_at_once_find_each_other(at):
    for round_ in range(5):
        tube = MemorySource({Kind.TUBES: [make_tube(f"tube-{round_}", tube_code=f"T{round_}")]})
        members = [make_pooled(f"t-{round_}-{n}", tube_code=f"T{round_}", person=n) for n in range(10)]
        Source.objects.all().delete()
        tests = MemorySource({Kind.TESTS: members})
        at_once(partial(sync_all, tube, at=at), partial(sync_all, tests, at=at))
        rows = Summary.objects.filter(person_key__in=[key(n) for n in range(10)])
        assert {row.naats[-1][2] for row in rows} == {"N"}
        Naat.objects.all().delete()
        Summary.objects.all().delete()


def sources_of(rows: int, *names: str, at):
    feeds = {FeedName(source=name, kind=Kind.TESTS): name for name in names}
    upstream = MemorySource({}, as_of=at)
    upstream._feeds = {
        feed: [make_test(f"{name}-{n}", person=n % 50) for n in range(rows)] for feed, name in feeds.items()
    }
    return upstream


def test_sources_are_read_side_by_side_and_each_row_is_applied_once(at):
    together = Barrier(2, timeout=10)

    class Together(MemorySource):
        def fetch(self, feed, *, cursor, limit):
            together.wait()  # breaks unless both sources are asked at the same time
            return super().fetch(feed, cursor=cursor, limit=limit)

    upstream = sources_of(200, "lab-a", "lab-b", at=at)
    upstream.__class__ = Together
    pages = []
    reports = sync_all(upstream, at=at, at_once=2, on_page=lambda feed, page: pages.append(feed))
    assert [str(report.feed) for report in reports] == ["lab-a/tests", "lab-b/tests"]
    assert [(report.total.applied, report.problem) for report in reports] == [(200, ""), (200, "")]
    assert sorted(map(str, pages)) == ["lab-a/tests", "lab-b/tests"]
    assert (Naat.objects.count(), Summary.objects.count()) == (400, 50)


def test_source_in_trouble_does_not_stop_the_one_beside_it(at):
    class Broken(MemorySource):
        def fetch(self, feed, *, cursor, limit):
            if feed.source == "lab-a":
                raise UpstreamUnavailable("away")
            return super().fetch(feed, cursor=cursor, limit=limit)

    upstream = sources_of(20, "lab-a", "lab-b", at=at)
    upstream.__class__ = Broken
    reports = sync_all(upstream, at=at, at_once=2)
    assert [(report.total.applied, report.problem) for report in reports] == [(0, "away"), (20, "")]
