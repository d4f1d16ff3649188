"""Names of before the marks: each gets its mark, in as many runs as it takes, and none over a newer name."""

import io

import pytest
from django.core.management import CommandError, call_command

from identity import name_marking
from identity.keyring import name_marks
from identity.models import Person
from identity.name_marking import count_unmarked, mark_names
from records.models import Kind
from tests.records.feeds import feed_page, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _people(at):
    feed_page(Kind.REGISTRY, *[make_person(f"p-{n}", person=n, name="李小满") for n in range(1, 6)], at=at)


def marks():
    return {person.person_key: person.name_mark for person in Person.objects.all()}


def run():
    written = io.StringIO()
    call_command("mark_names", stdout=written, stderr=written)
    return written.getvalue()


def test_marks_are_those_that_the_feed_gives(at):
    by_feed = marks()
    assert all(mark == name_marks().mark_of(key, "李小满") for key, mark in by_feed.items())
    Person.objects.update(name_mark=None)
    assert "5 names marked" in run()
    assert marks() == by_feed
    assert "0 names marked" in run()


def test_run_that_was_broken_off_is_finished_by_the_next():
    by_feed = marks()
    Person.objects.update(name_mark=None)

    def breaks(_rows):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        mark_names(on_rows=breaks, batch_rows=2)
    assert count_unmarked() == 3
    assert mark_names(batch_rows=2).rows == 3
    assert marks() == by_feed


def test_name_that_changes_meanwhile_keeps_its_own_mark(at, monkeypatch):
    Person.objects.update(name_mark=None)
    opened = name_marking._opened

    def opened_late(key, sealed):
        name = opened(key, sealed)
        feed_page(Kind.REGISTRY, make_person("p-1", 2, person=1, name="李大满"), at=at)
        return name

    monkeypatch.setattr(name_marking, "_opened", opened_late)
    assert mark_names().rows == 4
    person = Person.objects.get(record_id="p-1")
    assert person.name_mark == name_marks().mark_of(person.person_key, "李大满")


def test_name_that_no_key_opens_is_left_and_told():
    Person.objects.filter(record_id="p-1").update(name_sealed=b"\x01" + b"x" * 40, name_mark=None)
    with pytest.raises(CommandError, match=r"1 names have no mark\.") as told:
        run()
    assert told.value.returncode == 1
    assert count_unmarked() == 1
