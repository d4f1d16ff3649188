"""The dated rules that a verdict is made under; the rows themselves are kept by ``lookup``."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from healthcode.facts import Feed


class CounterVersion(StrEnum):
    """How the days since a test are counted (docs/domain.md, 5, "Test counter")."""

    V1 = "V1"
    V2 = "V2"
    V3 = "V3"


@dataclass(frozen=True, kw_only=True, slots=True)
class StaleAfter:
    """The age at which each feed becomes stale."""

    registry: timedelta
    tests: timedelta
    doses: timedelta
    orders: timedelta

    def of(self, feed: Feed) -> timedelta:
        """Return the age at which one feed becomes stale."""
        match feed:
            case Feed.REGISTRY:
                return self.registry
            case Feed.TESTS:
                return self.tests
            case Feed.DOSES:
                return self.doses
            case Feed.ORDERS:
                return self.orders
            case _:
                assert_never(feed)


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """One row of the timeline, in force from ``in_force_from`` until the next row.

    ``entry_days`` is the entry rule in counted days (48 h is 2, 72 h is 3, 7 days is 7), or None
    if no test is asked for; ``alert_1_for`` is how long alert ① lasts unless its row says otherwise.
    Source: docs/domain.md, 5 ("Policy rows").
    """

    name: str
    in_force_from: datetime
    counter: CounterVersion
    entry_days: int | None
    alert_1_for: timedelta
    stale_after: StaleAfter


class NoPolicyInForceError(LookupError):
    """Asked about an instant before the first policy."""


def policy_in_force(policies: Iterable[Policy], *, at: datetime) -> Policy:
    """Return the policy in force at an instant: the latest that has begun.

    Raises NoPolicyInForceError before the first one.
    Source: docs/domain.md, 5 ("before the first: no policy, an error").
    """
    begun = [policy for policy in policies if policy.in_force_from <= at]
    if not begun:
        raise NoPolicyInForceError(f"no policy is in force at {at.isoformat()}")
    return max(begun, key=lambda policy: policy.in_force_from)
