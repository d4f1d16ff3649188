"""What the rule book answers: a status, its reasons, and what stands beside it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from healthcode.facts import Alert, AlertKind, Feed, NaatResult, Order


class Color(StrEnum):
    """The three colours of a code."""

    GREEN = "GREEN"
    YELLOW = "YELLOW"
    RED = "RED"


class StatusCode(StrEnum):
    """The five answers to "what is this person's status?" (docs/domain.md, 5)."""

    GREEN = "GREEN"
    YELLOW = "YELLOW"
    RED = "RED"
    UNCONFIRMED = "UNCONFIRMED"
    UNKNOWN = "UNKNOWN"

    @property
    def color(self) -> Color | None:
        """The colour of the code; UNCONFIRMED and UNKNOWN carry none."""
        match self:
            case StatusCode.GREEN:
                return Color.GREEN
            case StatusCode.YELLOW:
                return Color.YELLOW
            case StatusCode.RED:
                return Color.RED
            case StatusCode.UNCONFIRMED | StatusCode.UNKNOWN:
                return None
            case _:
                assert_never(self)


class Reason(StrEnum):
    """The closed list of reasons, in the order in which they are always listed.

    First those of admission, which the rule book never gives; then those of the status; then
    those that stand beside a status and never change it. Source: docs/domain.md, 5 ("Reasons").
    """

    NOT_IN_REGISTRY = "NOT_IN_REGISTRY"
    DECEASED = "DECEASED"
    NOT_REGISTERED = "NOT_REGISTERED"
    REGISTRATION_SYNCING = "REGISTRATION_SYNCING"
    NO_FACE_REFERENCE = "NO_FACE_REFERENCE"
    LOCKED_BY_SUBJECT = "LOCKED_BY_SUBJECT"

    OBSERVATION_ORDER = "OBSERVATION_ORDER"
    ALERT_1 = "ALERT_1"
    ALERT_2 = "ALERT_2"
    ALERT_3 = "ALERT_3"
    ALERT_4 = "ALERT_4"
    ALERT_5 = "ALERT_5"
    NAAT_RETEST_REQUIRED = "NAAT_RETEST_REQUIRED"
    ORDERS_NEVER_READ = "ORDERS_NEVER_READ"

    NAAT_MISSING = "NAAT_MISSING"
    NAAT_OVERDUE = "NAAT_OVERDUE"
    NAAT_PENDING = "NAAT_PENDING"
    VACCINATION_UNKNOWN = "VACCINATION_UNKNOWN"
    SOURCE_STALE = "SOURCE_STALE"
    RECORD_IN_REVIEW = "RECORD_IN_REVIEW"

    @classmethod
    def for_alert(cls, kind: AlertKind) -> "Reason":
        """Return the reason that an alert of this kind gives."""
        return cls(f"ALERT_{kind.number}")


class VaccinationState(StrEnum):
    """The five vaccination states (docs/domain.md, 5)."""

    BOOSTER_COMPLETE = "BOOSTER_COMPLETE"
    PRIMARY_COMPLETE = "PRIMARY_COMPLETE"
    PRIMARY_INCOMPLETE = "PRIMARY_INCOMPLETE"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    NOT_FOUND = "NOT_FOUND"


class EntryVerdict(StrEnum):
    """What a checkpoint does: let in, not let in, or let a human look."""

    PASS = "pass"
    NO_PASS = "no_pass"
    MANUAL = "manual"


@dataclass(frozen=True, kw_only=True, slots=True)
class NaatCount:
    """The test line beside a status.

    ``days`` is the counter "N天" of the newest NOT_DETECTED, None without one; ``result`` belongs to
    the newest specimen that has one; ``pending`` says that a newer specimen still waits for its own.
    """

    days: int | None
    result: NaatResult | None
    pending: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The one answer of the rule book, the same at every door.

    ``alerts`` and ``orders`` are those in force, an alert's end filled in where time ends it;
    ``stale`` are the feeds that are too old or were never read; ``age`` is in completed years; the
    verdict holds until ``valid_until`` (excluded).
    """

    status: StatusCode
    reasons: tuple[Reason, ...]
    alerts: tuple[Alert, ...]
    orders: tuple[Order, ...]
    naat: NaatCount
    vaccination: VaccinationState
    stale: tuple[Feed, ...]
    age: int
    valid_until: datetime
