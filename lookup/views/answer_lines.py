"""The lines below an answer's panel: measures, tests, doses and feeds, as kin see them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from healthcode.facts import Feed, Order
from lookup import wording
from lookup.answer import AlertShown, Answer, DataAge, DoseShown, NaatShown, TestShown

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_TELEPHONE = frozenset("0123456789+-() ")


@dataclass(frozen=True, kw_only=True)
class MeasureLine:
    """An order or alert in force, with whom to ask."""

    label: "_StrPromise"
    text: "_StrPromise | None"
    cause: "_StrPromise | None"
    authority: str
    reference: str
    contact: str
    telephone: str | None
    in_force_from: datetime
    in_force_until: datetime | None
    ends_by: "_StrPromise | None"


@dataclass(frozen=True, kw_only=True)
class TestLine:
    """One test in the timeline; without a result it is pending."""

    __test__ = False  # a name that pytest would take for a test class

    taken_at: datetime | None
    issued_at: datetime | None
    result: "_StrPromise | None"
    css_class: str
    pooled: bool
    laboratory: str


@dataclass(frozen=True, kw_only=True)
class DoseLine:
    """One dose in the list."""

    dose_number: int
    product: "_StrPromise"
    administered_on: date
    site: str


@dataclass(frozen=True, kw_only=True)
class FeedLine:
    """How old one group of sources is."""

    label: "_StrPromise"
    as_of: datetime | None
    stale: bool


def measures_of(answer: Answer) -> tuple[MeasureLine, ...]:
    """Return the orders and alerts in force, as kin see them."""
    orders = [_order_line(order) for order in answer.orders]
    alerts = [_alert_line(alert) for alert in answer.alerts]
    return (*orders, *(line for line in alerts if line is not None))


def tests_of(naat: NaatShown | None) -> tuple[TestLine, ...]:
    """Return the tests one by one."""
    return tuple(_test_line(test) for test in naat.history) if naat is not None else ()


def doses_of(answer: Answer) -> tuple[DoseLine, ...]:
    """Return the doses one by one."""
    return tuple(_dose_line(dose) for dose in answer.vaccination.doses) if answer.vaccination else ()


def feeds_of(data: DataAge) -> tuple[FeedLine, ...]:
    """Return how old each group of sources is."""
    return tuple(
        FeedLine(label=wording.feed_label(feed), as_of=data.feeds.as_of(feed), stale=feed in data.stale)
        for feed in Feed
    )


def _order_line(order: Order) -> MeasureLine:
    return MeasureLine(
        label=wording.order_label(order.kind),
        text=None,
        cause=None,
        authority=order.authority,
        reference=order.reference,
        contact=order.contact,
        telephone=_telephone(order.contact),
        in_force_from=order.in_force_from,
        in_force_until=order.in_force_until,
        ends_by=None,
    )


def _alert_line(shown: AlertShown) -> MeasureLine | None:
    alert = shown.detail
    if alert is None:
        return None
    return MeasureLine(
        label=wording.alert_label(shown.number),
        text=wording.alert_text(shown.number),
        cause=None if alert.cause is None else wording.alert_cause_label(alert.cause),
        authority=alert.authority,
        reference=alert.reference,
        contact=alert.contact,
        telephone=_telephone(alert.contact),
        in_force_from=alert.in_force_from,
        in_force_until=alert.in_force_until,
        ends_by=wording.alert_end_text(shown.number),
    )


def _telephone(contact: str) -> str | None:
    """Return a contact as the address of a telephone link, if it is a number and nothing else."""
    digits = "".join(character for character in contact if character in "+0123456789")
    return digits if len(digits) >= 3 and set(contact) <= _TELEPHONE else None


def _test_line(test: TestShown) -> TestLine:
    return TestLine(
        taken_at=test.collected_at,
        issued_at=test.issued_at,
        result=None if test.result is None else wording.naat_result_label(test.result),
        css_class="pending" if test.result is None else test.result.value.lower().replace("_", "-"),
        pooled=test.pooled,
        laboratory=test.laboratory,
    )


def _dose_line(dose: DoseShown) -> DoseLine:
    return DoseLine(
        dose_number=dose.dose_number,
        product=wording.product_label(dose.product),
        administered_on=dose.administered_on,
        site=dose.site,
    )
