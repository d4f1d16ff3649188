"""Pools: the tube's result reaches its members, before or after them, corrected or withdrawn."""

import itertools

import pytest

from records.history import tests_of as history_of
from records.models import Kind, Source, Summary
from records.sync import sync_page
from records.upstream import FeedName
from tests.records.feeds import MemorySource, feed_page, key, make_pooled, make_test, make_tube

pytestmark = pytest.mark.django_db

COLLECTED, ISSUED = 1652947200, 1652999400


def naats(person: int = 1) -> list[list[object]]:
    return Summary.objects.get(person_key=key(person)).naats


def test_member_is_pending_until_its_tube_has_a_result(at):
    feed_page(Kind.TESTS, make_pooled(), at=at)
    assert naats() == [[COLLECTED, None, None, 1]]


@pytest.mark.parametrize("tube_first", [True, False])
@pytest.mark.parametrize(
    ("result", "letter"), [("NOT_DETECTED", "N"), ("DETECTED", "D"), ("INCONCLUSIVE", "I")]
)
def test_member_has_the_result_of_its_tube_whichever_comes_first(tube_first, result, letter, at):
    pages = [(Kind.TESTS, make_pooled()), (Kind.TUBES, make_tube(result=result))]
    for kind, row in reversed(pages) if tube_first else pages:
        feed_page(kind, row, at=at)
    assert naats() == [[COLLECTED, ISSUED, letter, 1]]


def test_tube_reaches_all_its_members_and_nobody_else(at):
    members = [make_pooled(f"t-{person}", person=person) for person in range(1, 11)]
    other = make_pooled("t-11", tube_code="T2", person=11)
    single = make_test("t-12", person=12, issued_at=None, result=None)
    feed_page(Kind.TESTS, *members, other, single, at=at)
    feed_page(Kind.TUBES, make_tube(), at=at)
    assert {naats(person)[0][2] for person in range(1, 11)} == {"N"}
    assert naats(11) == [[COLLECTED, None, None, 1]]
    assert naats(12) == [[COLLECTED, None, None, 0]]


def test_tube_of_another_source_says_nothing(at):
    feed_page(Kind.TESTS, make_pooled(), at=at)
    upstream = MemorySource({})
    upstream._feeds[FeedName(source="lab-b", kind=Kind.TUBES)] = [make_tube()]
    sync_page(Source.objects.create(name="lab-b", kind=Kind.TUBES), upstream, at=at)
    assert naats() == [[COLLECTED, None, None, 1]]


def test_correction_of_a_tube_reaches_its_members(at):
    feed_page(Kind.TESTS, make_pooled(), at=at)
    feed_page(Kind.TUBES, make_tube(result="DETECTED"), at=at)
    feed_page(Kind.TUBES, make_tube(version=2, issued_at="2022-05-20T08:00:00+08:00"), at=at)
    assert naats() == [[COLLECTED, ISSUED + 5400, "N", 1]]


def test_withdrawn_tube_leaves_its_members_waiting(at):
    feed_page(Kind.TESTS, make_pooled(), at=at)
    feed_page(Kind.TUBES, make_tube(), at=at)
    feed_page(Kind.TUBES, make_tube(version=2, withdrawn=True), at=at)
    assert naats() == [[COLLECTED, None, None, 1]]


def test_tube_whose_code_is_corrected_lets_go_of_one_tube_and_reaches_the_other(at):
    feed_page(Kind.TESTS, make_pooled(), make_pooled("t-2", tube_code="T2", person=2), at=at)
    feed_page(Kind.TUBES, make_tube(), at=at)
    feed_page(Kind.TUBES, make_tube(version=2, tube_code="T2"), at=at)
    assert (naats(1)[0][2], naats(2)[0][2]) == (None, "N")


def test_member_that_is_moved_to_another_tube_takes_that_ones_result(at):
    feed_page(Kind.TUBES, make_tube(), make_tube("tube-2", tube_code="T2", result="DETECTED"), at=at)
    feed_page(Kind.TESTS, make_pooled(), at=at)
    feed_page(Kind.TESTS, make_pooled(version=2, tube_code="T2"), at=at)
    assert naats()[0][2] == "D"


def test_tube_issued_before_the_specimen_was_taken_is_an_older_one_with_the_same_code(at):
    old = make_tube(issued_at="2022-05-19T15:59:59+08:00")
    just_then = make_tube("tube-2", issued_at="2022-05-19T16:00:00+08:00")
    feed_page(Kind.TESTS, make_pooled(), at=at)
    feed_page(Kind.TUBES, old, at=at)
    assert naats() == [[COLLECTED, None, None, 1]]
    feed_page(Kind.TUBES, just_then, at=at)
    assert naats() == [[COLLECTED, COLLECTED, "N", 1]]


def test_newest_tube_counts_when_two_have_the_code_in_any_order(at):
    rows = [make_tube(result="DETECTED"), make_tube("tube-2", issued_at="2022-05-20T09:00:00+08:00")]
    feed_page(Kind.TESTS, make_pooled(), at=at)
    for version, order in enumerate(itertools.permutations(rows), start=1):
        for row in order:
            feed_page(Kind.TUBES, row | {"version": version}, at=at)
        assert naats()[0][2] == "N"


def test_member_without_a_collection_time_counts_from_its_tube(at):
    feed_page(Kind.TESTS, make_pooled(collected_at=None), at=at)
    assert naats() == []
    feed_page(Kind.TUBES, make_tube(), at=at)
    assert naats() == [[None, ISSUED, "N", 1]]
    assert history_of(key(1), since=at.date())[0].collected_at is None
