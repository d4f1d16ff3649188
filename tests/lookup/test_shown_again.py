"""An answer is shown again by deciding it again from its audit row, to its asker, while it lives."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from civil_time import SHANGHAI
from healthcode.verdict import StatusCode
from identity.models import Kinship, User
from lookup.answer import Answer
from lookup.doors import assisted
from lookup.models import Lookup
from lookup.shown_again import Closed, NotYours, show_again
from records.models import Summary
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

AT = datetime(2022, 5, 20, 10, 0, tzinfo=SHANGHAI)


def make_answer() -> tuple[Answer, object]:
    person = make_person(at=AT)
    make_summary(person.person_key, make_facts(at=AT), at=AT)
    mark_feeds_read(AT)
    asker = make_account(at=AT)
    answer = assisted.ask(asker, make_document(), at=AT)
    assert isinstance(answer, Answer)
    return answer, asker


def test_show_again_gives_the_same_answer_until_it_closes() -> None:
    answer, asker = make_answer()
    assert show_again(asker, answer.id, at=AT) == answer
    assert show_again(asker, answer.id, at=answer.closes_at - timedelta(milliseconds=1)) == answer
    assert show_again(asker, answer.id, at=answer.closes_at) == Closed(answer=answer)


def test_show_again_repeats_what_was_known_then_after_the_records_changed() -> None:
    answer, asker = make_answer()
    Summary.objects.update(naats=[], orders=[["HOME_ISOLATION", 0, 4102444800, "A", "R", "C"]])
    again = show_again(asker, answer.id, at=AT + timedelta(seconds=1))
    assert again == answer
    assert answer.status is StatusCode.GREEN


def test_show_again_writes_no_row() -> None:
    answer, asker = make_answer()
    before = Lookup.objects.count()
    show_again(asker, answer.id, at=AT)
    assert Lookup.objects.count() == before


@pytest.mark.parametrize("wrong", [UUID(int=0), UUID(int=2**128 - 1), uuid4()])
def test_show_again_knows_no_other_id(wrong: UUID) -> None:
    answer, asker = make_answer()
    assert show_again(asker, wrong, at=AT) == NotYours()
    assert show_again(asker, answer.id, at=AT) == answer


def test_show_again_gives_nobody_else_s_answer() -> None:
    answer, asker = make_answer()
    other = make_account("+8613900000009", at=AT)
    assert show_again(other, answer.id, at=AT) == NotYours()
    assert show_again(asker, answer.id, at=AT) == answer


def make_answer_to_guardian() -> tuple[Answer, User]:
    child, father = make_person(at=AT), make_person(make_document(date(1985, 1, 1)), at=AT)
    make_kinship(father, child, at=AT)
    make_summary(child.person_key, make_facts(at=AT), at=AT)
    mark_feeds_read(AT)
    guardian = make_account(at=AT, person=father)
    answer = assisted.ask(guardian, make_document(), at=AT)
    assert isinstance(answer, Answer)
    return answer, guardian


def test_show_again_leaves_the_guardian_the_records_until_the_answer_ends() -> None:
    answer, guardian = make_answer_to_guardian()
    assert answer.valid_until is not None
    just_before = show_again(guardian, answer.id, at=answer.valid_until - timedelta(seconds=1))
    assert isinstance(just_before, Closed)
    assert just_before.answer.naat is not None
    after = show_again(guardian, answer.id, at=answer.valid_until)
    assert isinstance(after, Closed)
    assert (after.answer.naat, after.answer.vaccination, after.answer.subject_name) == (None, None, None)
    assert after.answer.reasons == answer.reasons


def test_show_again_shows_nothing_once_the_kinship_has_ended() -> None:
    answer, guardian = make_answer_to_guardian()
    later = AT + timedelta(seconds=20)
    assert show_again(guardian, answer.id, at=later) == answer
    Kinship.objects.update(in_force_until=later)
    assert show_again(guardian, answer.id, at=later) == NotYours()
