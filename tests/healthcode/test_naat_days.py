"""The counter of one test, and the choices that the published cases cannot show alone."""

from datetime import date, datetime, timedelta

import pytest

from civil_time import SHANGHAI
from healthcode.facts import NaatResult
from healthcode.naat_days import counted_days, counted_from, taken_at
from healthcode.policy import CounterVersion, Policy
from tests.healthcode.make import NOW, make_naat
from tests.healthcode.policies import TIMELINE, V1, V2, V3, make_policy

POLICY = make_policy("2022-07-04", counter=V3, entry_days=3)
FIVE_MINUTES = timedelta(minutes=5)
SECOND = timedelta(seconds=1)


def test_counted_days_is_zero_when_the_test_was_collected_up_to_five_minutes_ahead() -> None:
    ahead = NOW + FIVE_MINUTES

    assert counted_days(make_naat(collected_at=ahead, issued_at=ahead), POLICY, at=NOW) == 0


def test_counted_days_raises_when_the_test_was_collected_further_ahead() -> None:
    ahead = NOW + FIVE_MINUTES + SECOND

    with pytest.raises(ValueError, match="collected or issued after"):
        counted_days(make_naat(collected_at=ahead, issued_at=ahead), POLICY, at=NOW)


def test_counted_days_raises_when_the_test_has_no_result() -> None:
    with pytest.raises(ValueError, match="without a result"):
        counted_days(make_naat(issued_at=None, result=None), POLICY, at=NOW)


def test_counted_days_does_not_wait_for_a_second_specimen() -> None:
    naat = make_naat(collected_at=NOW - timedelta(days=9), issued_at=NOW - timedelta(days=9))

    assert counted_days(naat, POLICY, at=NOW) == 9


@pytest.mark.parametrize(("version", "day"), [(V1, 20), (V2, 19), (V3, 19)])
def test_counted_from_is_the_day_of_issue_in_v1_and_of_collection_after(
    version: CounterVersion, day: int
) -> None:
    naat = make_naat(issued_at=NOW)

    assert counted_from(naat, version) == date(2022, 7, day)


@pytest.mark.parametrize("policy", TIMELINE, ids=lambda policy: policy.name)
def test_counted_days_is_shown_in_shanghai_days_when_the_clock_is_elsewhere(policy: Policy) -> None:
    collected_at = datetime.fromisoformat("2022-07-19T15:59:59+00:00")  # 23:59:59 in Shanghai
    naat = make_naat(collected_at=collected_at, issued_at=collected_at)

    assert counted_days(naat, policy, at=datetime.fromisoformat("2022-07-19T16:00:00+00:00")) == 1


def test_taken_at_is_the_collection_when_it_is_known() -> None:
    assert taken_at(make_naat()) == NOW - timedelta(hours=22)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (NaatResult.NOT_DETECTED, datetime(2022, 7, 20, 0, 0, tzinfo=SHANGHAI)),
        (NaatResult.DETECTED, NOW),
        (NaatResult.INCONCLUSIVE, NOW),
    ],
)
def test_taken_at_never_favours_a_negative_when_the_collection_is_missing(
    result: NaatResult, expected: datetime
) -> None:
    assert taken_at(make_naat(collected_at=None, issued_at=NOW, result=result)) == expected
