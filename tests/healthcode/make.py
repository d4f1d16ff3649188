"""Plain functions that make facts for tests; what a test does not name does not matter to it."""

from datetime import date, datetime, timedelta
from typing import Any

from civil_time import SHANGHAI
from healthcode.facts import Alert, AlertKind, Facts, FeedAges, Naat, NaatResult, Order, OrderKind

NOW = datetime(2022, 7, 20, 10, 0, tzinfo=SHANGHAI)


def make_naat(**overrides: Any) -> Naat:
    """Return a single NOT_DETECTED of yesterday."""
    values: dict[str, Any] = {
        "collected_at": NOW - timedelta(hours=22),
        "issued_at": NOW - timedelta(hours=14),
        "result": NaatResult.NOT_DETECTED,
    }
    return Naat(**values | overrides)


def make_order(**overrides: Any) -> Order:
    """Return an order for home isolation in force now."""
    values: dict[str, Any] = {
        "kind": OrderKind.HOME_ISOLATION,
        "authority": "Wangjing subdistrict",
        "reference": "W-0412",
        "contact": "010-0000 0412",
        "in_force_from": NOW - timedelta(days=2),
        "in_force_until": NOW + timedelta(days=5),
    }
    return Order(**values | overrides)


def make_alert(**overrides: Any) -> Alert:
    """Return an alert ③ in force now."""
    values: dict[str, Any] = {
        "kind": AlertKind.TIME_SPACE_LINK,
        "authority": "District health office",
        "reference": "A3-17",
        "contact": "010-0000 0017",
        "in_force_from": NOW - timedelta(days=2),
    }
    return Alert(**values | overrides)


def make_feeds(as_of: datetime | None = NOW) -> FeedAges:
    """Return feeds that were all read at one instant."""
    return FeedAges(registry=as_of, tests=as_of, doses=as_of, orders=as_of)


def make_facts(**overrides: Any) -> Facts:
    """Return an eight-year-old with nothing on record and all feeds fresh."""
    values: dict[str, Any] = {"born_on": date(2014, 6, 15), "feeds": make_feeds()}
    return Facts(**values | overrides)
