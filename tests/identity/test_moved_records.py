"""A registry record whose document number is corrected: the person of the wrong number stands no longer."""

from datetime import timedelta
from itertools import permutations

import pytest

from identity import registry
from identity.models import Person
from records.feed_fields import RejectionReason
from records.models import Kind, Quarantined, Source
from tests.records.feeds import feed_page, key, make_person
from tests.records.tables import counts

pytestmark = pytest.mark.django_db

WRONG, RIGHT = 1, 2


def deliver(*rows, at):
    return feed_page(Kind.REGISTRY, *rows, at=at)


def standing() -> set[tuple[str, int]]:
    """Return who is in the registry, by record and version."""
    return set(Person.objects.filter(withdrawn=False).values_list("record_id", "version"))


def test_correction_of_a_number_withdraws_the_person_of_the_wrong_one(at):
    deliver(make_person(person=WRONG), at=at)
    before = registry.find(key(WRONG))
    assert counts(deliver(make_person(version=2, person=RIGHT), at=at + timedelta(hours=1))) == (1, 0, 0, 0)
    assert registry.find(key(WRONG)) is None
    assert registry.find(key(RIGHT)).version == 2
    left = Person.objects.get(person_key=key(WRONG))
    assert (left.withdrawn, left.synced_at) == (True, at + timedelta(hours=1))
    assert left.changed_seq > before.changed_seq


def test_correction_of_anything_else_withdraws_nobody(at):
    deliver(make_person(), make_person("p-2", person=3), at=at)
    deliver(make_person(version=2, name="李大满"), at=at)
    assert standing() == {("p-1", 2), ("p-2", 1)}


@pytest.mark.parametrize("in_one_page", [True, False])
@pytest.mark.parametrize("order", list(permutations([(1, WRONG), (2, RIGHT), (3, 4)])))
def test_highest_version_alone_stands_whatever_the_order(order, in_one_page, at):
    rows = [make_person(version=version, person=person) for version, person in order]
    for page in [rows] if in_one_page else [[row] for row in rows]:
        deliver(*page, at=at)
    assert standing() == {("p-1", 3)}
    assert registry.find(key(4)) is not None
    before = list(Person.objects.order_by("person_key").values())
    for row in rows:
        assert deliver(row, at=at).applied == 0
    assert list(Person.objects.order_by("person_key").values()) == before
    assert not Quarantined.objects.exists()


def test_page_counts_a_version_that_was_corrected_within_it_as_superseded(at):
    report = deliver(make_person(person=WRONG), make_person(version=2, person=RIGHT), at=at)
    assert counts(report) == (1, 0, 1, 0)
    assert not Person.objects.filter(person_key=key(WRONG)).exists()


def test_record_may_go_back_to_the_number_that_it_had(at):
    for version, person in ((1, WRONG), (2, RIGHT), (3, WRONG)):
        deliver(make_person(version=version, person=person), at=at)
    assert standing() == {("p-1", 3)}
    assert registry.find(key(WRONG)).version == 3
    assert registry.find(key(RIGHT)) is None


@pytest.mark.parametrize("in_one_page", [True, False])
def test_same_version_of_another_number_is_refused(in_one_page, at):
    rows = [make_person(person=WRONG), make_person(person=RIGHT)]
    for page in [rows] if in_one_page else [[row] for row in rows]:
        deliver(*page, at=at)
    assert registry.find(key(WRONG)) is not None
    assert registry.find(key(RIGHT)) is None
    assert Quarantined.objects.get().reason == RejectionReason.SAME_VERSION_OTHER_CONTENT
    deliver(make_person(version=2, person=RIGHT), at=at)
    assert standing() == {("p-1", 2)}
    assert Quarantined.objects.get().resolved_at is not None


def test_number_of_a_standing_record_is_not_taken_by_a_correction(at):
    deliver(make_person(person=WRONG), make_person("p-2", person=RIGHT), at=at)
    deliver(make_person(version=2, person=RIGHT), at=at)
    assert standing() == {("p-1", 1), ("p-2", 1)}
    assert Quarantined.objects.get().reason == RejectionReason.ANOTHER_RECORD_OF_PERSON


def test_number_that_was_left_may_be_taken_by_another_record_and_is_not_taken_back(at):
    deliver(make_person(person=WRONG), at=at)
    deliver(make_person(version=2, person=RIGHT), at=at)
    assert deliver(make_person("p-2", person=WRONG), at=at).applied == 1
    # The old version comes once more: it is old, and contradicts nobody.
    assert counts(deliver(make_person(person=WRONG), at=at)) == (0, 0, 1, 0)
    assert standing() == {("p-1", 2), ("p-2", 1)}


def test_withdrawal_under_another_number_withdraws_both(at):
    deliver(make_person(person=WRONG), at=at)
    deliver(make_person(version=2, person=RIGHT, withdrawn=True), at=at)
    assert standing() == set()


def test_record_of_another_source_is_another_record(at):
    deliver(make_person(person=WRONG), at=at)
    Person.objects.update(source="elsewhere")
    deliver(make_person(version=2, person=RIGHT), at=at)
    assert standing() == {("p-1", 1), ("p-1", 2)}
    assert Source.objects.count() == 1
