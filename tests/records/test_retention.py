"""Retention: what is old goes by itself, and no status turns because of it."""

from datetime import date, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection

from civil_time import SHANGHAI
from healthcode.compact import decode_alerts, decode_naats
from healthcode.evaluation import status_at
from healthcode.facts import Facts, FeedAges
from healthcode.verdict import StatusCode
from identity.accounts import open_session
from identity.models import ApiSession
from lookup.models import Lookup
from lookup.retention import keep_retention
from lookup.tasks import keep_retention as keep_retention_task
from records.breaker import JUDGED_BY
from records.models import HeldPage, Kind, LaboratoryHour, Naat, Quarantined, Summary, Tube, TurnedAdverse
from records.partitions import days_before, ensure_days
from records.retention import forget
from tests.makers import make_account
from tests.records.feeds import (
    feed_page,
    key,
    make_alert,
    make_dose,
    make_order,
    make_pooled,
    make_test,
    make_tube,
)

pytestmark = pytest.mark.django_db

DAY = date(2022, 5, 19)
LATER = datetime(2022, 8, 18, 10, 0, tzinfo=SHANGHAI)
"""91 days after the day of the tests, on which they go."""


def status(person: int = 1) -> StatusCode:
    held = Summary.objects.get(person_key=key(person))
    facts = Facts(
        born_on=date(2010, 6, 15),
        feeds=FeedAges(registry=LATER, tests=LATER, doses=LATER, orders=LATER),
        naats=decode_naats(held.naats),
        alerts=decode_alerts(held.alerts),
    )
    return status_at(facts, JUDGED_BY, at=LATER)


def touch_again(person: int = 1) -> None:
    """Have the summary made anew from what is still there, by a specimen that waits for its result."""
    day = "2022-08-18"
    pending = {"record_day": day, "collected_at": f"{day}T08:00:00+08:00", "issued_at": None, "result": None}
    feed_page(Kind.TESTS, make_test("t-again", 1, person, **pending), at=LATER)


@pytest.fixture(params=["in a partition of its day", "in the default partition"])
def partitioned(request) -> bool:
    is_partitioned = request.param == "in a partition of its day"
    if is_partitioned:
        ensure_days("records_naat", DAY, DAY + timedelta(days=2))
    return is_partitioned


class TestTests:
    def test_day_goes_after_90_days_and_not_before(self, partitioned, at):
        feed_page(Kind.TESTS, make_test(), make_test("t-2", record_day="2022-05-20"), at=at)
        forget(at=LATER - timedelta(days=1))
        assert Naat.objects.count() == 2
        done = forget(at=LATER)
        assert Naat.objects.get().record_id == "t-2"
        assert done.days_of_tests == int(partitioned)
        assert [day for day, _name in days_before("records_naat", LATER.date())] == (
            [date(2022, 5, 20)] if partitioned else []
        )

    def test_summary_stays_as_it_was(self, partitioned, at):
        feed_page(Kind.TESTS, make_test(), at=at)
        before = Summary.objects.values().get()
        forget(at=LATER)
        assert not Naat.objects.exists()
        assert Summary.objects.values().get() == before

    def test_run_twice_does_nothing_more(self, partitioned, at):
        feed_page(Kind.TESTS, make_test(), make_test("t-2", person=2, result="DETECTED"), at=at)
        assert forget(at=LATER).tests_that_decide == 1
        assert forget(at=LATER).tests_that_decide == 1
        assert Naat.objects.count() == 1


class TestStatus:
    def test_unresolved_positive_test_stays_and_the_status_with_it(self, partitioned, at):
        feed_page(Kind.TESTS, make_test(result="DETECTED"), make_test("t-2", person=2), at=at)
        assert forget(at=LATER).tests_that_decide == 1
        touch_again()
        assert status() is StatusCode.UNCONFIRMED
        assert set(Naat.objects.filter(record_day=DAY).values_list("record_id", flat=True)) == {"t-1"}

    def test_resolved_positive_test_goes_and_the_status_stays_green(self, partitioned, at):
        retest = {"collected_at": "2022-05-19T20:00:00+08:00"}
        feed_page(Kind.TESTS, make_test(result="DETECTED"), make_test("t-2", **retest), at=at)
        assert forget(at=LATER).tests_that_decide == 0
        touch_again()
        assert status() is StatusCode.GREEN
        assert not Naat.objects.filter(record_day=DAY).exists()

    def test_positive_test_goes_once_a_later_one_has_resolved_it(self, partitioned, at):
        feed_page(Kind.TESTS, make_test(result="DETECTED"), at=at)
        forget(at=LATER)
        day = "2022-08-18"
        times = {"collected_at": f"{day}T08:00:00+08:00", "issued_at": f"{day}T09:00:00+08:00"}
        feed_page(Kind.TESTS, make_test("t-2", record_day=day, **times), at=LATER)
        assert forget(at=LATER).tests_that_decide == 0
        assert Naat.objects.get().record_id == "t-2"
        assert status() is StatusCode.GREEN

    def test_correction_of_a_positive_test_that_stayed_still_counts(self, partitioned, at):
        feed_page(Kind.TESTS, make_test(result="DETECTED"), at=at)
        forget(at=LATER)
        assert feed_page(
            Kind.TESTS, make_test(version=2, result="DETECTED", withdrawn=True), at=LATER
        ).applied
        assert status() is StatusCode.GREEN

    def test_dropped_test_that_comes_again_does_not_bring_its_result_back(self, partitioned, at):
        feed_page(Kind.TESTS, make_test(result="DETECTED"), at=at)
        feed_page(Kind.TESTS, make_test(version=2), at=at)
        forget(at=LATER)
        assert feed_page(Kind.TESTS, make_test(result="DETECTED"), at=LATER).quarantined == 1
        assert status() is StatusCode.GREEN

    def test_test_that_ended_alert_4_stays_and_the_alert_does_not_come_back(self, partitioned, at):
        feed_page(Kind.ALERTS, make_alert(), at=at)
        feed_page(Kind.TESTS, make_test(), make_test("t-2", person=2), at=at)
        assert status() is StatusCode.GREEN
        assert forget(at=LATER).tests_that_decide == 1
        touch_again()
        assert status() is StatusCode.GREEN

    def test_alert_4_that_no_test_has_ended_stays_in_force(self, partitioned, at):
        feed_page(Kind.ALERTS, make_alert(in_force_from="2022-05-19T18:00:00+08:00"), at=at)
        feed_page(Kind.TESTS, make_test(), at=at)
        assert forget(at=LATER).tests_that_decide == 0
        touch_again()
        assert status() is StatusCode.UNCONFIRMED

    def test_order_beside_an_unresolved_test_does_not_let_it_go(self, partitioned, at):
        feed_page(Kind.ORDERS, make_order(in_force_until="2022-12-01T00:00:00+08:00"), at=at)
        feed_page(Kind.TESTS, make_test(result="INCONCLUSIVE"), at=at)
        assert forget(at=LATER).tests_that_decide == 1

    def test_positive_tube_stays_as_long_as_its_member_does(self, partitioned, at):
        members = [make_pooled("t-1", "T1", person=1), make_pooled("t-2", "T2", person=2)]
        feed_page(Kind.TESTS, *members, at=at)
        tubes = [make_tube("tube-1", result="DETECTED"), make_tube("tube-2", tube_code="T2")]
        feed_page(Kind.TUBES, *tubes, at=at)
        much_later = LATER + timedelta(days=8)
        done = forget(at=much_later)
        assert (done.tests_that_decide, done.tubes) == (1, 1)
        assert Tube.objects.get().tube_code == "T1"
        touch_again()
        assert status() is StatusCode.UNCONFIRMED


class TestQuarantine:
    BEFORE, AFTER = timedelta(days=29, hours=23), timedelta(days=30, hours=1)

    def test_resolved_row_goes_after_30_days(self, at):
        feed_page(Kind.DOSES, make_dose(product="?"), at=at)
        feed_page(Kind.DOSES, make_dose(version=2), at=at)
        forget(at=at + self.BEFORE)
        assert Quarantined.objects.count() == 1
        assert forget(at=at + self.AFTER).quarantined == 1
        assert not Quarantined.objects.exists()

    def test_row_that_waits_loses_its_content_and_keeps_its_note(self, at):
        feed_page(Kind.DOSES, make_dose(product="?"), at=at)
        forget(at=at + self.BEFORE)
        assert bytes(Quarantined.objects.get().row_sealed)
        forget(at=at + self.AFTER)
        row = Quarantined.objects.get()
        assert (bytes(row.row_sealed), row.resolved_at) == (b"", None)
        assert Summary.objects.get().record_in_review
        feed_page(Kind.DOSES, make_dose(version=2), at=at + self.AFTER)
        assert not Summary.objects.get().record_in_review

    def test_row_that_nothing_can_resolve_goes_and_the_review_ends(self, at):
        feed_page(Kind.DOSES, make_dose(record_id=None), at=at)
        assert Summary.objects.get().record_in_review
        forget(at=at + self.AFTER)
        assert not Quarantined.objects.exists()
        assert not Summary.objects.get().record_in_review

    def test_held_page_expires_and_says_so(self, settings, at):
        settings.BREAKER_PEOPLE = 0
        feed_page(Kind.ORDERS, make_order(), at=at)
        forget(at=at + self.BEFORE)
        assert HeldPage.objects.get().is_open
        forget(at=at + self.AFTER)
        page = HeldPage.objects.get()
        assert page.expired_at == at + self.AFTER
        assert not page.is_open
        assert not Quarantined.objects.exists()
        assert not Summary.objects.get().record_in_review


def test_counts_for_the_board_and_the_breaker_go(at):
    feed_page(Kind.TESTS, make_test(), at=at)
    forget(at=at + timedelta(hours=23))
    assert TurnedAdverse.objects.count() == LaboratoryHour.objects.count() == 1
    forget(at=at + timedelta(hours=25))
    assert not TurnedAdverse.objects.exists()
    forget(at=at + timedelta(days=91))
    assert not LaboratoryHour.objects.exists()


class TestAuditAndSessions:
    def test_audit_goes_after_180_days(self, at):
        ensure_days("lookup_lookup", DAY, DAY + timedelta(days=1))
        for number, asked_on in enumerate((DAY, DAY + timedelta(days=1)), start=1):
            Lookup.objects.create(
                id=f"01814b56-f900-7348-8a68-83cb31c0691{number}",
                asked_on=asked_on,
                asked_at=at,
                door="OWN",
                proof="OWN",
                outcome="ANSWERED",
                subject_key=key(1),
            )
        due = datetime(2022, 11, 16, 10, 0, tzinfo=SHANGHAI)
        assert keep_retention(at=due - timedelta(days=1)).days_of_audit == 0
        assert Lookup.objects.count() == 2
        assert keep_retention(at=due).days_of_audit == 1
        assert Lookup.objects.get().asked_on == DAY + timedelta(days=1)
        keep_retention(at=due + timedelta(days=1))
        assert not Lookup.objects.exists()

    def test_sessions_go_when_they_expire(self, at):
        open_session(make_account(at=at), at=at)
        Session.objects.create(session_key="a", session_data="", expire_date=at + timedelta(hours=12))
        keep_retention(at=at + timedelta(hours=11))
        assert (ApiSession.objects.count(), Session.objects.count()) == (1, 1)
        assert keep_retention(at=at + timedelta(hours=13)).sessions == 2
        assert (ApiSession.objects.count(), Session.objects.count()) == (0, 0)


def test_task_and_command_do_it(time_machine, capsys, at):
    feed_page(Kind.TESTS, make_test(), make_test("t-2", person=2, result="DETECTED"), at=at)
    time_machine.move_to(LATER, tick=False)
    keep_retention_task()
    assert Naat.objects.get().record_id == "t-2"
    call_command("keep_retention")
    assert "1 older tests stay because a status still depends on them." in capsys.readouterr().out


def test_partitions_of_other_names_are_left_alone():
    with connection.cursor() as cursor:
        assert days_before("records_naat", date(9999, 1, 1)) == []
        cursor.execute("SELECT to_regclass('records_naat_default')")
        assert cursor.fetchone()[0] == "records_naat_default"
