"""The lock, through real doors: whom it shuts out, whom never, and who may set it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from healthcode.verdict import EntryVerdict, Reason, StatusCode
from identity.models import Kinship, Notice, Person, User
from lookup import access_lock
from lookup.access_lock import LockState
from lookup.admission import Door, Proof
from lookup.answer import Answer, Check
from lookup.doors import assisted, own
from lookup.models import AccessLock, Lookup
from lookup.own_people import AccountWithoutPerson, NotYours
from lookup.shown_again import Closed, show_again
from tests import gates
from tests.lookup.doors.neighbours import ADULT, AT, ELDER, ask, make_elder, make_neighbour, presented
from tests.makers import (
    make_account,
    make_device_key,
    make_document,
    make_kinship,
    make_person,
    mark_feeds_read,
)

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def make_carer(elder: Person, mobile: str = "+8613900000008", *, sequence: int = 8) -> tuple[User, UUID]:
    """Write somebody who cares for the elder; return the account and the kinship's id."""
    carer = make_person(make_document(ADULT, sequence=sequence), at=AT, name="钱一")
    kinship = make_kinship(carer, elder, at=AT, kind=Kinship.Kind.CARER)
    return make_account(mobile, at=AT, person=carer), kinship.id


def make_registered_elder() -> Person:
    mark_feeds_read(AT)
    return make_elder(registered_at=AT - timedelta(days=30))


def close(user: User, about: UUID | None = None) -> LockState:
    state = access_lock.close(user, about=about, at=AT)
    assert isinstance(state, LockState)
    return state


def _assisted(asker: User) -> object:
    return assisted.ask(asker, ELDER, at=AT)


def _third_party(asker: User) -> object:
    return ask(asker, presented(), door=Door.THIRD_PARTY)


def _records(asker: User) -> object:
    return ask(asker, presented(), door=Door.RECORDS)


DOORS: dict[str, Callable[[User], object]] = {
    "assisted": _assisted,
    "third party": _third_party,
    "records": _records,
}


@pytest.mark.parametrize("door", DOORS)
def test_lock_shuts_out_a_stranger_at_once_and_lets_in_again_when_opened(door: str) -> None:
    carer, kinship_id = make_carer(make_registered_elder())
    neighbour = make_neighbour()

    before = DOORS[door](neighbour)
    close(carer, kinship_id)
    during = DOORS[door](neighbour)
    assert isinstance(access_lock.open_again(carer, about=kinship_id, at=AT), LockState)
    after = DOORS[door](neighbour)

    for answer in (before, during, after):
        assert isinstance(answer, Answer)
    assert [answer.status for answer in (before, during, after)] == [
        StatusCode.GREEN,
        StatusCode.UNKNOWN,
        StatusCode.GREEN,
    ]
    assert (during.proof, during.subject_name, during.reasons) == (Proof.NONE, None, ())
    row = Lookup.objects.get(id=during.id)
    assert row.reasons[0] == Reason.LOCKED_BY_SUBJECT


@pytest.mark.parametrize("door", DOORS)
def test_lock_never_shuts_out_a_guardian(door: str) -> None:
    elder = make_registered_elder()
    carer, kinship_id = make_carer(elder)
    other_carer, _ = make_carer(elder, "+8613900000018", sequence=18)
    close(carer, kinship_id)
    for guardian in (carer, other_carer):
        answer = DOORS[door](guardian)
        assert isinstance(answer, Answer)
        assert (answer.proof, answer.status) == (Proof.KINSHIP, StatusCode.GREEN)


def test_lock_shuts_out_a_guardian_whose_kinship_is_over() -> None:
    elder = make_registered_elder()
    carer, kinship_id = make_carer(elder)
    close(carer, kinship_id)
    assert _status(_assisted(carer)) is StatusCode.GREEN
    Kinship.objects.filter(id=kinship_id).update(in_force_until=AT)
    assert _status(_assisted(carer)) is StatusCode.UNKNOWN


def test_lock_never_shuts_out_a_gate() -> None:
    carer, kinship_id = make_carer(make_registered_elder())
    device, _ = make_device_key()
    close(carer, kinship_id)
    check = gates.check(device, ELDER, at=AT)
    assert isinstance(check, Check)
    assert (check.verdict, check.status) == (EntryVerdict.PASS, StatusCode.GREEN)


def test_lock_never_shuts_out_the_own_code() -> None:
    subject = make_account("+8613900000006", at=AT, person=make_registered_elder())
    close(subject)
    assert _status(own.ask(subject, at=AT)) is StatusCode.GREEN
    assert _status(_third_party(subject)) is StatusCode.GREEN


def test_lock_closes_a_result_that_a_stranger_holds_already() -> None:
    carer, kinship_id = make_carer(make_registered_elder())
    neighbour = make_neighbour()
    answer = _third_party(neighbour)
    assert isinstance(answer, Answer)
    assert isinstance(show_again(neighbour, answer.id, at=AT + MINUTE), Answer)
    close(carer, kinship_id)
    assert isinstance(show_again(neighbour, answer.id, at=AT + MINUTE), Closed)


def test_close_and_open_again_change_nothing_when_it_is_so_already() -> None:
    elder = make_registered_elder()
    carer, kinship_id = make_carer(elder)
    other_carer, other_id = make_carer(elder, "+8613900000018", sequence=18)
    first = close(carer, kinship_id)
    again = access_lock.close(other_carer, about=other_id, at=AT + MINUTE)
    assert isinstance(again, LockState)
    assert (first.locked_at, first.is_by_you) == (AT, True)
    assert (again.locked_at, again.is_by_you) == (AT, False)
    for _ in range(2):
        opened = access_lock.open_again(other_carer, about=other_id, at=AT)
        assert isinstance(opened, LockState)
        assert (opened.is_locked, opened.locked_at, opened.is_by_you) == (False, None, False)
    told = Notice.objects.order_by("id").values_list("recipient_id", "kind")
    assert list(told) == [
        (other_carer.id, Notice.Kind.LOCK_CLOSED),
        (carer.id, Notice.Kind.LOCK_OPENED),
    ]


def test_close_tells_the_subject_and_the_other_guardians_and_not_who_did_it() -> None:
    elder = make_registered_elder()
    subject = make_account("+8613900000006", at=AT, person=elder)
    carer, kinship_id = make_carer(elder)
    other_carer, _ = make_carer(elder, "+8613900000018", sequence=18)
    close(carer, kinship_id)
    told = Notice.objects.filter(kind=Notice.Kind.LOCK_CLOSED, subject_key=elder.person_key)
    assert {notice.recipient_id for notice in told} == {subject.id, other_carer.id}


def test_close_is_refused_to_whoever_is_no_guardian_and_done_for_one() -> None:
    elder = make_registered_elder()
    carer, kinship_id = make_carer(elder)
    stranger = make_neighbour()
    for act in (access_lock.close, access_lock.open_again):
        assert act(stranger, about=kinship_id, at=AT) == NotYours()
        assert act(stranger, about=elder.person_key, at=AT) == NotYours()
        assert act(make_account(f"+861390000003{len(act.__name__) % 10}", at=AT), about=None, at=AT) == (
            AccountWithoutPerson()
        )
    assert not AccessLock.objects.exists()
    assert close(carer, kinship_id).is_locked
    assert access_lock.open_again(stranger, about=kinship_id, at=AT) == NotYours()
    assert AccessLock.objects.filter(subject_key=elder.person_key).exists()


def test_close_is_the_guardian_s_until_the_last_instant_of_the_kinship() -> None:
    carer, kinship_id = make_carer(make_registered_elder())
    Kinship.objects.filter(id=kinship_id).update(in_force_until=AT + MINUTE)
    assert isinstance(
        access_lock.close(carer, about=kinship_id, at=AT + MINUTE - timedelta.resolution), LockState
    )
    assert access_lock.open_again(carer, about=kinship_id, at=AT + MINUTE) == NotYours()


def test_state_lists_the_account_itself_and_each_ward_once() -> None:
    elder = make_registered_elder()
    carer, kinship_id = make_carer(elder)
    assert carer.person is not None
    make_kinship(carer.person, elder, at=AT, record_id="K-claimed", kind=Kinship.Kind.CARER)
    before = access_lock.state_of(carer, at=AT)
    close(carer, kinship_id)
    after = access_lock.state_of(carer, at=AT)
    assert not isinstance(before, AccountWithoutPerson)
    assert not isinstance(after, AccountWithoutPerson)
    assert [(s.person.kinship_id, s.person.name, s.is_locked) for s in before] == [
        (None, "钱*", False),
        (kinship_id, "赵*", False),
    ]
    assert [(s.is_locked, s.locked_at, s.is_by_you) for s in after] == [
        (False, None, False),
        (True, AT, True),
    ]


def test_state_is_nobody_s_for_an_account_without_a_person() -> None:
    assert access_lock.state_of(make_account(at=AT), at=AT) == AccountWithoutPerson()


@pytest.mark.django_db(transaction=True)
def test_close_and_open_again_at_the_same_moment_leave_one_state() -> None:
    elder = make_registered_elder()
    carer, kinship_id = make_carer(elder)

    def change(turn: int) -> object:
        act = access_lock.open_again if turn % 2 else access_lock.close
        try:
            return act(carer, about=kinship_id, at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        states = list(pool.map(change, range(40)))
    assert all(isinstance(state, LockState) for state in states)
    assert close(carer, kinship_id).is_locked
    assert AccessLock.objects.count() == 1


def _status(answer: object) -> StatusCode:
    assert isinstance(answer, Answer)
    return answer.status
