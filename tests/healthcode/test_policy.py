"""The timeline: which policy is in force at an instant."""

from datetime import timedelta

import pytest

from healthcode.facts import Feed
from healthcode.policy import NoPolicyInForceError, Policy, policy_in_force
from tests.healthcode.policies import SEEDED, STALE_AFTER

SECOND = timedelta(seconds=1)


def test_policy_in_force_raises_before_the_first_policy() -> None:
    with pytest.raises(NoPolicyInForceError, match="2022-04-29T23:59:59"):
        policy_in_force(SEEDED, at=SEEDED[0].in_force_from - SECOND)


def test_policy_in_force_is_the_first_from_its_first_instant() -> None:
    assert policy_in_force(SEEDED, at=SEEDED[0].in_force_from) is SEEDED[0]


@pytest.mark.parametrize(
    ("before", "after"), list(zip(SEEDED, SEEDED[1:], strict=False)), ids=lambda policy: policy.name
)
def test_policy_in_force_changes_at_midnight(before: Policy, after: Policy) -> None:
    assert policy_in_force(SEEDED, at=after.in_force_from - SECOND) is before
    assert policy_in_force(SEEDED, at=after.in_force_from) is after


def test_policy_in_force_is_the_last_one_ever_since() -> None:
    assert policy_in_force(reversed(SEEDED), at=SEEDED[-1].in_force_from + timedelta(days=9999)) is SEEDED[-1]


def test_stale_after_names_the_age_of_each_feed() -> None:
    assert {feed.name: STALE_AFTER.of(feed) for feed in Feed} == {
        "REGISTRY": timedelta(hours=72),
        "TESTS": timedelta(hours=6),
        "DOSES": timedelta(days=7),
        "ORDERS": timedelta(hours=6),
    }
