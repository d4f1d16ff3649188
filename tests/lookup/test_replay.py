"""A past decision beside the one of today: what has changed, and which of the changes is the reason."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from civil_time import start_of
from healthcode.verdict import Reason, StatusCode
from identity.models import Person
from lookup.admission import Door, FaceStep, Proof
from lookup.doors import assisted
from lookup.models import Lookup, PolicyRevision
from lookup.replay import Cause, NothingDecided, Replay, replay
from records.models import Source, Summary
from tests import gates
from tests.makers import (
    make_account,
    make_device_key,
    make_document,
    make_facts,
    make_kinship,
    make_person,
    make_staff,
    make_summary,
    mark_feeds_read,
)

NO_SUCH_ID = "01a20b45-ffd9-75ab-9643-65c2c7c1597c"

pytestmark = pytest.mark.django_db

CHILD = make_document(date(2015, 3, 8))


@pytest.fixture
def child(at) -> Person:
    mark_feeds_read(at)
    person = make_person(CHILD, at=at, has_face=False)
    make_summary(person.person_key, make_facts(at=at), at=at)
    return person


@pytest.fixture
def father(at, child):
    person = make_person(make_document(date(1985, 9, 2)), at=at, name="李大明")
    make_kinship(person, child, at=at)
    return make_account(at=at, person=person)


def _ask(asker, at) -> Lookup:
    mark_feeds_read(at)
    return Lookup.objects.with_id(assisted.ask(asker, CHILD, at=at).id).get()


def _replayed(row, at) -> Replay:
    mark_feeds_read(at)
    shown = replay(row, at=at)
    assert isinstance(shown, Replay)
    return shown


def _causes(shown: Replay) -> dict[Cause, tuple[Reason, ...]]:
    return {change.cause: change.explains for change in shown.changes if change.decides}


def test_replay_says_the_same_and_no_cause_when_nothing_has_changed(at, father):
    shown = _replayed(_ask(father, at), at)
    assert shown.is_reproduced
    assert not shown.differs
    assert shown.changes == ()


def test_replay_names_the_policy_when_the_rule_of_june_has_come(at, father, child):
    row = _ask(father, at)
    before, after = start_of(at.date().replace(month=6, day=8)), start_of(at.date().replace(month=6, day=9))
    # With a test of the day before each, so that nothing but the rule is other.
    for now in (before, after):
        Summary.objects.filter(person_key=child.person_key).delete()
        make_summary(child.person_key, make_facts(at=now), at=now)
        shown = _replayed(row, now)
        assert shown.then.said.status is StatusCode.GREEN
        expected = StatusCode.GREEN if now == before else StatusCode.UNKNOWN
        assert shown.today.said.status is expected
    assert _causes(shown) == {Cause.POLICY: (Reason.NO_FACE_REFERENCE,)}
    [policy] = [change for change in shown.changes if change.cause is Cause.POLICY]
    assert "face_needed_for_assisted" in policy.details
    assert policy.otherwise.status is StatusCode.GREEN


def test_replay_names_the_standing_when_the_card_has_come(at, father, child):
    june = start_of(at.date().replace(month=6, day=10)) + timedelta(hours=10)
    Summary.objects.all().delete()
    make_summary(child.person_key, make_facts(at=june), at=june)
    row = _ask(father, june)
    Person.objects.filter(person_key=child.person_key).update(
        card_issued_on=june.date(), face_reference="stub-face:test"
    )
    shown = _replayed(row, june + timedelta(hours=2))
    assert (shown.then.said.status, shown.today.said.status) == (StatusCode.UNKNOWN, StatusCode.GREEN)
    assert _causes(shown) == {Cause.STANDING: (Reason.NO_FACE_REFERENCE,)}
    [standing] = [change for change in shown.changes if change.cause is Cause.STANDING]
    assert standing.details == ("has_face_reference",)


def test_replay_names_the_tests_when_one_was_corrected(at, father, child):
    row = _ask(father, at)
    Summary.objects.filter(person_key=child.person_key).update(naats=[])
    shown = _replayed(row, at + timedelta(minutes=5))
    assert _causes(shown) == {Cause.TESTS: (Reason.NAAT_MISSING,)}
    assert shown.then.decision.verdict.naat.days is not None


def test_replay_names_time_when_a_test_has_grown_old(at, father):
    row = _ask(father, at)
    shown = _replayed(row, at + timedelta(days=8))
    assert Reason.NAAT_OVERDUE in _causes(shown)[Cause.TIME]
    assert Cause.TESTS not in _causes(shown)


def test_replay_names_the_ages_of_the_data_when_a_source_fell_silent(at, father):
    row = _ask(father, at)
    Source.objects.update(as_of=None)
    shown = replay(row, at=at + timedelta(minutes=1))
    assert _causes(shown)[Cause.FEED_AGES] == (Reason.ORDERS_NEVER_READ, Reason.SOURCE_STALE)


def test_replay_names_the_proof_when_a_kinship_has_ended(at, father, child):
    june = start_of(at.date().replace(month=6, day=10)) + timedelta(hours=10)
    row = _ask(father, june)
    father.person.wards.update(withdrawn=True)
    shown = _replayed(row, june + timedelta(minutes=1))
    assert (shown.then.proof, shown.today.proof) == (Proof.KINSHIP, Proof.NONE)
    changed = {change.cause for change in shown.changes}
    assert Cause.PROOF in changed
    # And with kinship it stays what it was.
    father.person.wards.update(withdrawn=False)
    assert _replayed(row, june + timedelta(minutes=1)).today.proof is Proof.KINSHIP


def test_replay_of_a_gate_shows_what_the_gate_was_told(at, child):
    device, _key = make_device_key()
    told = gates.check(device, CHILD, at=at)
    shown = _replayed(Lookup.objects.with_id(told.id).get(), at)
    assert shown.is_reproduced
    assert shown.then.said.shown_status is told.status is StatusCode.GREEN


def test_replay_of_a_face_before_a_lock_keeps_what_was_proved(at, child):
    row = _ask(make_account(at=at), at)
    row.door, row.face_step = Door.THIRD_PARTY, FaceStep.MATCHED
    shown = _replayed(row, at)
    assert shown.today.proof is Proof.FACE_MATCHED
    row.face_step = FaceStep.FACE_DIFFERS
    assert _replayed(row, at).today.proof is Proof.NONE


def test_replay_says_so_when_the_audit_holds_something_else(at, father):
    row = _ask(father, at)
    row.reasons = ["LOCKED_BY_SUBJECT"]
    shown = _replayed(row, at)
    assert not shown.is_reproduced
    row.reasons = []
    row.rules = "0"
    assert _replayed(row, at).rules_have_changed


def test_replay_of_a_refusal_has_nothing_to_repeat(at, father):
    row = _refused(_ask(father, at))
    assert replay(row, at=at) == NothingDecided(outcome=Lookup.Outcome.REFUSED, refusal="FAILURES")


def _refused(row: Lookup) -> Lookup:
    row.facts = row.standing = None
    row.outcome, row.refusal = Lookup.Outcome.REFUSED, "FAILURES"
    return row


def _printed(*args: str) -> str:
    out = StringIO()
    call_command("replay", *args, stdout=out)
    return out.getvalue()


def test_command_prints_then_and_today_and_leaves_an_audit_row(at, father, child, time_machine):
    row = _ask(father, at)
    colleague = make_staff(at=at)
    Summary.objects.filter(person_key=child.person_key).update(naats=[])
    mark_feeds_read(at)
    time_machine.move_to(at, tick=False)
    printed = _printed(str(row.id), "--staff", colleague.staff_name)
    assert "the same as in the audit" in printed
    assert "TESTS; without it: GREEN" in printed
    opened = Lookup.objects.get(door=Door.ADMIN)
    assert (opened.subject_key, opened.asker_id) == (child.person_key, colleague.id)
    assert all(secret not in printed for secret in (CHILD.number, "李小明", str(child.person_key)))


def test_command_without_a_name_leaves_an_audit_row_of_the_server(at, father, child, time_machine):
    row = _ask(father, at)
    time_machine.move_to(at, tick=False)
    assert "Nothing that is told has changed." in _printed(str(row.id))
    assert Lookup.objects.get(door=Door.ADMIN).asker_id is None


@pytest.mark.parametrize("lookup_id", ["nonsense", NO_SUCH_ID, "22f8a0e3-5172-40b3-8a88-abb2e9da8de3"])
def test_command_says_so_when_there_is_no_such_look_up(lookup_id):
    with pytest.raises(CommandError):
        _printed(lookup_id)
    assert not Lookup.objects.exists()


def test_command_wants_a_colleague_who_exists(at, father, time_machine):
    row = _ask(father, at)
    time_machine.move_to(at, tick=False)
    with pytest.raises(CommandError):
        _printed(str(row.id), "--staff", "Nobody")
    assert not Lookup.objects.filter(door=Door.ADMIN).exists()
    make_staff(at=at)
    assert _printed(str(row.id), "--staff", "Staff 90")


def test_replay_finds_the_policy_of_then_by_name_after_newer_ones(at, father):
    row = _ask(father, at)
    newest = PolicyRevision.objects.order_by("-in_force_from").first()
    newest.pk, newest.name, newest.in_force_from = None, "newer", at + timedelta(minutes=1)
    newest.save(force_insert=True)
    shown = _replayed(row, at + timedelta(minutes=2))
    assert (shown.then.policy.name, shown.today.policy.name) == ("2022-05-05", "newer")
    assert shown.is_reproduced
