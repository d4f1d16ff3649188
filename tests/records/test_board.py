"""The board of sources and laboratories, the heartbeat, and the admin of rules and held pages."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from healthcode.facts import Feed
from healthcode.freshness import stale_feeds
from identity.staff import StaffRole
from lookup import on_file
from lookup.models import PolicyRevision
from records import board, heartbeat
from records.models import Heartbeat, HeldPage, Kind, ObservationOrder, Quarantined, SourceRules, VaccineDose
from records.source_rules import OPTIONAL_FIELDS
from records.sync import sync_all
from records.tasks import heartbeat as heartbeat_task
from tests.makers import make_staff
from tests.records.feeds import (
    MemorySource,
    feed_page,
    key,
    make_dose,
    make_order,
    make_person,
    make_pooled,
    make_test,
    make_tube,
    number_of,
)

pytestmark = pytest.mark.django_db

HELD = "/admin/records/heldpage/"
RULES = "/admin/records/sourcerules/"
BOARD = "/admin/records/source/board/"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _clock(time_machine, at):
    time_machine.move_to(at, tick=False)


def client_of(mobile: str, *, at, role: StaffRole = StaffRole.ADMINISTRATOR) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(make_staff(mobile, at=at, role=role))
    return client


@pytest.fixture
def admin(at) -> Client:
    return client_of("+8613900000061", at=at)


@pytest.fixture
def other(at) -> Client:
    return client_of("+8613900000062", at=at)


@pytest.fixture
def auditor(at) -> Client:
    return client_of("+8613900000063", at=at, role=StaffRole.AUDITOR)


class TestBoard:
    def test_board_counts_rows_and_refusals_by_the_hour(self, at):
        feed_page(Kind.DOSES, make_dose(), make_dose("d-2", product="?"), at=at - 2 * HOUR)
        feed_page(Kind.DOSES, *[make_dose(f"e-{n}", person=n) for n in range(4)], at=at)
        feed_page(Kind.DOSES, make_dose("old"), at=at - 30 * HOUR)
        [feed] = board.read(at=at).feeds
        assert [(hour.received, hour.refused, hour.height) for hour in feed.hours[-3:]] == [
            (2, 1, 50),
            (0, 0, 0),
            (4, 0, 100),
        ]
        assert (len(feed.hours), feed.received, feed.refused, feed.waiting) == (24, 6, 1, 1)

    def test_board_says_how_old_data_is(self, at):
        sync_all(MemorySource({Kind.ORDERS: [make_order()]}, as_of=at - 2 * HOUR), at=at)
        feed_page(Kind.DOSES, make_dose(), at=at)
        lags = {feed.source.kind: feed.lag for feed in board.read(at=at).feeds}
        assert lags == {Kind.ORDERS: 2 * HOUR, Kind.DOSES: None}

    def test_board_tells_laboratories_apart(self, at):
        feed_page(Kind.TESTS, make_test(), make_test("t-2"), make_pooled("t-3", laboratory="B"), at=at)
        feed_page(Kind.TUBES, make_tube(laboratory="B"), at=at)
        feed_page(Kind.TESTS, make_test(), at=at + HOUR)
        b, a = board.read(at=at + HOUR).laboratories
        assert (a.laboratory, a.received, [hour.received for hour in a.hours[-2:]]) == ("Lab A", 3, [2, 1])
        assert a.lag == timedelta(hours=4, minutes=30)
        assert (b.laboratory, b.received) == ("B", 2)

    def test_silent_laboratory_stays_on_the_board(self, at):
        feed_page(Kind.TESTS, make_test(), at=at)
        [laboratory] = board.read(at=at + timedelta(days=3)).laboratories
        assert (laboratory.received, laboratory.rate) == (0, 0)
        assert laboratory.lag == timedelta(days=3, hours=3, minutes=30)

    def test_board_takes_as_many_statements_for_many_sources_as_for_one(self, at):
        def statements() -> int:
            with CaptureQueriesContext(
                connection,
            ) as context:
                board.read(at=at)
            return len(context)

        feed_page(Kind.TESTS, make_test(), at=at)
        one = statements()
        for kind, row in ((Kind.DOSES, make_dose()), (Kind.ORDERS, make_order()), (Kind.TUBES, make_tube())):
            feed_page(kind, row, row | {"record_id": "x", "version": 0}, at=at)
        assert statements() == one <= 8

    def test_page_shows_plots_and_the_same_as_a_table(self, auditor, at):
        feed_page(Kind.REGISTRY, make_person(), at=at)
        feed_page(Kind.TESTS, make_test(), make_test("t-2", result="?"), at=at)
        answer = auditor.get(BOARD)
        text = answer.content.decode()
        assert answer.status_code == 200
        assert text.count('<svg class="board-plot"') == 3
        assert text.count('aria-hidden="true" focusable="false"') == 3
        assert text.count("<summary>In numbers</summary>") == 3
        assert "lab-a" in text
        assert "Lab A" in text
        assert number_of(1) not in text
        assert "style=" not in text

    def test_index_of_the_admin_leads_to_it(self, auditor):
        assert f'href="{BOARD}"' in auditor.get("/admin/").content.decode()

    def test_page_is_for_staff_alone_and_to_be_read(self, auditor):
        assert Client().get(BOARD).status_code == 302
        assert auditor.post(BOARD).status_code == 405


class TestHeartbeat:
    def test_heartbeat_moves_forward_only(self, at):
        heartbeat.beat(at=at)
        heartbeat.beat(at=at - HOUR)
        assert heartbeat.last() == at
        heartbeat.beat(at=at + HOUR)
        assert Heartbeat.objects.get().beaten_at == at + HOUR

    def test_heartbeat_is_late_after_three_minutes(self, at):
        assert heartbeat.is_late(None, at=at)
        assert not heartbeat.is_late(at, at=at + timedelta(minutes=2, seconds=59))
        assert heartbeat.is_late(at, at=at + timedelta(minutes=3))

    def test_board_says_since_when_no_heartbeat_has_come(self, auditor, time_machine, at):
        assert "No heartbeat has come yet" in auditor.get(BOARD).content.decode()
        heartbeat_task()
        assert "The last heartbeat came at 2022-05-20 10:00:00" in auditor.get(BOARD).content.decode()
        time_machine.move_to(at + HOUR, tick=False)
        assert "No heartbeat since 2022-05-20 10:00:00" in auditor.get(BOARD).content.decode()

    def test_data_grows_stale_when_everything_is_dead(self, at):
        """Nothing has to run for it: the age is worked out by whoever reads."""
        sync_all(MemorySource({Kind.ORDERS: [make_order()]}, as_of=at), at=at)
        facts = on_file.read(key(1), born_on=None).facts
        stale_after = PolicyRevision.objects.in_force(at).rule_book.stale_after
        assert Feed.ORDERS not in stale_feeds(facts.feeds, stale_after, at=at + 5 * HOUR)
        assert Feed.ORDERS in stale_feeds(facts.feeds, stale_after, at=at + 6 * HOUR)


class TestRules:
    FORM = {
        "source": "lab-a",
        "kind": "tests",
        "fields_": ["laboratory", "result", "issued_at", "collected_at", "contact"],
        "speaks_for": "Lab A\r\n  Lab, B  \r\n\r\nLab A",
    }

    def test_administrator_writes_rules_and_they_hold(self, admin, at):
        assert admin.get(f"{RULES}add/").status_code == 200
        assert admin.post(f"{RULES}add/", self.FORM).status_code == 302
        rules = SourceRules.objects.get()
        assert rules.speaks_for == ["Lab A", "Lab, B"]
        assert rules.fields == ["collected_at", "issued_at", "result", "laboratory"]
        assert feed_page(Kind.TESTS, make_test(sampling_site=None), at=at).applied == 1
        assert feed_page(Kind.TESTS, make_test("t-2"), at=at).quarantined == 1

    def test_administrator_changes_rules_without_losing_any(self, admin):
        admin.post(f"{RULES}add/", self.FORM)
        rules = SourceRules.objects.get()
        page = admin.get(f"{RULES}{rules.pk}/change/")
        form = page.context["adminform"].form
        assert form.initial["fields_"] == rules.fields
        assert "Lab A\nLab, B" in page.content.decode()
        admin.post(f"{RULES}{rules.pk}/change/", self.FORM | {"speaks_for": "*", "most_turned_people": "50"})
        rules.refresh_from_db()
        assert (rules.speaks_for, rules.most_turned_people) == (["*"], 50)

    @pytest.mark.parametrize(
        ("changed", "says"),
        [
            ({"speaks_for": ""}, "Please name at least one"),
            ({"speaks_for": "*\nLab A"}, "Please give either names or *"),
            ({"kind": "doses"}, "Rows of this kind name nobody"),
            ({"most_turned_percent": "101"}, "less than or equal to 100"),
        ],
    )
    def test_form_says_what_is_wrong(self, changed, says, admin):
        answer = admin.post(f"{RULES}add/", self.FORM | changed)
        assert answer.status_code == 200
        assert says in answer.content.decode()
        assert not SourceRules.objects.exists()

    def test_auditor_only_looks(self, auditor):
        rules = SourceRules.objects.create(
            source="lab-a", kind="tests", fields=["result"], speaks_for=["Lab A"]
        )
        page = auditor.get(f"{RULES}{rules.pk}/change/")
        assert "Lab A" in page.content.decode()
        assert auditor.get(RULES).status_code == 200
        assert auditor.post(f"{RULES}add/", self.FORM).status_code == 403
        assert auditor.post(f"{RULES}{rules.pk}/change/", self.FORM).status_code == 403
        assert auditor.post(f"{RULES}{rules.pk}/delete/", {"post": "yes"}).status_code == 403
        assert SourceRules.objects.get().fields == ["result"]

    def test_every_kind_has_its_optional_fields(self):
        assert OPTIONAL_FIELDS.keys() == set(Kind)


class TestHeldPages:
    @pytest.fixture
    def page(self, settings, at) -> str:
        settings.BREAKER_PEOPLE = 1
        feed_page(Kind.REGISTRY, make_person(), at=at)
        feed_page(Kind.ORDERS, make_order("o-1", person=1), make_order("o-2", person=2), at=at)
        return f"{HELD}{HeldPage.objects.get().pk}/"

    def test_page_shows_what_the_rows_say_in_common_and_nobody(self, page, auditor):
        text = auditor.get(f"{page}change/").content.decode()
        assert "HOME_ISOLATION · District centre · 2022-77" in text
        assert number_of(1) not in text
        assert "李" not in text
        assert "Propose to release" not in text
        assert auditor.get(HELD).status_code == 200

    def test_two_administrators_release(self, page, admin, other):
        assert "Propose to release" in admin.get(f"{page}change/").content.decode()
        assert admin.post(f"{page}propose/", {"decision": "RELEASE"}).status_code == 303
        assert "I agree" not in admin.get(f"{page}change/").content.decode()
        refused = admin.post(f"{page}decide/", {"decision": "RELEASE"}, follow=True).content.decode()
        assert "Who proposes does not decide" in refused
        assert not ObservationOrder.objects.exists()
        assert "I agree: release" in other.get(f"{page}change/").content.decode()
        done = other.post(f"{page}decide/", {"decision": "RELEASE"}, follow=True).content.decode()
        assert "Released. 2 rows were applied." in done
        assert ObservationOrder.objects.count() == 2

    def test_two_administrators_reject(self, page, admin, other):
        admin.post(f"{page}propose/", {"decision": "REJECT"})
        done = other.post(f"{page}decide/", {"decision": "REJECT"}, follow=True).content.decode()
        assert "Rejected. These rows stay out" in done
        assert not ObservationOrder.objects.exists()

    def test_proposal_is_taken_back(self, page, admin, other):
        admin.post(f"{page}propose/", {"decision": "REJECT"})
        assert "taken back" in other.post(f"{page}take-back/", follow=True).content.decode()
        assert (
            "The proposal has changed"
            in other.post(f"{page}decide/", {"decision": "REJECT"}, follow=True).content.decode()
        )

    def test_proposal_needs_a_choice(self, page, admin):
        assert (
            "Please choose" in admin.post(f"{page}propose/", {"decision": "?"}, follow=True).content.decode()
        )
        assert HeldPage.objects.get().proposal == ""

    @pytest.mark.parametrize("step", ["propose", "decide", "take-back"])
    def test_auditor_decides_nothing(self, step, page, auditor, admin):
        assert auditor.post(f"{page}{step}/", {"decision": "RELEASE"}).status_code == 403
        assert admin.get(f"{page}{step}/").status_code == 405


class TestTryAgain:
    @pytest.fixture
    def chosen(self, at) -> dict:
        feed_page(Kind.REGISTRY, make_person(name="李小明"), at=at)
        feed_page(Kind.DOSES, make_dose(name="李小满"), make_dose("d-2", product="?"), at=at)
        feed_page(Kind.REGISTRY, make_person(version=2, name="李小满"), at=at)
        ids = [str(pk) for pk in Quarantined.objects.values_list("pk", flat=True)]
        return {"action": "try_again", "_selected_action": ids}

    def test_administrator_tries_rows_again(self, chosen, admin):
        text = admin.post("/admin/records/quarantined/", chosen, follow=True).content.decode()
        assert "1 row is resolved." in text
        assert "1 row stays as it is." in text
        assert VaccineDose.objects.count() == 1

    def test_auditor_does_not(self, chosen, auditor):
        auditor.post("/admin/records/quarantined/", chosen)
        assert not VaccineDose.objects.exists()
