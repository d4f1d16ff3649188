"""Codes beside answers: who carries one, for how long, and what voids them."""

import threading
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, connections, transaction

from healthcode.facts import OrderKind
from identity.models import Kinship, Person, User
from lookup import access_lock, code_issue
from lookup.admission import Door
from lookup.answer import Answer
from lookup.code_issue import CodeShown, next_code
from lookup.codes import LIFE, NEXT_AFTER, CodeRead, read_code
from lookup.doors import assisted, own, third_party
from lookup.models import Lookup, RotatingCode
from lookup.retention import keep_retention
from lookup.shown_again import show_again
from tests.code_keys import make_entry, make_private_pem, public_pem
from tests.lookup.api.story import AT, BORN_ON, make_child, make_guardian, make_order
from tests.lookup.doors import neighbours
from tests.lookup.doors.neighbours import make_elder, make_neighbour, presented
from tests.makers import make_account, make_document, mark_feeds_read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _feeds_are_fresh(db: None) -> None:
    mark_feeds_read(AT)


def read(code: CodeShown | None) -> CodeRead:
    assert code is not None
    outcome = read_code(code.text, at=code.issued_at)
    assert isinstance(outcome, CodeRead)
    return outcome


def of_guardian(child: Person | None = None) -> tuple[User, Answer]:
    guardian = make_guardian(child or make_child())
    answer = assisted.ask(guardian, make_document(BORN_ON), at=AT)
    assert isinstance(answer, Answer)
    return guardian, answer


def of_neighbour(asker: User | None = None, **fields: Any) -> tuple[User, Answer]:
    asker = asker or make_neighbour()
    answer = neighbours.ask(asker, presented(), **fields)
    assert isinstance(answer, Answer)
    return asker, answer


def test_own_code_carries_a_code_that_says_nothing_of_its_owner() -> None:
    child = make_child()
    owner = make_account(at=AT, person=child)
    answer = own.ask(owner, at=AT)
    assert isinstance(answer, Answer)

    code = next_code(answer, asker_id=owner.id, at=AT)

    row = RotatingCode.objects.get()
    assert read(code) == CodeRead(code_id=row.id, issued_at=AT, expires_at=AT + LIFE)
    assert (row.subject_key, row.asker_id, row.lookup_id) == (child.person_key, owner.id, answer.id)
    assert (row.proof, row.voided_at, row.used_at) == ("OWN", None, None)
    assert code.text not in repr(code)


def test_guardian_and_matched_neighbour_carry_a_code_and_a_stranger_does_not() -> None:
    guardian, kin = of_guardian()
    make_elder()
    neighbour, matched = of_neighbour(make_neighbour("+8613900000003", sequence=6))
    stranger = make_account("+8613900000004", at=AT)
    bare = assisted.ask(stranger, make_document(BORN_ON), at=AT)
    assert isinstance(bare, Answer)

    assert read(next_code(kin, asker_id=guardian.id, at=AT))
    assert read(next_code(matched, asker_id=neighbour.id, at=AT))
    assert next_code(bare, asker_id=stranger.id, at=AT) is None
    assert RotatingCode.objects.count() == 2


def test_answer_about_records_carries_no_code() -> None:
    make_elder()
    neighbour, answer = of_neighbour(door=Door.RECORDS)
    assert next_code(answer, asker_id=neighbour.id, at=AT) is None
    _, other = of_neighbour(neighbour)
    assert read(next_code(other, asker_id=neighbour.id, at=AT))


def test_door_that_is_shut_gives_no_code_and_opens_with_the_face() -> None:
    child = make_child(has_face=False)
    guardian, shut = of_guardian(child)
    assert next_code(shut, asker_id=guardian.id, at=AT) is None
    opened = third_party.ask_as_kin(guardian, child.person_key, at=AT)
    assert opened is not None
    assert read(next_code(opened, asker_id=guardian.id, at=AT))


def test_status_that_is_not_green_carries_a_code_as_well() -> None:
    order = make_order(kind=OrderKind.HOME_ISOLATION)
    guardian, yellow = of_guardian(make_child(facts={"orders": (order,)}))
    assert read(next_code(yellow, asker_id=guardian.id, at=AT))


def test_code_lives_for_a_minute_and_never_longer_than_its_answer() -> None:
    guardian, answer = of_guardian()  # shown for a minute
    first = next_code(answer, asker_id=guardian.id, at=AT)
    later = next_code(answer, asker_id=guardian.id, at=AT + timedelta(seconds=40))

    assert (first.expires_at, first.next_after) == (AT + LIFE, NEXT_AFTER)
    assert (later.expires_at, later.next_after) == (AT + LIFE, timedelta(seconds=20))
    assert next_code(answer, asker_id=guardian.id, at=AT + timedelta(seconds=59)) is not None
    assert next_code(answer, asker_id=guardian.id, at=AT + timedelta(seconds=59.5)) is None
    assert next_code(answer, asker_id=guardian.id, at=AT + timedelta(seconds=60)) is None


def test_result_that_lives_till_midnight_gets_a_new_code_each_time() -> None:
    make_elder()
    neighbour, answer = of_neighbour()
    codes = [next_code(answer, asker_id=neighbour.id, at=AT + timedelta(hours=h)) for h in (0, 1, 13)]
    assert len({read(code).code_id for code in codes}) == 3
    assert {code.expires_at - code.issued_at for code in codes} == {LIFE}


def test_new_code_voids_the_former_of_the_same_asker_about_the_same_person_only() -> None:
    child = make_child()
    guardian, first = of_guardian(child)
    owner = make_account("+8613900000005", at=AT, person=child)
    own_answer = own.ask(owner, at=AT)
    of_owner = read(next_code(own_answer, asker_id=owner.id, at=AT)).code_id
    before = read(next_code(first, asker_id=guardian.id, at=AT)).code_id
    second = assisted.ask(guardian, make_document(BORN_ON), at=AT + timedelta(seconds=5))
    after = read(next_code(second, asker_id=guardian.id, at=AT + timedelta(seconds=5))).code_id

    voided = dict(RotatingCode.objects.values_list("id", "voided_at"))

    assert voided == {of_owner: None, before: AT + timedelta(seconds=5), after: None}


def test_database_lets_no_two_codes_of_one_asker_about_one_person_live() -> None:
    guardian, answer = of_guardian()
    next_code(answer, asker_id=guardian.id, at=AT)
    row = RotatingCode.objects.get()
    row.id = uuid4()
    with pytest.raises(IntegrityError, match="code_voids_the_former"), transaction.atomic():
        row.save(force_insert=True)
    assert read(next_code(answer, asker_id=guardian.id, at=AT))


def test_newer_result_voids_the_code_of_the_former_and_its_own_is_good() -> None:
    make_elder()
    neighbour, first = of_neighbour()
    next_code(first, asker_id=neighbour.id, at=AT)
    _, second = of_neighbour(neighbour)

    assert RotatingCode.objects.get().voided_at == AT
    assert next_code(first, asker_id=neighbour.id, at=AT) is None
    assert read(next_code(second, asker_id=neighbour.id, at=AT))


def test_lock_voids_the_codes_of_strangers_and_not_those_of_kin() -> None:
    elder = make_elder()
    neighbour, answer = of_neighbour()
    owner = make_account("+8613900000005", at=AT, person=elder)
    next_code(answer, asker_id=neighbour.id, at=AT)
    next_code(own.ask(owner, at=AT), asker_id=owner.id, at=AT)

    access_lock.close(owner, about=None, at=AT)

    living = RotatingCode.objects.filter(voided_at=None)
    assert list(living.values_list("proof", flat=True)) == ["OWN"]
    assert not isinstance(show_again(neighbour, answer.id, at=AT), Answer)


def test_end_of_kinship_ends_the_codes() -> None:
    guardian, answer = of_guardian()
    assert isinstance(show_again(guardian, answer.id, at=AT), Answer)
    Kinship.objects.update(withdrawn=True)
    assert not isinstance(show_again(guardian, answer.id, at=AT), Answer)


def test_code_is_given_to_the_asker_of_the_answer_alone() -> None:
    guardian, answer = of_guardian()
    other = make_account("+8613900000004", at=AT)
    assert next_code(answer, asker_id=other.id, at=AT) is None
    assert read(next_code(answer, asker_id=guardian.id, at=AT))


def test_answer_goes_out_without_a_code_when_no_key_can_sign(settings: Any) -> None:
    guardian, answer = of_guardian()
    pem = make_private_pem()
    settings.CODE_KEYS, settings.CODE_SIGNING_KEY = {"a": make_entry(public_pem(pem))}, "a"
    assert next_code(answer, asker_id=guardian.id, at=AT) is None
    settings.CODE_KEYS = {"a": make_entry(pem)}
    assert read(next_code(answer, asker_id=guardian.id, at=AT))


def test_codes_leave_no_audit_row() -> None:
    guardian, answer = of_guardian()
    rows = Lookup.objects.count()
    assert read(next_code(answer, asker_id=guardian.id, at=AT))
    assert Lookup.objects.count() == rows


def test_codes_are_kept_for_seven_days_and_then_forgotten() -> None:
    guardian, answer = of_guardian()
    next_code(answer, asker_id=guardian.id, at=AT)
    due = AT + LIFE + code_issue.KEPT_FOR
    assert keep_retention(at=due).codes == 0
    assert keep_retention(at=due + timedelta(seconds=1)).codes == 1
    assert keep_retention(at=due + timedelta(seconds=1)).codes == 0
    assert not RotatingCode.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_codes_asked_for_at_once_leave_one_that_lives() -> None:
    guardian, answer = of_guardian()
    shown: list[CodeShown | None] = []

    def ask() -> None:
        try:
            shown.append(next_code(answer, asker_id=guardian.id, at=AT))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    connections.close_all()
    assert len({read(code).code_id for code in shown}) == 8
    assert RotatingCode.objects.filter(voided_at=None).count() == 1
