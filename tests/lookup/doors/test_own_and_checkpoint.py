"""The own code and the check at a gate: two doors, one verdict."""

from datetime import date, datetime, timedelta

import pytest

from civil_time import SHANGHAI
from healthcode.verdict import EntryVerdict, StatusCode
from lookup.admission import Door, Proof
from lookup.answer import AgeBand, Answer
from lookup.doors import own, staff
from lookup.doors.own import NotVerified
from lookup.models import Lookup
from tests import gates
from tests.makers import (
    make_account,
    make_device_key,
    make_document,
    make_facts,
    make_person,
    make_summary,
    mark_feeds_read,
)

pytestmark = pytest.mark.django_db

AT = datetime(2022, 6, 10, 10, 0, tzinfo=SHANGHAI)


def make_known(born_on: date = date(2019, 6, 15), *, has_face: bool = True):
    person = make_person(make_document(born_on), at=AT, has_face=has_face)
    make_summary(person.person_key, make_facts(born_on, at=AT), at=AT)
    mark_feeds_read(AT)
    return person


def test_own_answers_a_verified_account_with_everything() -> None:
    account = make_account(at=AT, person=make_known(date(1988, 3, 1)))
    answer = own.ask(account, at=AT)
    assert isinstance(answer, Answer)
    assert (answer.status, answer.door, answer.proof) == (StatusCode.GREEN, Door.OWN, Proof.OWN)
    assert answer.subject_name == "李*"
    assert Lookup.objects.get(id=answer.id).subject_key == account.person_id


def test_own_refuses_an_account_that_has_proved_no_identity() -> None:
    assert isinstance(own.ask(make_account(at=AT), at=AT), NotVerified)
    assert not Lookup.objects.exists()


def test_checkpoint_lets_the_child_without_a_card_pass_on_the_day_of_the_unknown() -> None:
    make_known(has_face=False)
    device, _ = make_device_key()
    check = gates.check(device, make_document(), at=AT)
    assert (check.verdict, check.status) == (EntryVerdict.PASS, StatusCode.GREEN)
    assert (check.subject_name, check.age_band) == ("李*", AgeBand.CHILD)
    row = Lookup.objects.get(id=check.id)
    assert (row.door, row.device_id, row.asker_id) == (Door.CHECKPOINT, device.id, None)
    assert row.shown_status == StatusCode.GREEN


def test_checkpoint_leaves_a_number_in_no_record_to_a_human() -> None:
    mark_feeds_read(AT)
    device, _ = make_device_key()
    check = gates.check(device, make_document(sequence=9), at=AT)
    assert (check.verdict, check.status, check.subject_name) == (
        EntryVerdict.MANUAL,
        StatusCode.UNKNOWN,
        None,
    )


def test_checkpoint_calls_a_person_the_same_at_one_site_and_differently_at_another() -> None:
    make_known()
    school, _ = make_device_key()
    second_gate, _ = make_device_key(label="Gate 2")
    mall, _ = make_device_key(site="Mall")
    pseudonyms = [
        gates.check(device, make_document(), at=AT).pseudonym for device in (school, second_gate, mall)
    ]
    assert pseudonyms[0] == pseudonyms[1]
    assert pseudonyms[0] != pseudonyms[2]
    assert pseudonyms[0] is not None
    assert len(pseudonyms[0]) == 16


def test_checkpoint_turns_nobody_adverse_because_the_feeds_are_late() -> None:
    make_known()
    device, _ = make_device_key()
    late = AT + timedelta(hours=7)
    check = gates.check(device, make_document(), at=late)
    assert (check.verdict, check.status, check.data_fresh) == (EntryVerdict.MANUAL, StatusCode.GREEN, False)


def test_staff_leaves_a_row_when_a_file_is_opened() -> None:
    person = make_known()
    colleague = make_account(at=AT, is_staff=True, staff_name="Wang")
    row = staff.open_file(colleague, person.person_key, at=AT)
    stored = Lookup.objects.get(id=row.id)
    assert (stored.door, stored.asker_id, stored.subject_key) == (Door.ADMIN, colleague.id, person.person_key)
