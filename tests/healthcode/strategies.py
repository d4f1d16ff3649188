"""Invented facts for property tests: three weeks around the change from V1 to V3."""

from datetime import date, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st

from civil_time import start_of
from healthcode.facts import (
    Alert,
    AlertCause,
    AlertKind,
    Dose,
    Facts,
    FeedAges,
    Naat,
    NaatResult,
    Order,
    OrderKind,
    VaccineProduct,
)
from tests.healthcode.policies import TIMELINE

steady = settings(derandomize=True, max_examples=100, database=None, deadline=None)
"""Put on every property test: the same examples in every run."""

BEGINS = start_of(date(2022, 6, 24))
ENDS = start_of(date(2022, 7, 15))


def instants(begins: datetime = BEGINS, ends: datetime = ENDS) -> st.SearchStrategy[datetime]:
    """Return whole quarters of an hour, so that different records often meet."""
    quarters = int((ends - begins) / timedelta(minutes=15))
    return st.integers(0, quarters).map(lambda number: begins + number * timedelta(minutes=15))


@st.composite
def naats(draw: st.DrawFn) -> Naat:
    """Return a test: pending, or with a result and with or without its time of collection."""
    collected_at = draw(instants())
    pooled = draw(st.booleans())
    result = draw(st.none() | st.sampled_from(NaatResult))
    if result is None:
        return Naat(collected_at=collected_at, issued_at=None, result=None, pooled=pooled)
    issued_at = collected_at + timedelta(hours=draw(st.integers(1, 48)))
    has_collection = draw(st.booleans())
    return Naat(
        collected_at=collected_at if has_collection else None,
        issued_at=min(issued_at, ENDS),
        result=result,
        pooled=pooled,
    )


@st.composite
def periods(draw: st.DrawFn) -> tuple[datetime, datetime]:
    """Return a start and an end."""
    start = draw(instants())
    return start, start + timedelta(hours=draw(st.integers(1, 400)))


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """Return an order with its evidence."""
    start, until = draw(periods())
    return Order(
        kind=draw(st.sampled_from(OrderKind)),
        authority="Wangjing subdistrict",
        reference=draw(st.sampled_from(("W-1", "W-2"))),
        contact="010-0000 0412",
        in_force_from=start,
        in_force_until=until,
    )


@st.composite
def alerts(draw: st.DrawFn, kinds: tuple[AlertKind, ...] = tuple(AlertKind)) -> Alert:
    """Return an alert, with an end of its own or without."""
    kind = draw(st.sampled_from(kinds))
    start, until = draw(periods())
    return Alert(
        kind=kind,
        authority="District health office",
        reference=draw(st.sampled_from(("A-1", "A-2"))),
        contact="010-0000 0017",
        in_force_from=start,
        in_force_until=draw(st.none() | st.just(until)),
        cause=draw(st.sampled_from(AlertCause)) if kind is AlertKind.TEST_REQUIRED else None,
    )


doses = st.builds(
    Dose,
    product=st.sampled_from(VaccineProduct),
    administered_on=st.dates(date(2021, 1, 1), date(2022, 7, 20)),
    dose_number=st.integers(1, 4),
)

read_at = st.none() | instants()

feed_ages = st.builds(FeedAges, registry=read_at, tests=read_at, doses=read_at, orders=read_at)

policies = st.sampled_from(TIMELINE)


def facts_about_somebody() -> st.SearchStrategy[Facts]:
    """Return facts of every kind, past and future mixed."""
    return st.builds(
        Facts,
        born_on=st.dates(date(1940, 1, 1), date(2022, 6, 1)),
        naats=st.lists(naats(), max_size=8).map(tuple),
        doses=st.lists(doses, max_size=4).map(tuple),
        orders=st.lists(orders(), max_size=2).map(tuple),
        alerts=st.lists(alerts(), max_size=3).map(tuple),
        feeds=feed_ages,
        record_in_review=st.booleans(),
    )


after_everything = instants(ENDS, ENDS + timedelta(days=12))
"""Instants at which every test of these facts is known."""
