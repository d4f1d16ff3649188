"""The assisted query: open to the guardian, a bare unknown to the stranger, and each within limits."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civil_time import SHANGHAI, next_midnight
from healthcode.facts import Order, OrderKind
from healthcode.verdict import Reason, StatusCode
from identity.models import User
from lookup.admission import Proof
from lookup.answer import Answer
from lookup.budgets import Budget, BudgetSpent
from lookup.doors import assisted
from lookup.doors.assisted import AgeNotServed
from lookup.models import AccessLock, Lookup
from tests.makers import (
    make_account,
    make_document,
    make_facts,
    make_kinship,
    make_person,
    make_summary,
    mark_feeds_read,
)

pytestmark = pytest.mark.django_db

MAY = datetime(2022, 5, 20, 10, 0, tzinfo=SHANGHAI)
JUNE = datetime(2022, 6, 10, 10, 0, tzinfo=SHANGHAI)
ADULT = date(1988, 3, 1)


def make_family(at: datetime, *, child_has_face: bool = False) -> tuple[User, User]:
    """Write the story's child and father; return the accounts of the father and of a stranger."""
    child = make_person(make_document(), at=at, has_face=child_has_face)
    father = make_person(make_document(ADULT), at=at, name="李大明")
    stranger = make_person(make_document(ADULT, sequence=5), at=at, name="王五")
    make_kinship(father, child, at=at)
    make_summary(child.person_key, make_facts(at=at), at=at)
    mark_feeds_read(at)
    return (
        make_account("+8613900000001", at=at, person=father),
        make_account("+8613900000002", at=at, person=stranger),
    )


def ask(asker: User, *, at: datetime, **document: object) -> Answer:
    answer = assisted.ask(asker, make_document(**document), at=at)
    assert isinstance(answer, Answer)
    return answer


def test_ask_tells_the_guardian_green_with_records_in_may() -> None:
    guardian, _ = make_family(MAY)
    answer = ask(guardian, at=MAY)
    assert (answer.status, answer.proof, answer.reasons) == (
        StatusCode.GREEN,
        Proof.KINSHIP,
        (),
    )
    assert answer.closes_after == timedelta(seconds=60)
    assert answer.naat is not None
    assert answer.naat.days == 1


def test_ask_tells_the_guardian_why_it_is_unknown_in_june() -> None:
    guardian, _ = make_family(JUNE)
    answer = ask(guardian, at=JUNE)
    assert answer.status is StatusCode.UNKNOWN
    assert answer.reasons[0] is Reason.NO_FACE_REFERENCE
    assert answer.naat is not None
    assert answer.naat.days == 1


def test_ask_tells_a_stranger_green_and_the_masked_name_in_may() -> None:
    _, stranger = make_family(MAY)
    answer = ask(stranger, at=MAY)
    assert (answer.status, answer.proof, answer.subject_name) == (StatusCode.GREEN, Proof.NONE, "李*")
    assert answer.closes_after == timedelta(seconds=10)
    assert (answer.naat, answer.vaccination, answer.reasons, answer.data) == (None, None, (), None)


def test_ask_tells_a_stranger_the_same_unknown_for_a_shut_door_and_a_number_in_no_record() -> None:
    _, stranger = make_family(JUNE)
    shut = ask(stranger, at=JUNE)
    nobody = ask(stranger, at=JUNE, sequence=77)
    assert shut.status is StatusCode.UNKNOWN
    assert replace(shut, id=nobody.id) == nobody


def test_ask_runs_the_same_statements_for_a_shut_door_and_a_number_in_no_record() -> None:
    _, stranger = make_family(JUNE)
    ask(stranger, at=JUNE, sequence=50)  # the first call of a process may warm something up
    with CaptureQueriesContext(
        connection,
    ) as shut:
        ask(stranger, at=JUNE)
    with CaptureQueriesContext(connection) as nobody:
        ask(stranger, at=JUNE, sequence=77)
    assert [query["sql"][:30] for query in shut] == [query["sql"][:30] for query in nobody]


def test_ask_writes_the_true_cause_to_the_audit_and_no_identity() -> None:
    _, stranger = make_family(JUNE)
    answer = ask(stranger, at=JUNE)
    row = Lookup.objects.get(id=answer.id)
    assert (row.status, row.shown_status) == (StatusCode.UNKNOWN, StatusCode.UNKNOWN)
    assert row.reasons[0] == Reason.NO_FACE_REFERENCE
    assert row.asked_on == JUNE.date()
    stored = f"{row.facts}{row.standing}"
    assert len(stored) < 220
    assert make_document().number not in stored
    assert "李" not in stored


def test_ask_reads_yellow_as_the_bare_unknown_to_a_stranger_and_as_yellow_to_kin() -> None:
    at = MAY
    guardian, stranger = make_family(at)
    order = Order(
        kind=OrderKind.HOME_ISOLATION,
        authority="Community",
        reference="C-1",
        contact="010",
        in_force_from=at - timedelta(days=1),
        in_force_until=at + timedelta(days=3),
    )
    sibling = make_person(make_document(sequence=3), at=at)
    make_kinship(guardian.person, sibling, at=at)
    make_summary(sibling.person_key, make_facts(at=at, orders=(order,)), at=at)
    assert ask(guardian, at=at, sequence=3).status is StatusCode.YELLOW
    assert ask(stranger, at=at, sequence=3).status is StatusCode.UNKNOWN
    assert Lookup.objects.get(shown_status=StatusCode.UNKNOWN).status == StatusCode.YELLOW


def test_ask_lets_a_lock_bind_the_stranger_and_never_the_guardian() -> None:
    guardian, stranger = make_family(MAY)
    AccessLock.objects.create(
        subject_key=guardian.person.wards.get().ward_id, locked_at=MAY, locked_by=guardian
    )
    assert ask(stranger, at=MAY).status is StatusCode.UNKNOWN
    assert ask(guardian, at=MAY).status is StatusCode.GREEN


def test_ask_refuses_an_age_between_17_and_59_before_any_look_up() -> None:
    _, stranger = make_family(MAY)
    assert isinstance(assisted.ask(stranger, make_document(ADULT), at=MAY), AgeNotServed)
    assert not Lookup.objects.exists()
    assert ask(stranger, at=MAY).status is StatusCode.GREEN


def test_ask_ends_kinship_on_the_18th_birthday_and_serves_no_grown_up_child() -> None:
    born_on = date(2004, 5, 21)
    child = make_person(make_document(born_on), at=MAY)
    parent = make_person(make_document(ADULT), at=MAY)
    kinship = make_kinship(parent, child, at=MAY)
    eve, birthday = MAY, MAY + timedelta(days=1)
    rows = type(kinship).objects
    assert rows.in_force(eve).between(parent.person_key, child.person_key).exists()
    assert not rows.in_force(birthday).between(parent.person_key, child.person_key).exists()


def test_ask_gives_the_own_proof_for_the_own_number() -> None:
    elder = make_person(make_document(date(1950, 1, 1)), at=MAY)
    mark_feeds_read(MAY)
    answer = assisted.ask(make_account(at=MAY, person=elder), make_document(date(1950, 1, 1)), at=MAY)
    assert isinstance(answer, Answer)
    assert answer.proof is Proof.OWN


def test_ask_stops_a_stranger_after_ten_failures_until_midnight_and_never_the_guardian() -> None:
    guardian, stranger = make_family(JUNE)
    for sequence in range(100, 110):
        assert ask(stranger, at=JUNE, sequence=sequence).status is StatusCode.UNKNOWN
    refused = assisted.ask(stranger, make_document(sequence=110), at=JUNE)
    assert refused == BudgetSpent(budget=Budget.FAILURES, again_at=next_midnight(JUNE))
    assert Lookup.objects.filter(outcome=Lookup.Outcome.REFUSED, refusal=Budget.FAILURES).count() == 1
    assert ask(guardian, at=JUNE).proof is Proof.KINSHIP
    tomorrow = next_midnight(JUNE)
    assert ask(stranger, at=tomorrow, sequence=110).status is StatusCode.UNKNOWN


def test_ask_stops_a_stranger_at_the_21st_subject_of_a_day_and_not_at_a_known_one() -> None:
    _, stranger = make_family(MAY)
    documents = [make_document(date(2019, 1, 1 + n)) for n in range(21)]
    for document in documents:
        person = make_person(document, at=MAY)
        make_summary(person.person_key, make_facts(at=MAY), at=MAY)
    for document in documents[:20]:
        assert isinstance(assisted.ask(stranger, document, at=MAY), Answer)
    refused = assisted.ask(stranger, documents[20], at=MAY)
    assert isinstance(refused, BudgetSpent)
    assert refused.budget is Budget.ASSISTED_SUBJECTS
    assert isinstance(assisted.ask(stranger, documents[0], at=MAY), Answer)


def test_ask_stops_every_stranger_after_twenty_failing_numbers_of_a_prefix_and_no_guardian() -> None:
    guardian, _ = make_family(JUNE)
    askers = [make_account(f"+861390000010{n}", at=JUNE) for n in range(3)]
    for number in range(20):
        assert ask(askers[number // 10], at=JUNE, sequence=200 + number).status is StatusCode.UNKNOWN
    refused = assisted.ask(askers[2], make_document(sequence=220), at=JUNE)
    assert isinstance(refused, BudgetSpent)
    assert refused.budget is Budget.PREFIX
    assert ask(guardian, at=JUNE).reasons[0] is Reason.NO_FACE_REFERENCE
    assert ask(askers[2], at=JUNE, born_on=date(2018, 1, 1)).status is StatusCode.UNKNOWN


def test_ask_refuses_to_answer_before_the_first_policy() -> None:
    _, stranger = make_family(MAY)
    with pytest.raises(LookupError):
        assisted.ask(stranger, make_document(), at=datetime(2022, 4, 29, 23, 59, tzinfo=SHANGHAI))
    assert not Lookup.objects.exists()
