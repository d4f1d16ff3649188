"""No rule comes into force in silence: notice, dry run, acknowledgement, two names; and the emergency."""

import threading
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from civil_time import SHANGHAI, start_of
from lookup.models import DryRun, PolicyProposal, PolicyRevision
from lookup.policies import dry_run, proposals
from lookup.policies.proposals import (
    Approved,
    Missing,
    NotAcknowledged,
    NotApproved,
    NotOpen,
    State,
    acknowledge,
    approve,
    state_of,
    unacknowledged,
    withdraw,
)
from records.models import Source
from tests.lookup.policies.makers import make_proposal
from tests.makers import make_document, make_facts, make_person, make_staff, make_summary

pytestmark = pytest.mark.django_db

AT = datetime(2022, 6, 7, 10, 0, tzinfo=SHANGHAI)
BEGINS = start_of(date(2022, 6, 10))
TEXT = "Guardians are told of the third-party query by post."


@pytest.fixture
def maker():
    return make_staff("+8613900000081", at=AT)


@pytest.fixture
def second():
    return make_staff("+8613900000082", at=AT)


@pytest.fixture
def only_rules_of_june():
    """The seeded rules end on 6 June, so that the face rule is still to come.

    The trigger that keeps every policy is set aside for that.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM lookup_policyrevision WHERE name > '2022-06-06'")
        cursor.execute("SET session_replication_role = origin")


@pytest.fixture
def town(only_rules_of_june):
    """Six children without a card, four with one, and ten adults."""
    for kind in ("registry", "tests", "doses", "orders"):
        Source.objects.create(name=f"source of {kind}", kind=kind, as_of=AT)
    for number in range(20):
        born_on = date(2015, 3, 1) if number < 10 else date(1985, 3, 1)
        person = make_person(make_document(born_on, sequence=number + 1), at=AT, has_face=number >= 6)
        make_summary(person.person_key, make_facts(born_on, at=AT), at=AT)


def _face_rule(maker, **changes) -> PolicyProposal:
    return make_proposal(maker, **{"begins": BEGINS, "at": AT, "face_needed_for_assisted": True} | changes)


def _dry_run_of(proposal: PolicyProposal, at: datetime = AT) -> DryRun:
    dry_run.ask_for(proposal, asked_by=None, at=at)
    run = dry_run.run_next(clock=lambda: at)
    assert run is not None
    return run


def _missing(proposal, by, at=AT) -> set[Missing]:
    outcome = approve(proposal.pk, by=by.pk, at=at)
    assert isinstance(outcome, NotApproved)
    return set(outcome.missing)


def test_face_rule_is_refused_until_the_children_it_shuts_out_are_acknowledged(town, maker, second):
    proposal = _face_rule(maker)
    assert state_of(proposal, at=AT) is State.DRAFTED
    assert _missing(proposal, second) == {Missing.NO_DRY_RUN}
    run = _dry_run_of(proposal)
    assert state_of(proposal, at=AT) is State.DRY_RUN
    refused = approve(proposal.pk, by=second.pk, at=AT)
    assert isinstance(refused, NotApproved)
    assert refused.missing == (Missing.GROUPS_UNACKNOWLEDGED,)
    [children] = refused.groups
    assert (children.key, children.shut_out, children.people) == (("ASSISTED", 3, "10"), 6, 10)
    assert not PolicyRevision.objects.filter(in_force_from=BEGINS).exists()
    acknowledge(run, children, text=TEXT, by=second.pk, at=AT)
    outcome = approve(proposal.pk, by=second.pk, at=AT)
    assert isinstance(outcome, Approved)
    row = PolicyRevision.objects.get(name="2022-06-10")
    assert (row.face_needed_for_assisted, row.entry_days, row.added_by) == (True, 3, maker)
    proposal.refresh_from_db()
    assert proposal.approved_by == second
    assert [state_of(proposal, at=at) for at in (AT, BEGINS)] == [State.APPROVED, State.IN_FORCE]


def test_rule_that_shuts_nobody_out_needs_no_acknowledgement(town, maker, second):
    proposal = _face_rule(maker, face_needed_for_assisted=False, alert_1_days=7)
    assert unacknowledged(_dry_run_of(proposal)) == ()
    assert isinstance(approve(proposal.pk, by=second.pk, at=AT), Approved)


def test_group_may_be_shut_out_up_to_the_set_share_and_not_beyond(town, maker, settings):
    run = _dry_run_of(_face_rule(maker))
    settings.DRY_RUN_SHARE_TO_ACKNOWLEDGE = 60.0
    assert unacknowledged(run) == ()
    settings.DRY_RUN_SHARE_TO_ACKNOWLEDGE = 59.9
    assert len(unacknowledged(run)) == 1


def test_gate_that_no_longer_lets_in_counts_as_shut_out(town, maker):
    run = _dry_run_of(_face_rule(maker, face_needed_for_assisted=False, entry_days=0))
    assert {hit.door for hit in unacknowledged(run)} == {"CHECKPOINT"}


def test_notice_is_48_hours_to_the_second(only_rules_of_june, maker, second):
    latest = BEGINS - timedelta(hours=48)
    proposal = _face_rule(maker, face_needed_for_assisted=False)
    _dry_run_of(proposal, latest)
    assert _missing(proposal, second, latest + timedelta(seconds=1)) == {Missing.TOO_LITTLE_NOTICE}
    assert isinstance(approve(proposal.pk, by=second.pk, at=latest), Approved)


def test_maker_does_not_approve_and_a_second_colleague_does(only_rules_of_june, maker, second):
    proposal = _face_rule(maker, face_needed_for_assisted=False)
    _dry_run_of(proposal)
    assert _missing(proposal, maker) == {Missing.OWN_PROPOSAL}
    assert isinstance(approve(proposal.pk, by=second.pk, at=AT), Approved)
    assert _missing(proposal, second) == {Missing.NOT_OPEN, Missing.BEGINNING_TAKEN}


def test_database_refuses_the_maker_as_approver(maker, only_rules_of_june):
    proposal = _face_rule(maker)
    revision = PolicyRevision.objects.get(name="2022-06-06")
    approval = {"approved_by": maker, "approved_at": AT, "revision": revision}
    with pytest.raises(IntegrityError, match="approver_is_not_maker"), transaction.atomic():
        PolicyProposal.objects.filter(pk=proposal.pk).update(**approval)
    another = approval | {"approved_by": make_staff("+8613900000083", at=AT)}
    assert PolicyProposal.objects.filter(pk=proposal.pk).update(**another) == 1


@pytest.mark.parametrize("change", [{"entry_days": 1}, {"emergency_reason": "x"}, {"in_force_from": AT}])
def test_proposal_is_never_edited(maker, only_rules_of_june, change):
    proposal = _face_rule(maker)
    with pytest.raises(IntegrityError, match="never edited"), transaction.atomic():
        PolicyProposal.objects.filter(pk=proposal.pk).update(**change)
    with pytest.raises(IntegrityError, match="never edited"), transaction.atomic():
        proposal.delete()
    assert isinstance(withdraw(proposal.pk, by=maker.pk, at=AT), PolicyProposal)


def test_dry_run_holds_for_seven_days(only_rules_of_june, maker, second):
    begins = start_of(date(2022, 7, 20))
    proposal = _face_rule(maker, begins=begins, face_needed_for_assisted=False)
    _dry_run_of(proposal)
    week_later = AT + timedelta(days=7)
    assert _missing(proposal, second, week_later) == {Missing.DRY_RUN_OUTDATED}
    assert isinstance(approve(proposal.pk, by=second.pk, at=week_later - timedelta(seconds=1)), Approved)


def test_dry_run_is_outdated_by_another_rule_in_between(only_rules_of_june, maker, second):
    later = _face_rule(maker, begins=start_of(date(2022, 6, 20)), face_needed_for_assisted=False)
    _dry_run_of(later)
    earlier = _face_rule(maker, face_needed_for_assisted=False)
    _dry_run_of(earlier)
    assert isinstance(approve(earlier.pk, by=second.pk, at=AT), Approved)
    assert _missing(later, second) == {Missing.DRY_RUN_OUTDATED}
    _dry_run_of(later)
    assert isinstance(approve(later.pk, by=second.pk, at=AT), Approved)


def test_emergency_needs_two_names_and_is_dry_run_afterwards(town, maker, second):
    begins = start_of(date(2022, 6, 9))
    proposal = _face_rule(maker, begins=begins, emergency_reason="Numbers are walked through at night.")
    late = begins - timedelta(hours=5)
    assert _missing(proposal, maker, late) == {Missing.OWN_PROPOSAL}
    assert isinstance(approve(proposal.pk, by=second.pk, at=late), Approved)
    run = dry_run.run_next(clock=lambda: begins)
    assert run is not None
    [children] = unacknowledged(run)
    assert children.shut_out == 6
    acknowledge(run, children, text=TEXT, by=maker.pk, at=begins)
    assert unacknowledged(run) == ()
    assert [given.given_by for given in run.acknowledgements.all()] == [maker]


def test_emergency_begins_in_the_future(only_rules_of_june, maker, second):
    proposal = _face_rule(maker, emergency_reason="Numbers are walked through at night.")
    assert _missing(proposal, second, BEGINS) == {Missing.TOO_LATE}
    assert isinstance(approve(proposal.pk, by=second.pk, at=BEGINS - timedelta(seconds=1)), Approved)


def test_emergency_may_begin_within_the_day(only_rules_of_june, maker, second):
    proposal = _face_rule(maker, begins=AT + timedelta(minutes=30), emergency_reason="It is urgent now.")
    assert isinstance(approve(proposal.pk, by=second.pk, at=AT), Approved)
    assert PolicyRevision.objects.in_force(AT + timedelta(minutes=30)).name == "2022-06-07T10:30"


def test_acknowledgement_says_something_and_belongs_to_the_newest_run(town, maker, second):
    proposal = _face_rule(maker)
    old = _dry_run_of(proposal)
    [children] = unacknowledged(old)
    assert isinstance(acknowledge(old, children, text="  ok  ", by=second.pk, at=AT), NotAcknowledged)
    new = _dry_run_of(proposal, AT + timedelta(hours=1))
    assert isinstance(acknowledge(old, children, text=TEXT, by=second.pk, at=AT), NotAcknowledged)
    assert not isinstance(acknowledge(new, children, text=TEXT, by=second.pk, at=AT), NotAcknowledged)
    assert unacknowledged(new) == ()


def test_withdrawn_proposal_is_not_approved(only_rules_of_june, maker, second):
    proposal = _face_rule(maker, face_needed_for_assisted=False)
    _dry_run_of(proposal)
    withdraw(proposal.pk, by=maker.pk, at=AT)
    proposal.refresh_from_db()
    assert state_of(proposal, at=AT) is State.WITHDRAWN
    assert _missing(proposal, second) == {Missing.NOT_OPEN}
    assert isinstance(withdraw(proposal.pk, by=maker.pk, at=AT), NotOpen)


def test_one_run_waits_for_a_proposal_and_nobody_runs_it_twice(only_rules_of_june, maker):
    proposal = _face_rule(maker)
    assert dry_run.ask_for(proposal, asked_by=maker.pk, at=AT) is not None
    assert dry_run.ask_for(proposal, asked_by=maker.pk, at=AT) is None
    assert dry_run.run_next(clock=lambda: AT) is not None
    assert dry_run.run_next(clock=lambda: AT) is None
    assert dry_run.ask_for(proposal, asked_by=maker.pk, at=AT) is not None


def test_run_that_died_is_run_again_from_its_beginning(town, maker, monkeypatch):
    proposal = _face_rule(maker)
    dry_run.ask_for(proposal, asked_by=maker.pk, at=AT)
    with monkeypatch.context() as dying:
        dying.setattr(dry_run, "Judge", None)
        with pytest.raises(TypeError):
            dry_run.run_next(clock=lambda: AT)
    run = dry_run.run_next(clock=lambda: AT)
    assert run is not None
    assert (run.people, run.percent, DryRun.objects.count()) == (20, 100, 1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_run_one_dry_run_once(town, maker):
    proposal = _face_rule(maker)
    dry_run.ask_for(proposal, asked_by=None, at=AT)
    barrier, ran = threading.Barrier(2), []

    def work() -> None:
        barrier.wait()
        ran.append(dry_run.run_next(clock=lambda: AT))
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len([run for run in ran if run is not None]) == 1
    [run] = proposals.PolicyProposal.objects.get(pk=proposal.pk).dry_runs.all()
    assert sum(group.people for group in run.groups.filter(door="OWN")) == 20
