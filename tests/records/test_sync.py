"""The sync: versions in any order, summaries, review and the ledger."""

from datetime import timedelta

import pytest

from healthcode.compact import decode_alerts, decode_doses, decode_naats, decode_orders
from records.feed_fields import RejectionReason
from records.models import (
    Kind,
    Quarantined,
    Source,
    Summary,
    SyncRun,
    VaccineDose,
)
from records.sync import PageReport, sync_page
from records.upstream import FeedName
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
from tests.records.tables import TABLES, counts

pytestmark = pytest.mark.django_db

# Another content of the same version, kind by kind.
OTHER = {
    Kind.TESTS: {"laboratory": "Lab B"},
    Kind.TUBES: {"laboratory": "Lab B"},
    Kind.DOSES: {"site": "Clinic 2"},
    Kind.ORDERS: {"contact": "010-99999"},
    Kind.ALERTS: {"contact": "010-99999"},
}


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


def test_pooled_test_without_times_waits_for_its_tube(at):
    feed_page(Kind.TESTS, make_pooled(collected_at=None), at=at)
    assert Summary.objects.get().naats == []
