"""Kinship, judged when it is read, and how somebody's word ends it, disputes it, or lets it hold again."""

from datetime import date, timedelta

import pytest

from identity import kinship
from identity.kinship import Ended, NotDisputed, NotYours, OverAlready, ReviewerInvolved, UnderAge
from identity.models import Kinship, Person
from tests.identity.kin import AT, make_child, make_father, make_grandmother, make_mother
from tests.makers import make_account, make_document, make_kinship, make_person, make_staff

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
End = Kinship.End


def holds(of: Kinship, *, at=AT) -> bool:
    return kinship.is_verified(guardian_key=of.guardian_id, ward_key=of.ward_id, at=at)


def parents_of(child: Person) -> tuple:
    mother, father = make_mother(), make_father()
    held = make_kinship(mother.person, child, at=AT)
    return mother, father, held, make_kinship(father.person, child, at=AT)


def test_kinship_of_the_registry_holds_at_once_and_until_its_date() -> None:
    until = AT + timedelta(days=3)
    held = make_kinship(make_mother().person, make_child(), at=AT, in_force_from=AT, in_force_until=until)

    assert not holds(held, at=AT - SECOND)
    assert holds(held, at=AT)
    assert holds(held, at=until - SECOND)
    assert not holds(held, at=until)


@pytest.mark.parametrize(("born_on", "is_child"), [(date(2004, 6, 11), True), (date(2004, 6, 10), False)])
def test_parents_word_ends_on_the_eighteenth_birthday(born_on: date, is_child: bool) -> None:
    ward = make_person(make_document(born_on), at=AT)
    held = make_kinship(make_mother().person, ward, at=AT)
    assert holds(held) == is_child
    Kinship.objects.update(kind=Kinship.Kind.CARER)
    assert holds(held)


def test_death_of_the_ward_ends_it() -> None:
    child = make_child()
    held = make_kinship(make_mother().person, child, at=AT)
    assert holds(held)
    Person.objects.filter(pk=child.pk).update(died_on=AT.date())
    assert not holds(held)


def test_death_of_the_guardian_ends_it_and_leaves_the_other_guardian_s() -> None:
    mother, _, held, other = parents_of(make_child())
    assert holds(held)
    assert holds(other)
    Person.objects.filter(pk=mother.person_id).update(died_on=AT.date())
    assert not holds(held)
    assert holds(other)


def test_guardian_ends_it_from_that_instant_on() -> None:
    mother, _, held, other = parents_of(make_child())

    assert kinship.end(mother, held.id, at=AT) == Ended(end=End.BY_GUARDIAN)

    held.refresh_from_db()
    assert (held.ended_at, held.ended_by) == (AT, mother)
    assert (holds(held, at=AT - SECOND), holds(held), holds(other)) == (True, False, True)
    assert kinship.end(mother, held.id, at=AT) == OverAlready()


def test_end_counts_the_ward_as_changed() -> None:
    child = make_child()
    mother, _, held, _ = parents_of(child)
    kinship.end(mother, held.id, at=AT)
    assert Person.objects.get(pk=child.pk).changed_seq != child.changed_seq


def test_end_reaches_both_rows_of_a_pair() -> None:
    mother, _, held, _ = parents_of(make_child())
    twin = make_kinship(mother.person, held.ward, at=AT, record_id="K-2")

    kinship.end(mother, held.id, at=AT)

    assert not holds(twin)


@pytest.mark.parametrize(
    ("born_on", "may"), [(date(2004, 6, 10), True), (date(2004, 6, 11), False), (date(1950, 1, 1), True)]
)
def test_ward_ends_it_from_the_eighteenth_birthday_on(born_on: date, may: bool) -> None:
    person = make_person(make_document(born_on), at=AT)
    ward = make_account(at=AT, person=person)
    held = make_kinship(make_mother().person, person, at=AT)
    Kinship.objects.update(kind=Kinship.Kind.CARER)

    outcome = kinship.end(ward, held.id, at=AT)

    assert outcome == (Ended(end=End.BY_WARD) if may else UnderAge())
    assert holds(held) != may


def test_strangers_and_former_guardians_end_nothing() -> None:
    child = make_child()
    mother, father, held, other = parents_of(child)
    stranger = make_grandmother()
    assert kinship.end(stranger, held.id, at=AT) == NotYours()
    assert kinship.end(make_account(at=AT), held.id, at=AT) == NotYours()
    kinship.end(father, other.id, at=AT)
    assert kinship.end(father, held.id, at=AT) == NotYours()
    assert holds(held)
    assert isinstance(kinship.end(mother, held.id, at=AT), Ended)


def test_another_guardian_suspends_it_until_the_staff_reinstates_it() -> None:
    mother, father, held, other = parents_of(make_child())
    staff = make_staff(at=AT)

    assert kinship.end(father, held.id, at=AT) == Ended(end=End.DISPUTED)
    assert (holds(held), holds(other)) == (False, True)
    assert kinship.end(father, held.id, at=AT) == OverAlready()
    assert kinship.end(mother, other.id, at=AT) == NotYours()

    later = AT + timedelta(days=1)
    reinstated = kinship.reinstate(held, reviewer=staff, at=later)
    assert isinstance(reinstated, Kinship)
    assert (reinstated.ended_at, reinstated.end, reinstated.ended_by) == (None, "", None)
    assert holds(held, at=later)
    assert kinship.reinstate(held, reviewer=staff, at=later) == NotDisputed()


def test_staff_ends_a_disputed_kinship_for_good() -> None:
    _, father, held, _ = parents_of(make_child())
    staff = make_staff(at=AT)
    assert kinship.end_by_review(held, reviewer=staff, at=AT) == NotDisputed()
    assert holds(held)
    kinship.end(father, held.id, at=AT)

    assert kinship.end_by_review(held, reviewer=staff, at=AT) == Ended(end=End.BY_REVIEW)
    held.refresh_from_db()
    assert (held.end, held.ended_by) == (End.BY_REVIEW, staff)
    assert kinship.reinstate(held, reviewer=staff, at=AT) == NotDisputed()
    assert not holds(held)


def test_dispute_is_decided_by_nobody_who_is_part_of_it() -> None:
    mother, father, held, _ = parents_of(make_child())
    kinship.end(father, held.id, at=AT)

    for user in (mother, father):
        assert kinship.reinstate(held, reviewer=user, at=AT) == ReviewerInvolved()
        assert kinship.end_by_review(held, reviewer=user, at=AT) == ReviewerInvolved()
    assert isinstance(kinship.reinstate(held, reviewer=make_staff(at=AT), at=AT), Kinship)


def test_disputed_guardian_may_give_up() -> None:
    mother, father, held, _ = parents_of(make_child())
    kinship.end(father, held.id, at=AT)

    assert kinship.end(mother, held.id, at=AT) == Ended(end=End.BY_GUARDIAN)
    assert kinship.reinstate(held, reviewer=make_staff(at=AT), at=AT) == NotDisputed()


def test_what_is_over_is_not_disputed_any_more() -> None:
    mother, father, held, _ = parents_of(make_child())
    kinship.end(mother, held.id, at=AT)
    assert kinship.end(father, held.id, at=AT) == NotYours()
    held.refresh_from_db()
    assert held.end == End.BY_GUARDIAN


def test_staff_ends_what_a_claim_has_made_and_not_what_the_registry_says() -> None:
    child, staff = make_child(), make_staff(at=AT)
    mother, father = make_mother(), make_father()
    of_registry = make_kinship(mother.person, child, at=AT)
    of_claim = make_kinship(father.person, child, at=AT, source="", record_id="", verified_by=staff)

    assert kinship.end_by_review(of_registry, reviewer=staff, at=AT) == NotDisputed()
    assert kinship.end_by_review(of_claim, reviewer=father, at=AT) == ReviewerInvolved()
    assert kinship.end_by_review(of_claim, reviewer=staff, at=AT) == Ended(end=End.BY_REVIEW)
    assert (holds(of_registry), holds(of_claim)) == (True, False)
