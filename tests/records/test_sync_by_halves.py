"""The sync: the cursor, trouble in mid-page, and files by hand; nothing by halves."""

from datetime import timedelta
from unittest import mock

import pytest
from django.db import connection

from identity.versioned_merge import copy_line
from records import summary
from records.models import (
    Kind,
    Naat,
    Quarantined,
    Source,
    SyncRun,
    Trouble,
    VaccineDose,
)
from records.sync import TakenByAnother, import_page, sync_all, sync_page
from records.trouble import PageNotMerged
from records.upstream import FeedName, UpstreamUnavailable
from tests.records.feeds import (
    SOURCE,
    MemorySource,
    feed_page,
    make_dose,
    make_test,
    source_of,
)
from tests.records.tables import counts, dump

pytestmark = pytest.mark.django_db


class TestCursor:
    def test_source_is_read_page_by_page_to_its_end(self, at):
        upstream = MemorySource({Kind.DOSES: [make_dose(f"d-{n}", person=n) for n in range(25)]}, as_of=at)
        [report] = sync_all(upstream, at=at)
        assert (report.total.applied, report.problem) == (25, "")
        source = Source.objects.get()
        assert (source.cursor, source.as_of) == ("25", at)
        upstream.append(Kind.DOSES, make_dose("d-25", person=25))
        [report] = sync_all(upstream, at=at)
        assert report.total.received == 1

    def test_as_of_moves_only_with_the_end_of_a_delivery_and_never_back(self, at):
        rows = [make_dose(f"d-{n}") for n in range(2)]
        upstream = MemorySource({Kind.DOSES: rows}, as_of=at)
        source = source_of(Kind.DOSES)
        sync_page(source, upstream, at=at, limit=1)
        assert Source.objects.get().as_of is None
        sync_page(source, upstream, at=at, limit=1)
        assert Source.objects.get().as_of == at
        older = MemorySource({Kind.DOSES: [*rows, make_dose("d-9")]}, as_of=at - timedelta(hours=1))
        sync_page(source, older, at=at)
        assert Source.objects.get().as_of == at

    @pytest.mark.parametrize(("minutes", "believed"), [(5, True), (6, False)])
    def test_as_of_ahead_of_the_clock_is_believed_for_five_minutes(self, minutes, believed, at):
        upstream = MemorySource({Kind.DOSES: [make_dose()]}, as_of=at + timedelta(minutes=minutes))
        sync_page(source_of(Kind.DOSES), upstream, at=at)
        assert Source.objects.get().as_of == (at if believed else None)

    def test_same_page_twice_gives_the_same_end_state(self, at):
        upstream = MemorySource({Kind.TESTS: [make_test(), make_test("t-2", result="?")]})
        sync_all(upstream, at=at)
        before = dump()
        Source.objects.update(cursor="")
        [report] = sync_all(upstream, at=at)
        assert counts(report.total) == (0, 1, 0, 1)
        assert dump() == before

    def test_page_is_dropped_when_somebody_else_moved_the_cursor(self, at):
        source = source_of(Kind.DOSES)
        upstream = MemorySource({Kind.DOSES: [make_dose()]})
        fetch = upstream.fetch

        def overtaken(*args, **options):
            Source.objects.update(cursor="7")
            return fetch(*args, **options)

        with mock.patch.object(upstream, "fetch", overtaken):
            assert sync_page(source, upstream, at=at) == TakenByAnother()
        assert not VaccineDose.objects.exists()
        assert Source.objects.get().cursor == "7"


class TestTrouble:
    def test_page_leaves_nothing_when_the_merge_dies_in_the_middle(self, at):
        upstream = MemorySource({Kind.TESTS: [make_test(), make_test("t-2", result="?")]})
        with (
            mock.patch.object(summary, "refresh", side_effect=KeyboardInterrupt),
            pytest.raises(KeyboardInterrupt),
        ):
            sync_page(source_of(Kind.TESTS), upstream, at=at)
        assert not Naat.objects.exists()
        assert not SyncRun.objects.exists()
        assert not Quarantined.objects.exists()
        assert Source.objects.get().cursor == ""
        sync_all(upstream, at=at)
        assert Naat.objects.count() == 1

    def test_page_error_of_the_database_does_not_quote_the_row(self, at):
        source = source_of(Kind.DOSES)
        with (
            mock.patch("records.merge.copy_line", lambda values: copy_line(values) + "\tnonsense"),
            pytest.raises(PageNotMerged) as caught,
        ):
            sync_page(source, MemorySource({Kind.DOSES: [make_dose()]}), at=at)
        assert str(caught.value) == "DataError 22P04"
        assert "nonsense" not in repr(caught.value)

    def test_page_that_the_database_refuses_is_trouble_with_a_line_and_a_pause(self, at):
        feeds = {Kind.DOSES: [make_dose(), make_dose("d-2")], Kind.TESTS: [make_test()]}
        upstream = MemorySource(feeds, as_of=at)
        refuse("records_vaccinedose", "record_id <> 'd-2'")
        reports = {report.feed.kind: report for report in sync_all(upstream, at=at, jitter=lambda: 1.0)}
        assert (reports[Kind.DOSES].problem, reports[Kind.TESTS].total.applied) == ("IntegrityError 23514", 1)
        doses = Source.objects.get(kind=Kind.DOSES)
        assert (doses.problem, doses.failures, doses.cursor, doses.as_of) == (Trouble.NOT_MERGED, 1, "", None)
        line = SyncRun.objects.get(source=doses)
        assert (line.problem, line.received, line.cursor_after) == (Trouble.NOT_MERGED, 0, "")
        assert not VaccineDose.objects.exists()

        # Left alone, so that it does not burden the database at each beat; then longer each time.
        assert doses.next_fetch_at == reports[Kind.DOSES].left_alone_until > at + timedelta(seconds=14)
        sync_all(upstream, at=at + timedelta(seconds=14))
        assert SyncRun.objects.filter(source=doses).count() == 1
        sync_all(upstream, at=doses.next_fetch_at, jitter=lambda: 1.0)
        doses.refresh_from_db()
        assert doses.failures == 2
        assert doses.next_fetch_at > at + timedelta(seconds=15 + 29)

        refuse("records_vaccinedose", None)
        sync_all(upstream, at=doses.next_fetch_at)
        doses.refresh_from_db()
        assert (doses.problem, doses.cursor, VaccineDose.objects.count()) == ("", "2", 2)

    def test_feed_that_fails_does_not_stop_the_others(self, at):
        upstream = MemorySource({Kind.TESTS: [make_test()], Kind.DOSES: [make_dose()]})
        fetch = upstream.fetch

        def half_away(feed, **options):
            if feed.kind is Kind.TESTS:
                raise UpstreamUnavailable("the disk is away")
            return fetch(feed, **options)

        with mock.patch.object(upstream, "fetch", half_away):
            reports = {report.feed.kind: report for report in sync_all(upstream, at=at)}
        assert reports[Kind.TESTS].problem == "the disk is away"
        assert reports[Kind.DOSES].total.applied == 1


def refuse(table: str, condition: str | None) -> None:
    """Let the database refuse rows of a table, or take them again."""
    with connection.cursor() as cursor:
        # Constraints of rows that this transaction has already written are settled first.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if condition:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT refused CHECK ({condition})")
        else:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT refused")


class TestImport:
    def test_import_moves_neither_cursor_nor_age(self, at):
        feed_page(Kind.DOSES, make_dose(), at=at)
        before = Source.objects.values().get()
        feed = FeedName(source=SOURCE, kind=Kind.DOSES)
        upstream = MemorySource({Kind.DOSES: [make_dose(version=2)]}, as_of=at)
        assert import_page(feed, upstream, cursor="", at=at).applied == 1
        assert Source.objects.values().get() == before
        assert VaccineDose.objects.get().version == 2

    def test_import_makes_a_source_that_does_not_count_until_its_feed_comes(self, at):
        upstream = MemorySource({Kind.DOSES: [make_dose()]})
        import_page(FeedName(source=SOURCE, kind=Kind.DOSES), upstream, cursor="", at=at)
        assert not Source.objects.get().counts_for_freshness
        sync_all(upstream, at=at)
        assert Source.objects.get().counts_for_freshness

    def test_dry_run_reports_and_keeps_nothing(self, at):
        upstream = MemorySource({Kind.DOSES: [make_dose(), make_dose("d-2", dose_number=0)]})
        feed = FeedName(source=SOURCE, kind=Kind.DOSES)
        report = import_page(feed, upstream, cursor="", at=at, dry_run=True)
        assert counts(report) == (1, 0, 0, 1)
        assert not VaccineDose.objects.exists()
        assert not Source.objects.exists()
