"""Which feeds are too old to be relied upon."""

from datetime import datetime, timedelta

from healthcode.facts import Feed, FeedAges
from healthcode.policy import StaleAfter


def stale_feeds(feeds: FeedAges, stale_after: StaleAfter, *, at: datetime) -> tuple[Feed, ...]:
    """Return the feeds that are stale at ``at``, in the order of the enum.

    A feed is stale from the instant at which it reaches the age of the policy row (6 h old is
    stale, 5:59:59 is not), and always if it was never read. One that runs ahead of ``at`` is fresh.
    Source: docs/domain.md, 5 ("Stale").
    """
    return tuple(
        feed for feed, as_of, limit in _feeds(feeds, stale_after) if as_of is None or as_of + limit <= at
    )


def next_stale_from(feeds: FeedAges, stale_after: StaleAfter, *, after: datetime) -> datetime | None:
    """Return the first instant after ``after`` at which one more feed is stale, unless it is read again."""
    instants = (as_of + limit for _, as_of, limit in _feeds(feeds, stale_after) if as_of is not None)
    return min((instant for instant in instants if instant > after), default=None)


def _feeds(feeds: FeedAges, stale_after: StaleAfter) -> tuple[tuple[Feed, datetime | None, timedelta], ...]:
    return (
        (Feed.REGISTRY, feeds.registry, stale_after.registry),
        (Feed.TESTS, feeds.tests, stale_after.tests),
        (Feed.DOSES, feeds.doses, stale_after.doses),
        (Feed.ORDERS, feeds.orders, stale_after.orders),
    )
