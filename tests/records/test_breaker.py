"""The mass-flip breaker: too many turned adverse at once are held, everybody else's updates go on."""

from datetime import timedelta
from unittest import mock

import pytest
from django.db import IntegrityError, transaction

from healthcode.facts import NaatResult
from records import quarantine
from records.feed_fields import RejectionReason
from records.held_pages import (
    NothingProposed,
    NotOpen,
    OwnProposal,
    ProposedAlready,
    Rejected,
    Released,
    decide,
    propose,
    take_back,
    what_they_say,
)
from records.models import (
    HeldPage,
    Kind,
    Naat,
    ObservationOrder,
    Quarantined,
    Source,
    SourceRules,
    Summary,
    SyncRun,
    TurnedAdverse,
)
from records.sync import sync_page
from tests.makers import make_staff
from tests.records.feeds import (
    MemorySource,
    feed_page,
    key,
    make_alert,
    make_order,
    make_pooled,
    make_test,
    make_tube,
    source_of,
)
from tests.records.tables import counts

pytestmark = pytest.mark.django_db

RELEASE, REJECT = HeldPage.Decision.RELEASE, HeldPage.Decision.REJECT


@pytest.fixture(autouse=True)
def _three_always_pass(settings):
    """A small city: three people in an hour always pass, and beyond them one in a hundred."""
    settings.BREAKER_PEOPLE = 3


def red(*people: int, **fields):
    return [make_order(f"o-{n}", person=n, kind="CENTRAL_ISOLATION", **fields) for n in people]


def orders_of(person: int) -> list:
    return Summary.objects.get(person_key=key(person)).orders


def in_review(person: int) -> bool:
    return Summary.objects.get(person_key=key(person)).record_in_review


class TestHolding:
    def test_871_people_whom_one_page_would_turn_red_stay_green(self, settings, at):
        settings.BREAKER_PEOPLE = 200
        report = feed_page(Kind.ORDERS, *red(*range(1, 872)), at=at)
        assert counts(report) == (0, 0, 0, 871)
        assert report.held
        page = HeldPage.objects.get()
        assert (page.people, page.rows, page.is_open) == (871, 871, True)
        assert not ObservationOrder.objects.exists()
        assert not Summary.objects.exclude(orders=[]).exists()
        assert Source.objects.get().cursor == "871"
        assert in_review(1)
        assert what_they_say(page) == [("CENTRAL_ISOLATION · District centre · 2022-77", 871)]

    def test_page_goes_through_at_the_limit(self, at):
        assert counts(feed_page(Kind.ORDERS, *red(1, 2, 3), at=at)) == (3, 0, 0, 0)
        assert not HeldPage.objects.exists()
        assert TurnedAdverse.objects.get().turned == 3

    def test_everybody_elses_updates_go_on(self, at):
        feed_page(Kind.ORDERS, make_order("o-9", person=9), at=at - timedelta(hours=2))
        milder = make_order("o-9", 2, 9, withdrawn=True)
        ended = make_order("o-8", person=8, in_force_until="2022-05-19T00:00:00+08:00")
        report = feed_page(Kind.ORDERS, *red(1, 2, 3, 4), milder, ended, at=at)
        assert counts(report) == (2, 0, 0, 4)
        assert orders_of(9) == []
        assert ObservationOrder.objects.count() == 2
        assert SyncRun.objects.latest("id").quarantined == 4

    def test_people_who_were_adverse_before_do_not_count(self, at):
        feed_page(Kind.ALERTS, make_alert("a-1", person=1), at=at)
        feed_page(Kind.ALERTS, make_alert("a-2", person=2), at=at)
        assert not feed_page(Kind.ORDERS, *red(1, 2, 3, 4, 5), at=at).held

    def test_measures_that_begin_tomorrow_count_today(self, at):
        ahead = {"in_force_from": "2022-05-21T00:00:00+08:00"}
        assert feed_page(Kind.ORDERS, *red(1, 2, 3, 4, **ahead), at=at).held

    def test_alerts_that_are_over_turn_nobody(self, at):
        over = {"in_force_until": "2022-05-19T00:00:00+08:00"}
        assert not feed_page(
            Kind.ALERTS, *[make_alert(f"a-{n}", person=n, **over) for n in range(9)], at=at
        ).held

    def test_share_of_many_passes_where_the_number_alone_would_not(self, settings, at):
        settings.BREAKER_PERCENT = 10
        negative = [make_test(f"t-{n}", person=n) for n in range(100, 140)]
        positive = [make_test(f"t-{n}", person=n, result="DETECTED") for n in range(5)]
        assert feed_page(Kind.TESTS, *negative, *positive, at=at).held
        assert counts(feed_page(Kind.TESTS, *negative, at=at)) == (0, 40, 0, 0)
        more = [make_test(f"u-{n}", person=n) for n in range(200, 260)]
        also = [make_test(f"u-{n}", person=n, result="DETECTED") for n in range(5, 9)]
        assert feed_page(Kind.TESTS, *more, at=at + timedelta(hours=2)).applied == 60
        assert counts(feed_page(Kind.TESTS, *also, at=at + timedelta(hours=2))) == (4, 0, 0, 0)

    def test_pages_of_one_hour_count_together(self, at):
        assert not feed_page(Kind.ORDERS, *red(1, 2), at=at).held
        report = feed_page(Kind.ORDERS, *red(3, 4), at=at + timedelta(minutes=59))
        assert counts(report) == (0, 0, 0, 2)

    def test_pages_of_different_hours_do_not(self, at):
        assert not feed_page(Kind.ORDERS, *red(1, 2), at=at).held
        assert not feed_page(Kind.ORDERS, *red(3, 4), at=at + timedelta(minutes=60)).held

    def test_held_people_count_for_the_hour_too(self, at):
        assert feed_page(Kind.ORDERS, *red(1, 2, 3, 4), at=at).held
        assert feed_page(Kind.ORDERS, *red(5), at=at + timedelta(minutes=30)).held
        assert not feed_page(Kind.ORDERS, *red(6), at=at + timedelta(minutes=91)).held

    def test_limits_of_the_rules_go_before_those_of_the_settings(self, at):
        SourceRules.objects.create(
            source="lab-a", kind=Kind.ORDERS, fields=["contact"], speaks_for=["*"], most_turned_people=5
        )
        assert not feed_page(Kind.ORDERS, *red(1, 2, 3, 4, 5), at=at).held
        assert feed_page(Kind.ORDERS, *red(6), at=at).held


class TestTests:
    def test_doubtful_results_are_held_and_negative_ones_go_on(self, at):
        doubtful = [make_test(f"t-{n}", person=n, result="INCONCLUSIVE") for n in range(4)]
        report = feed_page(Kind.TESTS, *doubtful, make_test("t-9", person=9), at=at)
        assert counts(report) == (1, 0, 0, 4)
        assert Naat.objects.get().result == NaatResult.NOT_DETECTED

    def test_positive_tubes_count_their_members(self, at):
        members = [make_pooled(f"t-{n}", f"T{n // 2}", person=n) for n in range(6)]
        feed_page(Kind.TESTS, *members, at=at)
        tubes = [make_tube(f"tube-{n}", tube_code=f"T{n}", result="DETECTED") for n in range(2)]
        report = feed_page(Kind.TUBES, *tubes, make_tube("tube-2", tube_code="T2"), at=at)
        assert counts(report) == (1, 0, 0, 2)
        assert HeldPage.objects.get().people == 4

    def test_members_count_when_their_positive_tube_came_first(self, at):
        feed_page(Kind.TUBES, make_tube(result="DETECTED"), at=at)
        members = [make_pooled(f"t-{n}", person=n) for n in range(4)]
        assert counts(feed_page(Kind.TESTS, *members, at=at)) == (0, 0, 0, 4)

    def test_withdrawing_the_tests_that_ended_an_alert_counts(self, at):
        alerts = [make_alert(f"a-{n}", person=n) for n in range(1, 4)]
        alerts += [make_alert("a-4", person=4)]
        tests = [make_test(f"t-{n}", person=n) for n in range(1, 5)]
        feed_page(Kind.TESTS, *tests, at=at - timedelta(hours=2))
        feed_page(Kind.ALERTS, *alerts, at=at - timedelta(hours=2))
        assert not HeldPage.objects.exists()
        gone = [make_test(f"t-{n}", 2, n, withdrawn=True) for n in range(1, 5)]
        assert counts(feed_page(Kind.TESTS, *gone, at=at)) == (0, 0, 0, 4)
        assert not Naat.objects.filter(withdrawn=True).exists()

    def test_corrections_to_other_people_are_held_with_those_whom_they_leave(self, at):
        tests = [make_test(f"t-{n}", person=n) for n in range(1, 5)]
        feed_page(Kind.TESTS, *tests, at=at - timedelta(hours=2))
        feed_page(Kind.ALERTS, *[make_alert(f"a-{n}", person=n) for n in range(1, 5)], at=at)
        moved = [make_test(f"t-{n}", 2, n + 10) for n in range(1, 5)]
        assert counts(feed_page(Kind.TESTS, *moved, at=at)) == (0, 0, 0, 4)


class TestAgain:
    def test_row_that_comes_again_stays_held(self, at):
        feed_page(Kind.ORDERS, *red(1, 2, 3, 4), at=at)
        report = feed_page(Kind.ORDERS, *red(1), at=at + timedelta(days=1))
        assert counts(report) == (0, 0, 0, 1)
        assert Quarantined.objects.count() == 4

    def test_newer_version_goes_its_way_and_resolves_the_held_one(self, at):
        feed_page(Kind.ORDERS, *red(1, 2, 3, 4), at=at)
        later = at + timedelta(days=1)
        feed_page(Kind.ORDERS, make_order("o-1", 2, 1, withdrawn=True), at=later)
        assert not in_review(1)
        assert in_review(2)


class TestTwoColleagues:
    @pytest.fixture
    def page(self, at) -> HeldPage:
        feed_page(Kind.ORDERS, *red(1, 2, 3, 4), at=at)
        return HeldPage.objects.get()

    @pytest.fixture
    def maker(self, at):
        return make_staff("+8613900000081", at=at)

    @pytest.fixture
    def other(self, at):
        return make_staff("+8613900000082", at=at)

    def test_release_merges_what_was_held(self, page, maker, other, at):
        assert isinstance(propose(page, RELEASE, colleague=maker, at=at), HeldPage)
        done = decide(page, expected=RELEASE, colleague=other, at=at + timedelta(minutes=5))
        assert isinstance(done, Released)
        assert counts(done.again.report) == (4, 0, 0, 0)
        assert orders_of(4)[0][0] == "CENTRAL_ISOLATION"
        assert not in_review(4)
        assert not Quarantined.objects.filter(resolved_at__isnull=True).exists()
        assert Source.objects.get().cursor == "4"
        assert isinstance(decide(page, expected=RELEASE, colleague=other, at=at), NotOpen)

    def test_release_never_goes_over_something_newer(self, page, maker, other, at):
        feed_page(Kind.ORDERS, make_order("o-1", 3, 1, withdrawn=True), at=at)
        propose(page, RELEASE, colleague=maker, at=at)
        done = decide(page, expected=RELEASE, colleague=other, at=at)
        assert counts(done.again.report) == (3, 0, 0, 0)
        assert orders_of(1) == []
        assert ObservationOrder.objects.get(record_id="o-1").version == 3

    def test_rejected_rows_stay_out_and_their_version_does_too(self, page, maker, other, at):
        propose(page, REJECT, colleague=maker, at=at)
        assert decide(page, expected=REJECT, colleague=other, at=at) == Rejected(rows=4)
        assert not in_review(1)
        later = at + timedelta(days=1)
        assert counts(feed_page(Kind.ORDERS, *red(1), at=later)) == (0, 0, 0, 1)
        assert not ObservationOrder.objects.exists()
        assert not in_review(1)
        assert feed_page(Kind.ORDERS, make_order("o-1", 2, 1), at=later).applied == 1

    def test_nobody_decides_alone(self, page, maker, other, at):
        assert isinstance(decide(page, expected=RELEASE, colleague=maker, at=at), NothingProposed)
        propose(page, RELEASE, colleague=maker, at=at)
        assert isinstance(decide(page, expected=RELEASE, colleague=maker, at=at), OwnProposal)
        assert isinstance(propose(page, REJECT, colleague=other, at=at), ProposedAlready)
        assert isinstance(decide(page, expected=REJECT, colleague=other, at=at), NothingProposed)
        assert not ObservationOrder.objects.exists()
        assert isinstance(decide(page, expected=RELEASE, colleague=other, at=at), Released)

    def test_proposal_can_be_taken_back(self, page, maker, other, at):
        propose(page, REJECT, colleague=maker, at=at)
        take_back(page)
        assert isinstance(decide(page, expected=REJECT, colleague=other, at=at), NothingProposed)
        propose(page, RELEASE, colleague=other, at=at)
        assert isinstance(decide(page, expected=RELEASE, colleague=maker, at=at), Released)

    def test_database_refuses_one_person_for_both(self, page, maker, at):
        page.proposal, page.proposed_by, page.proposed_at = RELEASE, maker, at
        page.decided_by, page.decided_at = maker, at
        with pytest.raises(IntegrityError, match="held_page_approver_is_not_maker"), transaction.atomic():
            page.save()

    def test_release_that_dies_in_the_middle_leaves_the_page_waiting(self, page, maker, other, at):
        propose(page, RELEASE, colleague=maker, at=at)
        with (
            mock.patch("records.summary.refresh", side_effect=KeyboardInterrupt),
            pytest.raises(KeyboardInterrupt),
        ):
            decide(page, expected=RELEASE, colleague=other, at=at)
        page.refresh_from_db()
        assert page.is_open
        assert not ObservationOrder.objects.exists()
        assert isinstance(decide(page, expected=RELEASE, colleague=other, at=at), Released)
        assert ObservationOrder.objects.count() == 4


def test_page_leaves_nothing_when_it_dies_while_rows_are_held(at):
    upstream = MemorySource({Kind.ORDERS: red(1, 2, 3, 4, 5)})
    source = source_of(Kind.ORDERS)
    keep = quarantine.keep

    def dies_with_held_rows(rejected, run, *, at):
        if any(row.rejection.reason is RejectionReason.TOO_MANY_TURNED_ADVERSE for row in rejected):
            raise KeyboardInterrupt
        return keep(rejected, run, at=at)

    with mock.patch.object(quarantine, "keep", dies_with_held_rows), pytest.raises(KeyboardInterrupt):
        sync_page(source, upstream, at=at)
    for table in (HeldPage, SyncRun, ObservationOrder):
        assert not table.objects.exists()
    assert Source.objects.get().cursor == ""
    assert sync_page(source, upstream, at=at).held
    assert HeldPage.objects.get().rows == 5
