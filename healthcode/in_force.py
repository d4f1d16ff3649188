"""Which orders and alerts are in force at an instant, and what ends an alert."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import assert_never

from civil_time import next_midnight
from healthcode.facts import Alert, AlertKind, Naat, NaatResult, Order, OrderKind
from healthcode.naat_days import taken_at
from healthcode.policy import Policy

ENTRY_ISOLATION_FOR = timedelta(days=21)
LAND_BORDER_FOR = timedelta(days=14)


def orders_in_force(orders: Iterable[Order], *, at: datetime) -> tuple[Order, ...]:
    """Return the orders in force at ``at``: central isolation first, then by their start."""
    current = (order for order in orders if order.in_force_from <= at < order.in_force_until)
    return tuple(sorted(current, key=_order_rank))


def alerts_in_force(
    alerts: Iterable[Alert], naats: Iterable[Naat], policy: Policy, *, at: datetime
) -> tuple[Alert, ...]:
    """Return the alerts in force at ``at``, by number, then by their start.

    ``naats`` are the tests known at ``at``. Source: docs/domain.md, 5 ("Alerts").
    """
    naats = tuple(naats)
    current = (
        alert for alert in alerts if _is_running(alert, policy, at=at) and not _ended_by_test(alert, naats)
    )
    return tuple(sorted(current, key=_alert_rank))


def alert_ends_at(alert: Alert, policy: Policy) -> datetime | None:
    """Return the instant at which time ends an alert (excluded), or None if time alone never does.

    What the row says goes first. Else ① lasts as long as the policy says, counted from its start
    to the minute; ② lasts 21 days and ends at the midnight after them; ⑤ lasts 14 days; ③ waits for
    the community and ④ for a test.
    Source: docs/domain.md, 5 ("Alerts").
    """
    if alert.in_force_until is not None:
        return alert.in_force_until
    match alert.kind:
        case AlertKind.COUNTY_WITH_CASE:
            return alert.in_force_from + policy.alert_1_for
        case AlertKind.ENTRY_ISOLATION:
            return next_midnight(alert.in_force_from + ENTRY_ISOLATION_FOR)
        case AlertKind.LAND_BORDER_COUNTY:
            return alert.in_force_from + LAND_BORDER_FOR
        case AlertKind.TIME_SPACE_LINK | AlertKind.TEST_REQUIRED:
            return None
        case _:
            assert_never(alert.kind)


def _is_running(alert: Alert, policy: Policy, *, at: datetime) -> bool:
    ends_at = alert_ends_at(alert, policy)
    return alert.in_force_from <= at and (ends_at is None or at < ends_at)


def _ended_by_test(alert: Alert, naats: tuple[Naat, ...]) -> bool:
    # An own test says nothing about a county, a journey or a contact: only ④ asked for one.
    return alert.kind is AlertKind.TEST_REQUIRED and any(
        naat.result is NaatResult.NOT_DETECTED and taken_at(naat) > alert.in_force_from for naat in naats
    )


def _order_rank(order: Order) -> tuple[int, datetime, datetime, str, str, str]:
    gravest_first = tuple(OrderKind).index(order.kind)
    return (
        gravest_first,
        order.in_force_from,
        order.in_force_until,
        order.authority,
        order.reference,
        order.contact,
    )


def _alert_rank(alert: Alert) -> tuple[int, datetime, str, str, str, str, float]:
    # Rows without an end come first; a float compares where a missing datetime would not.
    until = alert.in_force_until.timestamp() if alert.in_force_until else float("-inf")
    return (
        alert.kind.number,
        alert.in_force_from,
        alert.authority,
        alert.reference,
        alert.contact,
        alert.cause or "",
        until,
    )
