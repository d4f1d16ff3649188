"""Which feeds are too old to be relied upon."""

from datetime import datetime

from healthcode.facts import Feed, FeedAges
from healthcode.policy import StaleAfter


def stale_feeds(feeds: FeedAges, stale_after: StaleAfter, *, at: datetime) -> tuple[Feed, ...]:
    """Return the feeds that are stale at ``at``, in the order of the enum.

    A feed is stale from the instant at which it reaches the age of the policy row (6 h old is
    stale, 5:59:59 is not), and always if it was never read. One that runs ahead of ``at`` is fresh.
    Source: docs/domain.md, 5 ("Stale").
    """
    return tuple(feed for feed in Feed if _is_stale(feeds, stale_after, feed, at=at))


def stale_from(feeds: FeedAges, stale_after: StaleAfter, feed: Feed) -> datetime | None:
    """Return the instant from which a feed is stale unless it is read again; None if never read."""
    as_of = feeds.as_of(feed)
    return None if as_of is None else as_of + stale_after.of(feed)


def _is_stale(feeds: FeedAges, stale_after: StaleAfter, feed: Feed, *, at: datetime) -> bool:
    since = stale_from(feeds, stale_after, feed)
    return since is None or since <= at
