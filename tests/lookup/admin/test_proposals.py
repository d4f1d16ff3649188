"""The admin's proposals: the form, the dry run's page, and the way of a rule from hand to hand."""

from datetime import date, timedelta

import pytest
from django.test import Client

from civil_time import next_midnight, start_of
from lookup.models import PolicyProposal, PolicyRevision, ShareAlert
from lookup.policies import dry_run
from records.models import Source
from tests.admin_clients import ENGLISH
from tests.makers import make_document, make_facts, make_person, make_staff, make_summary

pytestmark = pytest.mark.django_db

PROPOSALS = "/admin/lookup/policyproposal/"
TEXT = "Guardians are told of the third-party query by post."


def _form(**changes) -> dict[str, str]:
    """Return what the form sends when every field is as it was prefilled, but for the changes."""
    form = {
        "in_force_from_0": "2022-08-01",
        "in_force_from_1": "00:00:00",
        "note": "Entry needs a test of today.",
        "counter": "V3",
        "entry_days": "0",
        "alert_1_days": "7",
        "face_needed_for_assisted": "on",
        "display_for_kin": "00:01:00",
        "display_for_others": "00:00:10",
        "orders_stale_after": "06:00:00",
        "tests_stale_after": "06:00:00",
        "registry_stale_after": "3 00:00:00",
        "doses_stale_after": "7 00:00:00",
        "assisted_subjects_per_day": "20",
        "third_party_living_results": "4",
        "failures_per_day": "10",
        "failing_numbers_per_prefix": "20",
        "emergency_reason": "",
    }
    return form | changes


@pytest.fixture
def second(at) -> Client:
    client = Client(headers=ENGLISH)
    client.force_login(make_staff("+8613900000092", at=at))
    return client


@pytest.fixture
def town(at):
    for kind in ("registry", "tests", "doses", "orders"):
        Source.objects.create(name=f"source of {kind}", kind=kind, as_of=at)
    for number in range(12):
        person = make_person(make_document(date(2014, 1, 1), sequence=number + 1), at=at)
        make_summary(person.person_key, make_facts(date(2014, 1, 1), at=at), at=at)
    lonely = make_person(make_document(date(1950, 1, 1)), at=at)
    make_summary(lonely.person_key, make_facts(date(1950, 1, 1), at=at), at=at)


def _proposed(admin, **changes) -> PolicyProposal:
    assert admin.post(f"{PROPOSALS}add/", _form(**changes)).status_code == 303
    return PolicyProposal.objects.latest("made_at")


def _page(client, proposal) -> str:
    answer = client.get(f"{PROPOSALS}{proposal.pk}/change/")
    assert answer.status_code == 200
    return answer.content.decode()


def _post(client, proposal, what, **fields) -> str:
    answer = client.post(f"{PROPOSALS}{proposal.pk}/{what}/", fields, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_rule_goes_from_hand_to_hand_into_force(admin, second, town, at):
    proposal = _proposed(admin)
    assert "has not been dry run yet" in _page(second, proposal)
    assert "begins within seconds" in _post(admin, proposal, "dry-run")
    assert "under way already" in _post(admin, proposal, "dry-run")
    assert admin.get(f"{PROPOSALS}{proposal.pk}/change/")["Refresh"] == "3"
    dry_run.run_next(clock=lambda: at)
    page = _page(second, proposal)
    assert "Refresh" not in second.get(f"{PROPOSALS}{proposal.pk}/change/").headers
    assert '<svg class="hit-plot"' in page
    # Twelve children may be counted, one old woman may not.
    assert "3–11" in page
    assert "&lt;5" in page
    assert "100.0 %" in page
    assert "shuts groups out that nobody has acknowledged" in _post(second, proposal, "approve")
    groups = ["CHECKPOINT/3/10", "CHECKPOINT/60/10"]
    assert "Please choose a group" in _post(second, proposal, "acknowledge", group=groups, text=" ")
    assert "Acknowledged in your name" in _post(second, proposal, "acknowledge", group=groups, text=TEXT)
    assert TEXT in _page(admin, proposal)
    assert "Who proposes does not approve" in _post(admin, proposal, "approve")
    assert not PolicyRevision.objects.filter(name="2022-08-01").exists()
    assert "Approved." in _post(second, proposal, "approve")
    row = PolicyRevision.objects.get(name="2022-08-01")
    assert (row.in_force_from.isoformat(), row.entry_days) == ("2022-07-31T16:00:00+00:00", 0)
    listed = admin.get("/admin/lookup/policyrevision/").content.decode()
    assert "Staff 90" in listed
    assert "Staff 92" in listed


def test_form_is_prefilled_from_the_newest_row(admin):
    answer = admin.get(f"{PROPOSALS}add/")
    initial = answer.context["adminform"].form.initial
    assert (initial["counter"], initial["entry_days"], initial["alert_1_days"]) == ("V3", 3, 7)
    # The first day that no row has yet.
    assert initial["in_force_from"] == start_of(date(2022, 7, 5))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"in_force_from_1": "00:01:00"}, "begins at 00:00 in Shanghai"),
        ({"in_force_from_0": "2022-05-20"}, "begins in the future"),
        ({"in_force_from_0": "2022-07-04"}, "Another policy begins at that time"),
        ({"in_force_from_0": "today"}, "valid date"),
        ({"in_force_from_0": "0001-01-01"}, "errornote"),
        ({"in_force_from_0": "9999-12-31"}, "within a year"),
        ({"in_force_from_1": "00:00:01", "emergency_reason": "It is urgent."}, "whole minutes"),
        ({"display_for_kin": "00:00:00"}, "longer than zero"),
        ({"display_for_kin": "9" * 300}, "errornote"),
        ({"orders_stale_after": "-06:00:00"}, "longer than zero"),
        ({"entry_days": "-1"}, "greater than or equal to 0"),
        ({"entry_days": "9" * 400}, "errornote"),
        ({"note": ""}, "required"),
        ({"note": "a\0b"}, "Null characters"),
        ({"counter": "V4"}, "not one of the available choices"),
    ],
)
def test_form_refuses_with_a_sentence(admin, changes, sentence):
    answer = admin.post(f"{PROPOSALS}add/", _form(**changes))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not PolicyProposal.objects.exists()
    assert _proposed(admin).entry_days == 0


@pytest.mark.parametrize(("days", "status"), [(366, 303), (367, 200)])
def test_proposal_begins_within_a_year(admin, at, days, status):
    begins_on = f"{at + timedelta(days=days):%Y-%m-%d}"
    assert admin.post(f"{PROPOSALS}add/", _form(in_force_from_0=begins_on)).status_code == status


def test_emergency_may_begin_within_the_day_with_a_reason(admin, second, at):
    soon = {"in_force_from_0": f"{at:%Y-%m-%d}", "in_force_from_1": "10:30:00"}
    assert admin.post(f"{PROPOSALS}add/", _form(**soon)).status_code == 200
    proposal = _proposed(admin, **soon, emergency_reason="Numbers are walked through now.")
    assert "Numbers are walked through now." in _page(second, proposal)
    assert "Approved." in _post(second, proposal, "approve")
    assert proposal.dry_runs.filter(finished_at__isnull=True).count() == 1


def test_proposal_is_withdrawn_once(admin, second):
    proposal = _proposed(
        admin,
        in_force_from_0=f"{next_midnight(PolicyRevision.objects.latest('in_force_from').in_force_from):%Y-%m-%d}",
    )
    assert "The rules stay as they are" in _post(second, proposal, "withdraw")
    assert "approved or withdrawn" in _post(second, proposal, "withdraw")
    assert "Withdrawn by" in _page(admin, proposal)


def test_auditor_reads_and_decides_nothing(admin, auditor, at):
    proposal = _proposed(admin)
    assert "Staff 90" in _page(auditor, proposal)
    assert auditor.get(f"{PROPOSALS}add/").status_code == 403
    for what in ("dry-run", "acknowledge", "approve", "withdraw"):
        assert auditor.post(f"{PROPOSALS}{proposal.pk}/{what}/").status_code == 403
        assert admin.get(f"{PROPOSALS}{proposal.pk}/{what}/").status_code == 405
    assert "begins within seconds" in _post(admin, proposal, "dry-run")


def test_jump_of_a_share_is_shown_and_acknowledged_by_name(admin, auditor, at):
    alert = ShareAlert.objects.create(
        raised_at=at,
        door="ASSISTED",
        age_from=3,
        reason="NO_FACE_REFERENCE",
        given=60,
        answers=100,
        given_before=0,
        answers_before=500,
        compared_from=at,
        compared_until=at,
        policy="2022-06-09",
    )
    listed = auditor.get("/admin/lookup/sharealert/").content.decode()
    for shown in ("3–11", "no face on file", "60.0 % (60/100)", "0.0 % (0/500)", "2022-06-09"):
        assert shown in listed
    action = {"action": "acknowledge", "_selected_action": [str(alert.pk)]}
    auditor.post("/admin/lookup/sharealert/", action)
    alert.refresh_from_db()
    assert alert.acknowledged_at is None
    answer = admin.post("/admin/lookup/sharealert/", action, follow=True)
    assert "1 jump acknowledged" in answer.content.decode()
    alert.refresh_from_db()
    assert str(alert.acknowledged_by) == "Staff 90"
