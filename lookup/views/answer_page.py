"""An answer as its page shows it: frozen values with their words, so that no template decides anything."""

from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from typing import TYPE_CHECKING

from django.utils.translation import ngettext

from healthcode.facts import Feed, Order
from healthcode.verdict import Reason, StatusCode
from lookup import wording
from lookup.admission import Door, Proof
from lookup.disclosure import AlertShown, Answer, DataAge, DoseShown, NaatShown, TestShown
from lookup.wording import ReasonWording

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# A door shut for one of these says nothing against the records behind it.
_SHUT = frozenset({Reason.NOT_REGISTERED, Reason.REGISTRATION_SYNCING, Reason.NO_FACE_REFERENCE})
_TELEPHONE = frozenset("0123456789+-() ")


@dataclass(frozen=True, kw_only=True)
class StatusPanel:
    """The part that closes: status, masked name, test days, vaccination state."""

    code: StatusCode
    label: "_StrPromise"
    explanation: "_StrPromise"
    subject_name: str | None
    test_days: str | None
    test_pending: bool
    has_test_line: bool
    vaccination: "_StrPromise | None"
    valid_until: datetime | None


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


@dataclass(frozen=True, kw_only=True)
class AnswerPage:
    """Everything that an answer's page shows. Without ``panel`` the status has closed."""

    door: Door
    door_label: "_StrPromise"
    asked_at: datetime
    closes_at: datetime
    closes_in: int
    is_kin: bool
    panel: StatusPanel | None
    shows_causes: bool
    causes: "tuple[_StrPromise, ...]"
    steps: "tuple[_StrPromise, ...]"
    reasons: tuple[ReasonWording, ...]
    measures: tuple[MeasureLine, ...]
    shows_records: bool
    records_are_in_order: bool
    tests: tuple[TestLine, ...]
    doses: tuple[DoseLine, ...]
    feeds: tuple[FeedLine, ...]


def living_page(answer: Answer, *, at: datetime) -> AnswerPage:
    """Return the page of an answer whose status is still shown."""
    return _page(answer, at=at, panel=_panel(answer))


def closed_page(answer: Answer, *, at: datetime) -> AnswerPage:
    """Return the page of an answer whose status has closed: reasons and remedies stay, for kin."""
    return _page(answer, at=at, panel=None)


def _page(answer: Answer, *, at: datetime, panel: StatusPanel | None) -> AnswerPage:
    is_kin = answer.proof.is_kin
    keeps_records = answer.naat is not None and is_kin
    return AnswerPage(
        door=answer.door,
        door_label=wording.door_label(answer.door),
        asked_at=answer.asked_at,
        closes_at=answer.closes_at,
        closes_in=max(1, ceil((answer.closes_at - at).total_seconds())),
        is_kin=is_kin,
        panel=panel,
        shows_causes=_shows_causes(answer, is_open=panel is not None),
        causes=wording.possible_causes(),
        steps=wording.what_a_stranger_can_do(),
        reasons=tuple(wording.reason_wording(reason) for reason in answer.reasons),
        measures=_measures(answer) if keeps_records else (),
        shows_records=keeps_records,
        records_are_in_order=_records_are_in_order(answer.reasons),
        tests=_tests(answer.naat) if keeps_records else (),
        doses=_doses(answer) if keeps_records else (),
        feeds=_feeds(answer.data) if keeps_records and answer.data else (),
    )


def _shows_causes(answer: Answer, *, is_open: bool) -> bool:
    # A closed page shows them whatever the status was, or their absence would go on saying "green".
    bare = answer.proof is Proof.NONE
    return bare and (answer.status is StatusCode.UNKNOWN or not is_open)


def _records_are_in_order(reasons: tuple[Reason, ...]) -> bool:
    """Tell whether only the door is in the way: worth saying to whoever fears for the records."""
    return bool(_SHUT & set(reasons)) and Reason.RECORD_IN_REVIEW not in reasons


def _panel(answer: Answer) -> StatusPanel:
    naat, vaccination = answer.naat, answer.vaccination
    return StatusPanel(
        code=answer.status,
        label=wording.status_label(answer.status),
        explanation=wording.status_explanation(answer.status),
        subject_name=answer.subject_name,
        test_days=_days(naat),
        test_pending=naat is not None and naat.pending,
        has_test_line=naat is not None,
        vaccination=None if vaccination is None else wording.vaccination_label(vaccination.state),
        valid_until=answer.valid_until,
    )


def _days(naat: NaatShown | None) -> str | None:
    if naat is None or naat.days is None:
        return None
    return ngettext("%(days)s day", "%(days)s days", naat.days) % {"days": naat.days}


def _measures(answer: Answer) -> tuple[MeasureLine, ...]:
    orders = [_order_line(order) for order in answer.orders]
    alerts = [_alert_line(alert) for alert in answer.alerts]
    return (*orders, *(line for line in alerts if line is not None))


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


def _tests(naat: NaatShown | None) -> tuple[TestLine, ...]:
    return tuple(_test_line(test) for test in naat.history) if naat is not None else ()


def _test_line(test: TestShown) -> TestLine:
    return TestLine(
        taken_at=test.collected_at,
        issued_at=test.issued_at,
        result=None if test.result is None else wording.naat_result_label(test.result),
        css_class="pending" if test.result is None else test.result.value.lower().replace("_", "-"),
        pooled=test.pooled,
        laboratory=test.laboratory,
    )


def _doses(answer: Answer) -> tuple[DoseLine, ...]:
    return tuple(_dose_line(dose) for dose in answer.vaccination.doses) if answer.vaccination else ()


def _dose_line(dose: DoseShown) -> DoseLine:
    return DoseLine(
        dose_number=dose.dose_number,
        product=wording.product_label(dose.product),
        administered_on=dose.administered_on,
        site=dose.site,
    )


def _feeds(data: DataAge) -> tuple[FeedLine, ...]:
    return tuple(
        FeedLine(label=wording.feed_label(feed), as_of=data.feeds.as_of(feed), stale=feed in data.stale)
        for feed in Feed
    )
