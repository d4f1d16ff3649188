"""What facts refuse to be, and what they accept beside it."""

from collections.abc import Callable
from datetime import datetime

import pytest

from healthcode.facts import AlertKind, Feed, FeedAges
from tests.healthcode.make import NOW, make_alert, make_feeds, make_naat, make_order

NAIVE = datetime(2022, 7, 20, 10, 0)  # noqa: DTZ001 (a naive time is what is refused)


def test_naat_is_refused_without_any_time() -> None:
    with pytest.raises(ValueError, match="time of collection or the time of issue"):
        make_naat(collected_at=None, issued_at=None, result=None)


def test_naat_is_accepted_with_one_time() -> None:
    assert make_naat(collected_at=None).collected_at is None
    assert make_naat(issued_at=None, result=None).result is None


def test_naat_is_refused_when_result_and_time_of_issue_do_not_come_together() -> None:
    with pytest.raises(ValueError, match="exactly when it has a time of issue"):
        make_naat(result=None)
    with pytest.raises(ValueError, match="exactly when it has a time of issue"):
        make_naat(issued_at=None)


@pytest.mark.parametrize("field", ["authority", "reference"])
@pytest.mark.parametrize("blank", ["", "  "])
def test_order_is_refused_without_authority_or_reference(field: str, blank: str) -> None:
    with pytest.raises(ValueError, match="names its authority and its reference"):
        make_order(**{field: blank})


def test_order_is_accepted_with_authority_and_reference() -> None:
    assert make_order(contact="").reference == "W-0412"


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (make_naat, "collected_at"),
        (make_naat, "issued_at"),
        (make_order, "in_force_from"),
        (make_order, "in_force_until"),
        (make_alert, "in_force_from"),
        (make_alert, "in_force_until"),
    ],
)
def test_facts_are_refused_with_a_naive_time(make: Callable[..., object], field: str) -> None:
    with pytest.raises(ValueError, match="time zone"):
        make(**{field: NAIVE})
    assert getattr(make(**{field: NOW}), field) == NOW


def test_feed_ages_are_refused_with_a_naive_time() -> None:
    with pytest.raises(ValueError, match="time zone"):
        make_feeds(NAIVE)


def test_feed_ages_as_of_names_the_time_of_each_feed() -> None:
    times = {feed: NOW.replace(minute=minute) for minute, feed in enumerate(Feed)}
    feeds = FeedAges(**{feed.value.lower(): time for feed, time in times.items()})

    assert {feed: feeds.as_of(feed) for feed in Feed} == times


def test_alert_kinds_have_the_numbers_that_people_know() -> None:
    assert {kind.name: kind.number for kind in AlertKind} == {
        "COUNTY_WITH_CASE": 1,
        "ENTRY_ISOLATION": 2,
        "TIME_SPACE_LINK": 3,
        "TEST_REQUIRED": 4,
        "LAND_BORDER_COUNTY": 5,
    }
