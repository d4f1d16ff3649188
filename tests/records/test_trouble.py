"""Trouble is remembered in the database: how long a source is left alone, by whom, and what ends it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from records import tasks, trouble
from records.models import Kind, Source, SyncRun, Trouble
from records.sync import sync_all
from records.upstream import UpstreamUnavailable
from tests.records.feeds import MemorySource, make_dose, make_test, source_of

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


class Failing(MemorySource):
    """A source that fails as often as it is told to, and counts who asks."""

    def __init__(self, *failures, **options) -> None:
        super().__init__({Kind.DOSES: [make_dose()], **options.pop("more", {})}, **options)
        self.failures, self.asked = list(failures), 0

    def fetch(self, feed, **options):
        if feed.kind is Kind.DOSES:
            self.asked += 1
            if self.failures:
                raise self.failures.pop(0)
        return super().fetch(feed, **options)


def failure(retry_after=None, problem=Trouble.SERVER_ERROR) -> UpstreamUnavailable:
    return UpstreamUnavailable("on request", problem=problem, retry_after=retry_after)


def wait_after(asked, *, at, failures=1, jitter=0.0) -> timedelta:
    """Return how long a source is left alone after so many failures in a row."""
    Source.objects.all().delete()
    source = source_of(Kind.DOSES)
    for _ in range(failures):
        until = trouble.note(source, failure(asked), began_at=at, at=at, jitter=lambda: jitter)
    return until - at


def about(instant, expected) -> bool:
    """Tell whether an instant is what was expected, but for how long the reading took."""
    return timedelta(0) <= instant - expected < MINUTE / 2


class TestWait:
    def test_wait_doubles_up_to_a_quarter_of_an_hour(self, at):
        longest = [wait_after(None, at=at, failures=number, jitter=1.0) for number in (1, 2, 3, 6, 7, 60)]
        assert [wait.total_seconds() for wait in longest] == [15, 30, 60, 480, 900, 900]

    def test_jitter_takes_off_up_to_half(self, at):
        assert wait_after(None, at=at, failures=3, jitter=0.0) == MINUTE / 2
        assert wait_after(None, at=at, failures=3, jitter=1.0) == MINUTE

    @pytest.mark.parametrize("jitter", [0.0, 0.5, 1.0])
    def test_source_is_never_asked_before_it_wants_to_be(self, jitter, at):
        for asked in (2 * MINUTE, at + 2 * MINUTE):
            wait = wait_after(asked, at=at, jitter=jitter)
            assert 2 * MINUTE <= wait <= 2.2 * MINUTE

    @pytest.mark.parametrize("asked", [timedelta(0), timedelta(seconds=14), -MINUTE])
    def test_wait_is_never_shorter_than_the_shortest(self, asked, at):
        assert wait_after(asked, at=at) == wait_after(at + asked, at=at) == trouble.SHORTEST_WAIT

    @pytest.mark.parametrize("asked", [60 * MINUTE, 61 * MINUTE, timedelta(days=1)])
    def test_source_is_left_alone_for_an_hour_at_most(self, asked, at):
        assert wait_after(asked, at=at, jitter=1.0) == trouble.LONGEST_RETRY_AFTER
        assert wait_after(at + asked, at=at, jitter=1.0) == trouble.LONGEST_RETRY_AFTER


class TestMemory:
    def test_source_in_trouble_is_not_asked_before_its_time(self, at):
        upstream = Failing(failure(10 * MINUTE, Trouble.BUSY))
        sync_all(upstream, at=at, jitter=lambda: 0.0)
        for minutes in (0, 5, 9):
            [report] = sync_all(upstream, at=at + minutes * MINUTE)
            assert report.problem == "BUSY"
            assert about(report.left_alone_until, at + 10 * MINUTE)
        assert upstream.asked == 1
        assert SyncRun.objects.count() == 1
        [report] = sync_all(upstream, at=at + 11 * MINUTE)
        assert (report.problem, report.total.applied, upstream.asked) == ("", 1, 2)

    def test_source_in_trouble_is_asked_early_when_somebody_wants_it(self, at):
        upstream = Failing(failure(10 * MINUTE))
        sync_all(upstream, at=at)
        [report] = sync_all(upstream, at=at, early=True)
        assert report.total.applied == 1

    def test_other_feeds_go_on(self, at):
        upstream = Failing(failure(), more={Kind.TESTS: [make_test()]})
        reports = {report.feed.kind: report for report in sync_all(upstream, at=at)}
        assert reports[Kind.DOSES].problem
        assert reports[Kind.TESTS].total.applied == 1

    def test_task_leaves_a_source_in_trouble_alone(self, at, time_machine, monkeypatch):
        upstream = Failing(failure(10 * MINUTE))
        monkeypatch.setattr(tasks, "configured_upstream", lambda: upstream)
        for minutes, asked in ((0, 1), (5, 1), (11, 2)):
            time_machine.move_to(at + minutes * MINUTE, tick=False)
            tasks.sync()
            assert upstream.asked == asked

    def test_trouble_keeps_when_it_began_and_counts_on(self, at):
        upstream = Failing(failure(), failure(problem=Trouble.TOO_SLOW))
        sync_all(upstream, at=at)
        sync_all(upstream, at=at + MINUTE)
        source = Source.objects.get()
        assert (source.failures, source.problem) == (2, Trouble.TOO_SLOW)
        assert about(source.problem_since, at)
        assert list(SyncRun.objects.order_by("id").values_list("problem", flat=True)) == [
            Trouble.SERVER_ERROR,
            Trouble.TOO_SLOW,
        ]

    def test_trouble_ends_with_a_page_without_rows_too(self, at):
        upstream = Failing()
        sync_all(upstream, at=at)
        upstream.failures.append(failure())
        sync_all(upstream, at=at)
        assert Source.objects.get().failures == 1
        sync_all(upstream, at=at + MINUTE)
        source = Source.objects.get()
        assert (source.failures, source.problem, source.problem_since, source.next_fetch_at) == (
            0,
            "",
            None,
            None,
        )
        assert source.last_synced_at == at + MINUTE

    def test_trouble_says_nothing_about_how_far_the_source_has_come(self, at):
        upstream = Failing(as_of=at)
        sync_all(upstream, at=at)
        before = Source.objects.get()
        upstream.failures.append(failure())
        sync_all(upstream, at=at + MINUTE)
        after = Source.objects.get()
        assert (after.cursor, after.as_of, after.last_synced_at) == (
            before.cursor,
            before.as_of,
            before.last_synced_at,
        )


class TestConstraints:
    def test_failed_fetch_with_rows_is_no_line_of_the_ledger(self, at):
        line = {"source": source_of(Kind.DOSES), "started_at": at, "finished_at": at, "problem": "BUSY"}
        none = dict.fromkeys(("received", "applied", "duplicate", "superseded", "quarantined"), 0)
        SyncRun.objects.create(**line, **none)
        for bad in ({"received": 1, "applied": 1}, {"as_of": at}, {"cursor_after": "9"}):
            with pytest.raises(IntegrityError, match="ledger_of_a_failed_fetch"), transaction.atomic():
                SyncRun.objects.create(**line, **(none | bad))

    def test_source_in_trouble_says_which_since_when_and_until(self, at):
        source_of(Kind.DOSES)
        whole = {"failures": 1, "problem": "BUSY", "problem_since": at, "next_fetch_at": at}
        Source.objects.update(**whole)
        for name, value in trouble.OVER.items():
            with pytest.raises(IntegrityError, match="source_in_trouble"), transaction.atomic():
                Source.objects.update(**(whole | {name: value}))
        Source.objects.update(**trouble.OVER)
