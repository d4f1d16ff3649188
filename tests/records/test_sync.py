"""The sync: versions in any order, the ledger, the cursor, and nothing by halves."""

from datetime import timedelta
from unittest import mock

import pytest

from healthcode.compact import decode_alerts, decode_doses, decode_naats, decode_orders
from records import summary
from records.feed_fields import RejectionReason
from records.models import (
    Alert,
    Kind,
    Naat,
    ObservationOrder,
    Quarantined,
    Source,
    Summary,
    SyncRun,
    Tube,
    VaccineDose,
)
from records.sync import PageNotMerged, PageReport, TakenByAnother, import_page, sync_all, sync_page
from records.upstream import FeedName, UpstreamUnavailable
from tests.records.feeds import (
    MAKERS,
    SOURCE,
    MemorySource,
    feed_page,
    key,
    make_alert,
    make_dose,
    make_order,
    make_pooled,
    make_test,
    source_of,
)

pytestmark = pytest.mark.django_db

TABLES = {
    Kind.TESTS: Naat,
    Kind.TUBES: Tube,
    Kind.DOSES: VaccineDose,
    Kind.ORDERS: ObservationOrder,
    Kind.ALERTS: Alert,
}
# Another content of the same version, kind by kind.
OTHER = {
    Kind.TESTS: {"laboratory": "Lab B"},
    Kind.TUBES: {"laboratory": "Lab B"},
    Kind.DOSES: {"site": "Clinic 2"},
    Kind.ORDERS: {"contact": "010-99999"},
    Kind.ALERTS: {"contact": "010-99999"},
}


def counts(report: PageReport) -> tuple[int, int, int, int]:
    return report.applied, report.duplicate, report.superseded, report.quarantined


@pytest.mark.parametrize("kind", TABLES)
class TestVersions:
    def test_merge_applies_a_record_when_it_is_new(self, kind, at):
        assert counts(feed_page(kind, MAKERS[kind](), at=at)) == (1, 0, 0, 0)
        [row] = TABLES[kind].objects.all()
        assert (row.source, row.version, row.withdrawn, row.synced_at) == (SOURCE, 1, False, at)

    def test_merge_takes_the_higher_version_when_it_comes_later(self, kind, at):
        feed_page(kind, MAKERS[kind](version=1), at=at)
        assert counts(feed_page(kind, MAKERS[kind](version=2, **OTHER[kind]), at=at)) == (1, 0, 0, 0)
        assert TABLES[kind].objects.get().version == 2

    def test_merge_keeps_the_higher_version_when_a_lower_comes_later(self, kind, at):
        feed_page(kind, MAKERS[kind](version=2, **OTHER[kind]), at=at)
        assert counts(feed_page(kind, MAKERS[kind](version=1), at=at)) == (0, 0, 1, 0)
        assert TABLES[kind].objects.get().version == 2

    def test_merge_counts_a_duplicate_when_the_same_version_says_the_same(self, kind, at):
        feed_page(kind, MAKERS[kind](), at=at)
        assert counts(feed_page(kind, MAKERS[kind](), at=at)) == (0, 1, 0, 0)

    def test_merge_quarantines_when_the_same_version_says_something_else(self, kind, at):
        feed_page(kind, MAKERS[kind](), at=at)
        assert counts(feed_page(kind, MAKERS[kind](**OTHER[kind]), at=at)) == (0, 0, 0, 1)
        assert Quarantined.objects.get().reason == RejectionReason.SAME_VERSION_OTHER_CONTENT

    def test_merge_reduces_one_page_to_the_newest_version(self, kind, at):
        make = MAKERS[kind]
        rows = [make(version=1), make(version=3), make(version=2), make(version=3), make(version=1)]
        rows.append(make(version=3, **OTHER[kind]))
        assert counts(feed_page(kind, *rows, at=at)) == (1, 2, 2, 1)
        assert TABLES[kind].objects.get().version == 3

    def test_merge_withdraws_and_brings_back_when_versions_say_so(self, kind, at):
        feed_page(kind, MAKERS[kind](), at=at)
        feed_page(kind, MAKERS[kind](version=2, withdrawn=True), at=at)
        assert TABLES[kind].objects.get().withdrawn
        feed_page(kind, MAKERS[kind](version=3), at=at)
        assert not TABLES[kind].objects.get().withdrawn


def test_merge_keeps_sources_apart_when_they_use_the_same_record_id(at):
    feed_page(Kind.DOSES, make_dose(), at=at)
    other = Source.objects.create(name="lab-b", kind=Kind.DOSES)
    upstream = MemorySource({})
    upstream._feeds[FeedName(source="lab-b", kind=Kind.DOSES)] = [make_dose(version=7)]
    sync_page(other, upstream, at=at)
    assert sorted(VaccineDose.objects.values_list("source", "version")) == [("lab-a", 1), ("lab-b", 7)]


class TestSummary:
    def test_summary_holds_all_sections_in_the_compact_shapes(self, at):
        for kind, make in ((Kind.TESTS, make_test), (Kind.DOSES, make_dose), (Kind.ORDERS, make_order)):
            feed_page(kind, make(), at=at)
        feed_page(Kind.ALERTS, make_alert(), at=at)
        row = Summary.objects.get(person_key=key(1))
        assert row.naats == [[1652947200, 1652999400, "N", 0]]
        assert row.doses == [["CORONAVAC", "2021-12-01", 1]]
        period = [1652803200, 1653667200]
        named = ["District centre", "2022-77", "010-12345"]
        assert row.orders == [["HOME_ISOLATION", *period, *named]]
        assert row.alerts == [["TEST_REQUIRED", period[0], None, *named, "CLINIC_VISIT"]]
        assert decode_naats(row.naats)
        assert decode_doses(row.doses)
        assert decode_orders(row.orders)
        assert decode_alerts(row.alerts)
        assert not row.record_in_review

    @pytest.mark.parametrize("kind", [Kind.TESTS, Kind.DOSES, Kind.ORDERS, Kind.ALERTS])
    def test_summary_forgets_a_record_when_it_is_withdrawn(self, kind, at):
        feed_page(kind, MAKERS[kind](), at=at)
        feed_page(kind, MAKERS[kind](version=2, withdrawn=True), at=at)
        row = Summary.objects.get(person_key=key(1))
        assert row.naats == row.doses == row.orders == row.alerts == []

    @pytest.mark.parametrize("kind", [Kind.TESTS, Kind.DOSES, Kind.ORDERS, Kind.ALERTS])
    def test_summary_moves_a_record_when_it_was_about_somebody_else(self, kind, at):
        feed_page(kind, MAKERS[kind](person=1), at=at)
        feed_page(kind, MAKERS[kind](person=3, version=2), at=at)
        emptied, filled = Summary.objects.get(person_key=key(1)), Summary.objects.get(person_key=key(3))
        section = {"tests": "naats"}.get(kind, kind)
        assert getattr(emptied, section) == []
        assert len(getattr(filled, section)) == 1

    def test_summary_keeps_its_changed_seq_when_nothing_changes(self, at):
        feed_page(Kind.TESTS, make_test(), at=at)
        before = Summary.objects.get().changed_seq
        feed_page(Kind.TESTS, make_test(version=2, district="East"), at=at)
        assert Summary.objects.get().changed_seq == before
        feed_page(Kind.TESTS, make_test(version=3, result="INCONCLUSIVE"), at=at)
        assert Summary.objects.get().changed_seq > before

    def test_summary_leaves_out_an_order_when_it_ended_more_than_30_days_ago(self, at):
        for number, days in ((1, 29), (2, 31)):
            until = (at - timedelta(days=days)).isoformat()
            row = make_order(f"o-{number}", in_force_from="2022-03-01T00:00:00+08:00", in_force_until=until)
            feed_page(Kind.ORDERS, row, at=at)
        assert len(Summary.objects.get().orders) == 1


class TestReview:
    BROKEN = {"result": "POSITIVE"}

    def in_review(self) -> bool:
        return Summary.objects.get(person_key=key(1)).record_in_review

    def test_review_begins_when_a_row_is_refused_and_ends_when_a_mended_one_comes(self, at):
        feed_page(Kind.TESTS, make_test(version=2, **self.BROKEN), at=at)
        assert self.in_review()
        feed_page(Kind.TESTS, make_test(version=1), at=at)
        assert self.in_review()
        feed_page(Kind.TESTS, make_test(version=2), at=at)
        assert not self.in_review()
        assert Quarantined.objects.get().resolved_at == at

    def test_review_does_not_begin_when_a_newer_version_is_held(self, at):
        feed_page(Kind.TESTS, make_test(version=3), at=at)
        feed_page(Kind.TESTS, make_test(version=2, **self.BROKEN), at=at)
        assert not self.in_review()

    def test_review_of_a_contradicted_version_ends_with_a_higher_one_only(self, at):
        feed_page(Kind.TESTS, make_test(), at=at)
        feed_page(Kind.TESTS, make_test(laboratory="Lab B"), at=at)
        feed_page(Kind.TESTS, make_test(), at=at)
        assert self.in_review()
        feed_page(Kind.TESTS, make_test(version=2), at=at)
        assert not self.in_review()

    def test_review_is_nobodys_when_the_document_cannot_be_read(self, at):
        feed_page(Kind.TESTS, make_test(document_number="119999201006150011"), at=at)
        assert Quarantined.objects.get().person_key is None
        assert not Summary.objects.exists()

    def test_quarantine_keeps_a_row_once_when_it_is_delivered_again(self, at):
        for _ in range(2):
            assert feed_page(Kind.TESTS, make_test(**self.BROKEN), at=at).quarantined == 1
        assert Quarantined.objects.count() == 1

    def test_quarantine_seals_the_row(self, at):
        feed_page(Kind.TESTS, make_test(name="李小满", **self.BROKEN), at=at)
        sealed = bytes(Quarantined.objects.get().row_sealed)
        assert "李小满".encode() not in sealed
        assert b"POSITIVE" not in sealed


class TestLedger:
    def test_ledger_accounts_for_every_row(self, at):
        rows = [make_test(), make_test(), make_test("t-2"), make_test("t-3", result="?"), b"[[["]
        rows += [make_test("t-2", version=2)]
        report = feed_page(Kind.TESTS, *rows, at=at)
        run = SyncRun.objects.get()
        assert (report.received, *counts(report)) == (6, 2, 1, 1, 2)
        assert (run.received, run.applied, run.duplicate, run.superseded, run.quarantined) == (6, 2, 1, 1, 2)
        assert run.finished_at >= run.started_at == at
        assert sorted(run.quarantined_rows.values_list("position", "reason", "field")) == [
            ("once:6:4", "UNKNOWN_VALUE", "result"),
            ("once:6:5", "NOT_AN_OBJECT", ""),
        ]

    def test_ledger_has_no_line_when_there_is_nothing_new(self, at):
        upstream = MemorySource({Kind.DOSES: []})
        assert sync_page(source_of(Kind.DOSES), upstream, at=at) == PageReport()
        assert not SyncRun.objects.exists()
        assert Source.objects.get().last_synced_at == at


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
        source = source_of(Kind.TESTS)
        with (
            mock.patch("records.merge.copy_line", return_value="nonsense"),
            pytest.raises(PageNotMerged) as caught,
        ):
            sync_page(source, MemorySource({Kind.TESTS: [make_test()]}), at=at)
        assert str(caught.value) == "DataError 22P04"
        assert "nonsense" not in repr(caught.value)

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


def dump() -> list[object]:
    """Return what the feeds have made of the tables, without the ledger."""
    return [list(model.objects.order_by("source", "record_id").values()) for model in TABLES.values()] + [
        list(Summary.objects.order_by("person_key").values()),
        list(
            Quarantined.objects.order_by("id").values_list("position", "reason", "record_id", "resolved_at")
        ),
    ]


def test_pooled_test_without_times_waits_for_its_tube(at):
    feed_page(Kind.TESTS, make_pooled(collected_at=None), at=at)
    assert Summary.objects.get().naats == []
