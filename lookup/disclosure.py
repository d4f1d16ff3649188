"""Which fields of a decision leave, to whom. Pure; the only table of its kind.

A field that no line here lets through cannot leave: answers are built from these values alone.
Source: docs/domain.md, 4.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from healthcode.entry import judge_entry
from healthcode.facts import Alert, AlertKind, Feed, FeedAges, NaatResult, Order, VaccineProduct
from healthcode.verdict import EntryVerdict, Reason, StatusCode, VaccinationState, Verdict
from lookup.admission import Admitted, Door, NotAdmitted, Proof

CHILD_BELOW = 18  # completed years
ELDER_FROM = 60

_STATUS_REASONS = frozenset(
    {Reason.OBSERVATION_ORDER, Reason.NAAT_RETEST_REQUIRED, Reason.ORDERS_NEVER_READ}
    | {Reason.for_alert(kind) for kind in AlertKind}
)


class AgeBand(StrEnum):
    """All that a gate learns of an age."""

    CHILD = "child"
    ADULT = "adult"
    ELDER = "elder"


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Both questions answered about one person, before anything is held back."""

    verdict: Verdict
    admission: Admitted | NotAdmitted
    feeds: FeedAges

    @property
    def status(self) -> StatusCode:
        """The status that this door gives: the verdict's, or UNKNOWN where the door is shut."""
        return self.verdict.status if isinstance(self.admission, Admitted) else StatusCode.UNKNOWN

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Every reason that applies, in the order of the enum.

        A shut door says why it is shut and what stands beside a status, not what the status would be.
        """
        match self.admission:
            case Admitted():
                return self.verdict.reasons
            case NotAdmitted(reasons=shut):
                return (*shut, *(reason for reason in self.verdict.reasons if reason not in _STATUS_REASONS))
            case _:
                assert_never(self.admission)


@dataclass(frozen=True, kw_only=True)
class TestShown:
    """One line of the test history."""

    __test__ = False  # a name that pytest would take for a test class

    collected_at: datetime | None
    issued_at: datetime | None
    result: NaatResult | None
    pooled: bool
    laboratory: str


@dataclass(frozen=True, kw_only=True)
class DoseShown:
    """One line of the dose history."""

    dose_number: int
    product: VaccineProduct
    administered_on: date
    site: str


@dataclass(frozen=True, kw_only=True)
class History:
    """Tests and doses one by one, newest first; for OWN and KINSHIP."""

    tests: tuple[TestShown, ...] = ()
    doses: tuple[DoseShown, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NaatShown:
    """The test line: whole days since the newest negative test, and what is still awaited."""

    days: int | None
    result: NaatResult | None
    pending: bool
    history: tuple[TestShown, ...] = ()


@dataclass(frozen=True, kw_only=True)
class VaccinationShown:
    """The vaccination line."""

    state: VaccinationState
    doses: tuple[DoseShown, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AlertShown:
    """An alert; without kinship its number alone."""

    number: int
    detail: Alert | None = None


@dataclass(frozen=True, kw_only=True)
class DataAge:
    """How old the data is: the oldest feed, and each."""

    as_of: datetime | None
    feeds: FeedAges
    stale: tuple[Feed, ...]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a citizen is told. What the proof does not allow is None or empty, never missing."""

    id: UUID
    asked_at: datetime
    door: Door
    proof: Proof
    status: StatusCode
    policy: str
    closes_after: timedelta
    reasons: tuple[Reason, ...] = ()
    alerts: tuple[AlertShown, ...] = ()
    orders: tuple[Order, ...] = ()
    naat: NaatShown | None = None
    vaccination: VaccinationShown | None = None
    subject_name: str | None = field(default=None, repr=False)
    valid_until: datetime | None = None
    data: DataAge | None = None

    @property
    def closes_at(self) -> datetime:
        return self.asked_at + self.closes_after


@dataclass(frozen=True, kw_only=True)
class Check:
    """What a device is told: no document number, reason, laboratory, exact time or photo."""

    id: UUID
    verdict: EntryVerdict
    status: StatusCode
    alert_numbers: tuple[int, ...]
    subject_name: str | None = field(repr=False)
    age_band: AgeBand | None
    pseudonym: str | None
    naat: NaatShown | None
    vaccination: VaccinationState | None
    data_as_of: datetime | None
    data_fresh: bool
    valid_until: datetime
    policy: str


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What every answer carries, whatever was decided."""

    id: UUID
    asked_at: datetime
    door: Door
    proof: Proof
    policy: str
    closes_after: timedelta


def shown_status(decision: Decision, proof: Proof) -> StatusCode:
    """Return the status that leaves: without proof green, or the bare unknown for everything else."""
    if proof is Proof.NONE and decision.status is not StatusCode.GREEN:
        return StatusCode.UNKNOWN
    return decision.status


def disclose(decision: Decision, envelope: Envelope, *, masked_name: str | None, history: History) -> Answer:
    """Return what may leave to an asker with the envelope's proof. Source: docs/domain.md, 4."""
    match envelope.proof:
        case Proof.OWN | Proof.KINSHIP:
            return _to_kin(decision, envelope, masked_name=masked_name, history=history)
        case Proof.FACE_MATCHED:
            return _to_matched(decision, envelope, masked_name=masked_name)
        case Proof.NONE:
            return _to_stranger(decision, envelope, masked_name=masked_name)
        case _:
            assert_never(envelope.proof)


def disclose_to_device(
    decision: Decision,
    *,
    id: UUID,
    policy: str,
    entry_days: int | None,
    masked_name: str | None,
    pseudonym: str,
) -> Check:
    """Return what may leave to a gate. Somebody in no record is for a human to look at."""
    verdict, known = decision.verdict, isinstance(decision.admission, Admitted)
    entry = judge_entry(verdict, entry_days=entry_days) if known else EntryVerdict.MANUAL
    watched = [as_of for as_of in (decision.feeds.orders, decision.feeds.tests) if as_of is not None]
    return Check(
        id=id,
        verdict=entry,
        status=decision.status,
        alert_numbers=tuple(alert.kind.number for alert in verdict.alerts) if known else (),
        subject_name=masked_name if known else None,
        age_band=_age_band(verdict.age) if known else None,
        pseudonym=pseudonym if known else None,
        naat=_test_line(verdict) if known else None,
        vaccination=verdict.vaccination if known else None,
        data_as_of=min(watched, default=None),
        data_fresh=not {Feed.ORDERS, Feed.TESTS} & set(verdict.stale),
        valid_until=verdict.valid_until,
        policy=policy,
    )


def _to_kin(decision: Decision, envelope: Envelope, *, masked_name: str | None, history: History) -> Answer:
    verdict, admitted = decision.verdict, isinstance(decision.admission, Admitted)
    feeds = decision.feeds
    known = [as_of for as_of in (feeds.registry, feeds.tests, feeds.doses, feeds.orders) if as_of is not None]
    return Answer(
        **vars(envelope),
        status=decision.status,
        reasons=decision.reasons,
        alerts=tuple(AlertShown(number=alert.kind.number, detail=alert) for alert in verdict.alerts)
        if admitted
        else (),
        orders=verdict.orders if admitted else (),
        naat=_test_line(verdict, history=history.tests),
        vaccination=VaccinationShown(state=verdict.vaccination, doses=history.doses),
        subject_name=masked_name,
        valid_until=verdict.valid_until,
        data=DataAge(as_of=min(known, default=None), feeds=feeds, stale=verdict.stale),
    )


def _to_matched(decision: Decision, envelope: Envelope, *, masked_name: str | None) -> Answer:
    verdict, admitted = decision.verdict, isinstance(decision.admission, Admitted)
    if not admitted:
        return Answer(**vars(envelope), status=StatusCode.UNKNOWN)
    return Answer(
        **vars(envelope),
        status=decision.status,
        alerts=tuple(AlertShown(number=alert.kind.number) for alert in verdict.alerts),
        naat=_test_line(verdict),
        vaccination=VaccinationShown(state=verdict.vaccination),
        subject_name=masked_name,
        valid_until=verdict.valid_until,
    )


def _to_stranger(decision: Decision, envelope: Envelope, *, masked_name: str | None) -> Answer:
    # Nothing here may depend on why it is not green: not the end of validity, not the age of the data.
    status = shown_status(decision, Proof.NONE)
    name = masked_name if status is StatusCode.GREEN else None
    return Answer(**vars(envelope), status=status, subject_name=name)


def _test_line(verdict: Verdict, *, history: tuple[TestShown, ...] = ()) -> NaatShown:
    count = verdict.naat
    return NaatShown(days=count.days, result=count.result, pending=count.pending, history=history)


def _age_band(age: int) -> AgeBand:
    if age < CHILD_BELOW:
        return AgeBand.CHILD
    return AgeBand.ELDER if age >= ELDER_FROM else AgeBand.ADULT
