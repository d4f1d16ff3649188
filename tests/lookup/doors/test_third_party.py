"""The third-party query: a face opens it to a neighbour, kinship to a guardian, and nothing else does."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from civil_time import next_midnight
from demo.portraits import Age
from healthcode.facts import Order, OrderKind
from healthcode.verdict import StatusCode
from identity.face_match import PictureProblem, UnreadablePicture
from identity.models import Kinship, Notice, Person, User
from lookup import consents
from lookup.admission import Door, FaceStep, Proof
from lookup.answer import Answer
from lookup.budgets import Budget, BudgetSpent
from lookup.doors import assisted, third_party
from lookup.doors.face_checked import AskerNotVerified, ConsentNeeded, PhotoNeeded, Presented
from lookup.models import AccessLock, Lookup
from lookup.shown_again import Closed, show_again
from tests.faces import face_reference, portrait
from tests.lookup.doors.neighbours import (
    AT,
    ELDER,
    FAILURES,
    ask,
    make_elder,
    make_neighbour,
    presented,
)
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


def answered(outcome: object) -> Answer:
    assert isinstance(outcome, Answer)
    return outcome


def make_father(child: Person) -> User:
    father = make_person(make_document(date(1988, 3, 1), sequence=9), at=AT, name="李大明")
    make_kinship(father, child, at=AT)
    return make_account("+8613900000001", at=AT, person=father)


def test_ask_answers_a_neighbour_beside_whom_the_elder_stands() -> None:
    mark_feeds_read(AT)
    make_elder()
    answer = answered(ask(make_neighbour(), presented()))
    assert (answer.status, answer.proof) == (StatusCode.GREEN, Proof.FACE_MATCHED)
    assert answer.subject_name == "赵*"
    assert answer.naat is not None
    assert (answer.naat.days, answer.naat.history) == (1, ())
    assert answer.vaccination is not None
    assert answer.reasons == ()
    assert answer.closes_at == next_midnight(AT)


@pytest.mark.parametrize("cause", FAILURES)
def test_ask_answers_every_failure_with_the_same_bare_unknown(cause: str) -> None:
    what = FAILURES[cause]()
    mark_feeds_read(AT)
    answer = answered(ask(make_neighbour(), what))
    bare = replace(answer, id=answered(ask(make_neighbour("+8613900000003", sequence=6), what)).id)
    assert bare == Answer(
        id=bare.id,
        asked_at=AT,
        door=Door.THIRD_PARTY,
        proof=Proof.NONE,
        status=StatusCode.UNKNOWN,
        policy=bare.policy,
        closes_after=timedelta(seconds=10),
    )
    assert not Person.objects.filter(registered_at=AT).exists()
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("cause", "face_step", "reasons"),
    [
        ("number in no record", "NO_PERSON", ["NOT_IN_REGISTRY"]),
        ("wrong name", "NAME_DIFFERS", []),
        ("wrong face", "FACE_DIFFERS", []),
        ("no face on file", "NO_REFERENCE", []),
        ("locked", "MATCHED", ["LOCKED_BY_SUBJECT"]),
        ("dead", "MATCHED", ["DECEASED"]),
        ("withdrawn", "NO_PERSON", ["NOT_IN_REGISTRY"]),
    ],
)
def test_ask_writes_the_true_cause_of_a_failure_into_the_audit(
    cause: str, face_step: str, reasons: list[str]
) -> None:
    what = FAILURES[cause]()
    mark_feeds_read(AT)
    row = Lookup.objects.get(id=answered(ask(make_neighbour(), what)).id)
    assert (row.proof, row.shown_status) == (Proof.NONE, StatusCode.UNKNOWN)
    assert (row.face_step, row.reasons[: len(reasons)]) == (face_step, reasons)


def test_ask_shows_a_matched_neighbour_yellow_without_the_reason() -> None:
    mark_feeds_read(AT)
    order = Order(
        kind=OrderKind.HOME_ISOLATION,
        authority="Center A",
        reference="A-1",
        contact="010-1",
        in_force_from=AT - timedelta(days=1),
        in_force_until=AT + timedelta(days=6),
    )
    make_elder(facts={"orders": (order,)})
    answer = answered(ask(make_neighbour(), presented()))
    assert (answer.status, answer.reasons, answer.orders) == (StatusCode.YELLOW, (), ())


def test_ask_registers_an_elder_so_that_the_assisted_query_answers_from_tomorrow() -> None:
    mark_feeds_read(AT)
    make_elder()
    neighbour = make_neighbour()
    assert answered(assisted.ask(neighbour, ELDER, at=AT)).status is StatusCode.UNKNOWN
    answered(ask(neighbour, presented()))
    assert answered(assisted.ask(neighbour, ELDER, at=AT)).status is StatusCode.UNKNOWN
    assert answered(assisted.ask(neighbour, ELDER, at=next_midnight(AT))).status is StatusCode.GREEN


def test_ask_tells_the_subject_and_guardians_of_an_answered_query_alone() -> None:
    mark_feeds_read(AT)
    elder = make_elder()
    daughter = make_father(elder)
    Kinship.objects.update(kind=Kinship.Kind.CARER)
    own = make_account("+8613900000004", at=AT, person=elder)
    answered(ask(make_neighbour(), presented(name="赵得山")))
    assert not Notice.objects.exists()
    answered(ask(make_neighbour("+8613900000003", sequence=6), presented()))
    told = Notice.objects.values_list("recipient_id", "kind")
    assert set(told) == {
        (own.id, Notice.Kind.THIRD_PARTY_ANSWERED),
        (daughter.id, Notice.Kind.THIRD_PARTY_ANSWERED),
    }


@pytest.mark.parametrize(
    ("born_on", "step"),
    [
        (date(2006, 6, 11), FaceStep.PORTRAIT),  # 15, tomorrow 16
        (date(2006, 6, 10), FaceStep.NO_REFERENCE),  # 16 today
        (date(1951, 6, 11), FaceStep.NO_REFERENCE),  # 70
        (date(1951, 6, 10), FaceStep.PORTRAIT),  # 71 today
    ],
)
def test_ask_takes_a_portrait_from_kin_under_16_and_from_71(born_on: date, step: FaceStep) -> None:
    mark_feeds_read(AT)
    document = make_document(born_on, sequence=3)
    ward = make_person(document, at=AT, has_face=False)
    make_summary(ward.person_key, make_facts(born_on, at=AT), at=AT)
    father = make_father(ward)
    Kinship.objects.update(kind=Kinship.Kind.CARER)
    what = Presented(document=document, name="李小明", photo=portrait("ward", age=Age.CHILD))
    answer = answered(ask(father, what))
    assert (answer.status, answer.proof, answer.face_step) == (StatusCode.GREEN, Proof.KINSHIP, step)


def test_ask_answers_kin_who_decline_the_photo_and_nobody_else() -> None:
    mark_feeds_read(AT)
    child = make_person(at=AT, has_face=False, registered_at=None)
    make_summary(child.person_key, make_facts(at=AT), at=AT)
    without_photo = Presented(document=make_document(), name="李小明")
    answer = answered(third_party.ask(make_father(child), without_photo, at=AT))
    assert (answer.status, answer.face_step) == (StatusCode.GREEN, FaceStep.DECLINED)
    assert third_party.ask(make_neighbour(), without_photo, at=AT) == PhotoNeeded()


def test_ask_as_kin_answers_the_father_in_one_step_and_a_stranger_not_at_all() -> None:
    mark_feeds_read(AT)
    child = make_person(at=AT, has_face=False)
    make_summary(child.person_key, make_facts(at=AT), at=AT)
    father = make_father(child)
    refused = answered(assisted.ask(father, make_document(), at=AT))
    assert refused.status is StatusCode.UNKNOWN
    answer = third_party.ask_as_kin(father, child.person_key, at=AT)
    assert answer is not None
    assert answer.status is StatusCode.GREEN
    assert third_party.ask_as_kin(make_neighbour(), child.person_key, at=AT) is None


def test_ask_needs_a_verified_account() -> None:
    mark_feeds_read(AT)
    make_elder()
    assert ask(make_account("+8613900000077", at=AT), presented()) == AskerNotVerified()
    assert answered(ask(make_neighbour(), presented())).status is StatusCode.GREEN


def test_ask_uses_a_consent_once_within_ten_minutes_for_its_asker_and_subject() -> None:
    mark_feeds_read(AT)
    elder, neighbour = make_elder(), make_neighbour()
    other = make_neighbour("+8613900000003", sequence=6)
    of_other = consents.give(other, elder.person_key, at=AT)
    about_other = consents.give(neighbour, other.person_id, at=AT)
    stale = consents.give(neighbour, elder.person_key, at=AT - consents.GOOD_FOR)
    fresh = consents.give(neighbour, elder.person_key, at=AT - consents.GOOD_FOR + timedelta(seconds=1))
    for consent in (of_other, about_other, stale):
        assert third_party.ask(neighbour, presented(consent_id=consent.id), at=AT) == ConsentNeeded()
    assert third_party.ask(neighbour, presented(), at=AT) == ConsentNeeded()
    answer = third_party.ask(neighbour, presented(consent_id=fresh.id), at=AT)
    assert answered(answer).proof is Proof.FACE_MATCHED
    assert third_party.ask(neighbour, presented(consent_id=fresh.id), at=AT) == ConsentNeeded()


def test_ask_refuses_an_unreadable_picture_alike_for_anybody() -> None:
    mark_feeds_read(AT)
    expected = UnreadablePicture(problem=PictureProblem.WRONG_FORMAT)
    assert ask(make_neighbour(), presented(photo=b"not a picture")) == expected
    make_elder()
    assert ask(make_neighbour("+8613900000003", sequence=6), presented(photo=b"not a picture")) == expected
    assert set(Lookup.objects.values_list("outcome", "refusal")) == {("REFUSED", "PHOTO_UNREADABLE")}


def test_ask_gives_an_asker_four_living_results_and_no_fifth() -> None:
    mark_feeds_read(AT)
    neighbour = make_neighbour()
    people = [make_document(date(1945, 6, 1), sequence=30 + n) for n in range(5)]
    for document in people:
        person = make_person(document, at=AT, name="赵德山", face_reference=face_reference("elder"))
        make_summary(person.person_key, make_facts(document.born_on or AT.date(), at=AT), at=AT)
    first = [answered(ask(neighbour, presented(document=document))) for document in people[:4]]
    spent = ask(neighbour, presented(document=people[4]))
    assert spent == BudgetSpent(budget=Budget.LIVING_RESULTS, again_at=next_midnight(AT))
    # Asked again about the same person: no new place, and the former result is void.
    later = AT + timedelta(minutes=5)
    again = answered(ask(neighbour, presented(document=people[0]), at=later))
    assert isinstance(show_again(neighbour, first[0].id, at=later), Closed)
    assert show_again(neighbour, again.id, at=later) == again
    assert show_again(neighbour, first[1].id, at=later) == first[1]
    assert answered(ask(neighbour, presented(document=people[4]), at=next_midnight(AT))).proof is (
        Proof.FACE_MATCHED
    )


def test_a_result_ends_at_midnight_and_at_a_lock() -> None:
    mark_feeds_read(AT)
    elder, neighbour = make_elder(), make_neighbour()
    answer = answered(ask(neighbour, presented()))
    before, midnight = next_midnight(AT) - timedelta(seconds=1), next_midnight(AT)
    assert show_again(neighbour, answer.id, at=before) == answer
    assert isinstance(show_again(neighbour, answer.id, at=midnight), Closed)
    elder_account = make_account("+8613900000004", at=AT, person=elder)
    AccessLock.objects.create(subject_key=elder.person_key, locked_at=AT, locked_by=elder_account)
    closed = show_again(neighbour, answer.id, at=AT)
    assert isinstance(closed, Closed)
    assert (closed.answer.subject_name, closed.answer.naat) == (None, None)
