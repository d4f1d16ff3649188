"""The decision table: facts, policy and clock in, one verdict out."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from civil_time import SHANGHAI, civil_date, completed_years, next_midnight
from healthcode.entry import asks_for_test
from healthcode.facts import Alert, Facts, Feed, Order, OrderKind
from healthcode.freshness import next_stale_from, stale_feeds
from healthcode.in_force import alert_ends_at, alerts_in_force, orders_in_force
from healthcode.known import becomes_known, known_naats
from healthcode.naat_days import naat_count, retest_required
from healthcode.policy import Policy
from healthcode.vaccination import vaccination_state
from healthcode.verdict import NaatCount, Reason, StatusCode, VaccinationState, Verdict

RULES_VERSION = "1"
"""Grows with every change of the rules that can change a verdict, so that old answers can be replayed."""

_RANKS = {reason: rank for rank, reason in enumerate(Reason)}


def evaluate(facts: Facts, policy: Policy, *, at: datetime) -> Verdict:
    """Return the verdict on a person at an instant, under one policy.

    It holds until ``valid_until``: 24:00 Shanghai, or the earlier instant at which time alone, with
    no new record, would change anything in it.

    Raises ValueError if ``at`` is naive.
    Source: docs/domain.md, 5.
    """
    if at.tzinfo is None:
        raise ValueError("a verdict needs an aware instant")
    midnight = next_midnight(at)
    # That a feed grows stale is a change for certain, so only what comes before it has to be judged.
    until = min(next_stale_from(facts.feeds, policy.stale_after, after=at) or midnight, midnight)
    until = until.astimezone(SHANGHAI)
    verdict = _verdict(facts, policy, at=at, until=until)
    for instant in _turning_points(facts, policy, after=at, before=until):
        if _verdict(facts, policy, at=instant, until=until) != verdict:
            return replace(verdict, valid_until=instant.astimezone(SHANGHAI))
    return verdict


def status_at(facts: Facts, policy: Policy, *, at: datetime) -> StatusCode:
    """Return only the status of the verdict that ``evaluate`` gives, at a small part of its cost."""
    naats = known_naats(facts.naats, at=at)
    return _status(
        facts,
        orders=orders_in_force(facts.orders, at=at),
        alerts=alerts_in_force(facts.alerts, naats, policy, at=at),
        retest=retest_required(naats),
    )


def _verdict(facts: Facts, policy: Policy, *, at: datetime, until: datetime) -> Verdict:
    """Return the verdict as if it held until an instant."""
    naats = known_naats(facts.naats, at=at)
    orders = orders_in_force(facts.orders, at=at)
    alerts = alerts_in_force(facts.alerts, naats, policy, at=at)
    retest = retest_required(naats)
    count = naat_count(naats, policy, at=at)
    today = civil_date(at)
    age = completed_years(facts.born_on, today)
    vaccination = vaccination_state(facts.doses, born_on=facts.born_on, on=today)
    stale = stale_feeds(facts.feeds, policy.stale_after, at=at)
    reasons = {
        *_status_reasons(facts, orders=orders, alerts=alerts, retest=retest),
        *_naat_reasons(count, entry_days=policy.entry_days, age=age),
        *_record_reasons(facts, vaccination=vaccination, stale=stale),
    }
    return Verdict(
        status=_status(facts, orders=orders, alerts=alerts, retest=retest),
        reasons=tuple(sorted(reasons, key=_RANKS.__getitem__)),
        alerts=tuple(_with_its_end(alert, policy) for alert in alerts),
        orders=orders,
        naat=count,
        vaccination=vaccination,
        stale=stale,
        age=age,
        valid_until=until,
    )


def _with_its_end(alert: Alert, policy: Policy) -> Alert:
    end = alert_ends_at(alert, policy)
    return alert if end == alert.in_force_until else replace(alert, in_force_until=end)


def _status(
    facts: Facts, *, orders: tuple[Order, ...], alerts: tuple[Alert, ...], retest: bool
) -> StatusCode:
    """Return the first match of the decision table."""
    kinds = {order.kind for order in orders}
    if OrderKind.CENTRAL_ISOLATION in kinds:
        return StatusCode.RED
    if OrderKind.HOME_ISOLATION in kinds:
        return StatusCode.YELLOW
    if alerts or retest:
        return StatusCode.UNCONFIRMED
    if facts.feeds.orders is None:
        return StatusCode.UNKNOWN
    return StatusCode.GREEN


def _status_reasons(
    facts: Facts, *, orders: tuple[Order, ...], alerts: tuple[Alert, ...], retest: bool
) -> Iterator[Reason]:
    if orders:
        yield Reason.OBSERVATION_ORDER
    for alert in alerts:
        yield Reason.for_alert(alert.kind)
    if retest:
        yield Reason.NAAT_RETEST_REQUIRED
    if facts.feeds.orders is None:
        yield Reason.ORDERS_NEVER_READ


def _naat_reasons(count: NaatCount, *, entry_days: int | None, age: int) -> Iterator[Reason]:
    """Missing and overdue say that the entry rule is not met, so they need a rule that asks."""
    if entry_days is not None and asks_for_test(entry_days=entry_days, age=age):
        if count.result is None:
            yield Reason.NAAT_MISSING
        elif count.days is not None and count.days > entry_days:
            yield Reason.NAAT_OVERDUE
    if count.pending:
        yield Reason.NAAT_PENDING


def _record_reasons(
    facts: Facts, *, vaccination: VaccinationState, stale: tuple[Feed, ...]
) -> Iterator[Reason]:
    if vaccination is VaccinationState.NOT_FOUND:
        yield Reason.VACCINATION_UNKNOWN
    if stale:
        yield Reason.SOURCE_STALE
    if facts.record_in_review:
        yield Reason.RECORD_IN_REVIEW


def _turning_points(facts: Facts, policy: Policy, *, after: datetime, before: datetime) -> list[datetime]:
    """Return, in order, the instants between the two at which time alone can change a verdict.

    Without the feeds, whose ages are looked at by themselves.
    """
    points = {
        *becomes_known(facts.naats),
        *(edge for order in facts.orders for edge in (order.in_force_from, order.in_force_until)),
        *(edge for alert in facts.alerts for edge in (alert.in_force_from, alert_ends_at(alert, policy))),
    }
    return sorted(point for point in points if point is not None and after < point < before)
