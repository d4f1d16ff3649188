"""The registry: what its feeds make of people and kinship, and who is registered since when."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from identity import registry
from identity.models import Kinship, Person
from records.feed_fields import RejectionReason
from records.models import Kind, Quarantined, Source, Summary
from tests.conftest import STORY_BEGINS
from tests.records.feeds import feed_page, key, make_kinship, make_person, number_of

pytestmark = pytest.mark.django_db


def deliver(*rows, at):
    return feed_page(Kind.REGISTRY, *rows, at=at)


def person() -> Person:
    return Person.objects.get(person_key=key(1))


class TestPeople:
    def test_merge_seals_number_and_name(self, at):
        deliver(make_person(card_issued_on="2022-05-01", face_reference="stub:1"), at=at)
        someone = person()
        assert (someone.name, someone.number) == ("李小满", number_of(1))
        assert (someone.born_on, someone.sex, someone.face_reference) == (date(2010, 6, 15), "MALE", "stub:1")
        assert number_of(1).encode() not in bytes(someone.number_sealed)

    def test_merge_takes_the_higher_version_in_any_order(self, at):
        first, second = make_person(), make_person(version=2, name="李大满", died_on="2022-05-01")
        deliver(second, at=at)
        assert deliver(first, at=at).superseded == 1
        assert (person().name, person().died_on) == ("李大满", date(2022, 5, 1))
        assert deliver(second, at=at).duplicate == 1

    def test_merge_bumps_changed_seq_when_a_person_changes_and_only_then(self, at):
        deliver(make_person(), at=at)
        before = person().changed_seq
        deliver(make_person(), at=at)
        assert person().changed_seq == before
        deliver(make_person(version=2, name="李大满"), at=at)
        assert person().changed_seq > before

    def test_merge_quarantines_another_name_for_the_same_version(self, at):
        deliver(make_person(), at=at)
        assert deliver(make_person(name="李大满"), at=at).quarantined == 1
        assert Quarantined.objects.get().reason == RejectionReason.SAME_VERSION_OTHER_CONTENT
        assert Summary.objects.get(person_key=key(1)).record_in_review

    def test_merge_quarantines_a_second_record_of_the_same_person(self, at):
        deliver(make_person(), at=at)
        assert deliver(make_person("p-2", version=9), at=at).quarantined == 1
        assert Quarantined.objects.get().reason == RejectionReason.ANOTHER_RECORD_OF_PERSON
        assert person().record_id == "p-1"

    def test_merge_takes_the_first_of_two_records_of_one_person_in_a_page(self, at):
        report = deliver(make_person("p-2"), make_person("p-1"), make_person("p-2", version=2), at=at)
        assert (report.applied, report.superseded, report.quarantined) == (1, 1, 1)
        assert (person().record_id, person().version) == ("p-2", 2)

    def test_merge_lets_another_record_follow_a_withdrawn_one(self, at):
        deliver(make_person(), at=at)
        deliver(make_person(version=2, withdrawn=True), at=at)
        assert deliver(make_person("p-2"), at=at).applied == 1
        assert (person().record_id, person().version, person().withdrawn) == ("p-2", 1, False)


class TestRegisteredAt:
    def when(self, hours: int) -> str:
        return (STORY_BEGINS - timedelta(hours=hours)).isoformat()

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        rows=st.lists(
            st.tuples(st.integers(1, 4), st.none() | st.integers(0, 3)),
            min_size=1,
            unique_by=lambda row: row[0],
        ).flatmap(st.permutations),
        size=st.integers(1, 4),
    )
    def test_registered_at_is_the_earliest_ever_said_in_any_order(self, rows, size):
        sent = [
            make_person(version=version, registered_at=None if hours is None else self.when(hours))
            for version, hours in rows
        ]
        for start in range(0, len(sent), size):
            deliver(*sent[start : start + size], at=STORY_BEGINS)
        found = person().registered_at
        for model in (Person, Source):
            model.objects.all().delete()
        said = [hours for _, hours in rows if hours is not None]
        assert found == (STORY_BEGINS - timedelta(hours=max(said)) if said else None)

    def test_register_moves_it_earlier_and_never_later(self, at):
        deliver(make_person(), at=at)
        before = person().changed_seq
        assert registry.register(key(1), at=at)
        assert person().changed_seq > before
        assert not registry.register(key(1), at=at + timedelta(hours=1))
        assert registry.register(key(1), at=at - timedelta(hours=1))
        deliver(make_person(version=2, registered_at=at.isoformat()), at=at)
        assert person().registered_at == at - timedelta(hours=1)

    def test_register_does_nothing_for_somebody_in_no_registry(self, at):
        assert not registry.register(key(1), at=at)


class TestFind:
    def test_find_returns_a_person_until_the_record_is_withdrawn(self, at):
        assert registry.find(key(1)) is None
        deliver(make_person(), at=at)
        assert registry.find(key(1)) == person()
        deliver(make_person(version=2, withdrawn=True), at=at)
        assert registry.find(key(1)) is None


class TestKinship:
    def deliver(self, *rows, at):
        return feed_page(Kind.KINSHIP, *rows, at=at)

    def test_merge_keeps_kinship_before_either_person_is_known(self, at):
        assert self.deliver(make_kinship(), at=at).applied == 1
        kinship = Kinship.objects.get()
        assert (kinship.guardian_id, kinship.ward_id) == (key(9, born="19850101"), key(1))
        deliver(make_person(), make_person("p-9", document_number=number_of(9, born="19850101")), at=at)
        assert Kinship.objects.in_force(at).between(key(9, born="19850101"), key(1)).exists()

    def test_merge_ends_kinship_with_a_later_version_and_keeps_its_id(self, at):
        self.deliver(make_kinship(), at=at)
        before = Kinship.objects.get()
        self.deliver(make_kinship(version=2, in_force_until="2022-05-01T00:00:00+08:00"), at=at)
        after = Kinship.objects.get()
        assert (after.id, after.version) == (before.id, 2)
        assert after.in_force_until is not None

    def test_merge_counts_duplicates_and_quarantines_other_content(self, at):
        self.deliver(make_kinship(), at=at)
        assert self.deliver(make_kinship(), at=at).duplicate == 1
        assert self.deliver(make_kinship(kind="CARER"), at=at).quarantined == 1

    def test_merge_marks_the_ward_as_changed(self, at):
        deliver(make_person(), at=at)
        before = person().changed_seq
        self.deliver(make_kinship(), at=at)
        assert person().changed_seq > before
