"""What is known about a person when a verdict is asked for: tests, doses, orders, alerts, data ages."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import assert_never


class NaatResult(StrEnum):
    """The result of a nucleic acid amplification test, of one person or of a whole tube."""

    NOT_DETECTED = "NOT_DETECTED"
    DETECTED = "DETECTED"
    INCONCLUSIVE = "INCONCLUSIVE"


class OrderKind(StrEnum):
    """The two kinds of observation order; nothing else gives a person a red or a yellow."""

    CENTRAL_ISOLATION = "CENTRAL_ISOLATION"
    HOME_ISOLATION = "HOME_ISOLATION"


class AlertKind(StrEnum):
    """The alerts ① to ⑤, in the order of their numbers (docs/domain.md, 5)."""

    COUNTY_WITH_CASE = "COUNTY_WITH_CASE"
    ENTRY_ISOLATION = "ENTRY_ISOLATION"
    TIME_SPACE_LINK = "TIME_SPACE_LINK"
    TEST_REQUIRED = "TEST_REQUIRED"
    LAND_BORDER_COUNTY = "LAND_BORDER_COUNTY"

    @property
    def number(self) -> int:
        """The number that people know the alert by, 1 to 5."""
        return tuple(AlertKind).index(self) + 1


class AlertCause(StrEnum):
    """Why a test is required; only alert ④ has a cause."""

    ARRIVAL = "ARRIVAL"
    DRUG_PURCHASE = "DRUG_PURCHASE"
    CLINIC_VISIT = "CLINIC_VISIT"
    JOB_DUTY = "JOB_DUTY"
    MISSED_ROUNDS = "MISSED_ROUNDS"


class VaccineProduct(StrEnum):
    """The five products whose doses the service knows."""

    CORONAVAC = "CORONAVAC"
    BBIBP_CORV = "BBIBP_CORV"
    WIBP_CORV = "WIBP_CORV"
    CONVIDECIA = "CONVIDECIA"
    ZF2001 = "ZF2001"


class Feed(StrEnum):
    """A group of sources that grow old together.

    Tubes are TESTS, alerts are ORDERS, kinship is REGISTRY.
    """

    REGISTRY = "REGISTRY"
    TESTS = "TESTS"
    DOSES = "DOSES"
    ORDERS = "ORDERS"


@dataclass(frozen=True, kw_only=True, slots=True)
class Naat:
    """One test of one person; ``pooled`` if the specimen shared a tube with others.

    Without ``issued_at`` the result is still pending; some laboratories send no ``collected_at``.
    Raises ValueError if both times are missing, if a result comes without its time or a time
    without its result, or if a time is naive.
    """

    collected_at: datetime | None
    issued_at: datetime | None
    result: NaatResult | None
    pooled: bool = False

    def __post_init__(self) -> None:
        if self.collected_at is None and self.issued_at is None:
            raise ValueError("a test needs the time of collection or the time of issue")
        if (self.issued_at is None) != (self.result is None):
            raise ValueError("a test has a result exactly when it has a time of issue")
        _require_aware(self.collected_at, self.issued_at)


@dataclass(frozen=True, kw_only=True, slots=True)
class Dose:
    """One vaccine dose; ``dose_number`` is what the site wrote down, shown but never counted with."""

    product: VaccineProduct
    administered_on: date
    dose_number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """An observation order: the evidence without which nobody is red or yellow.

    In force from ``in_force_from`` (included) until ``in_force_until`` (excluded).
    Raises ValueError without an authority or a reference, or if a time is naive.
    Source: docs/domain.md, 6 (Zhengzhou, June 2022: 1,317 people turned red without cause).
    """

    kind: OrderKind
    authority: str
    reference: str
    contact: str
    in_force_from: datetime
    in_force_until: datetime

    def __post_init__(self) -> None:
        if not (self.authority.strip() and self.reference.strip()):
            raise ValueError("an order names its authority and its reference")
        _require_aware(self.in_force_from, self.in_force_until)


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """One of the alerts ① to ⑤; without ``in_force_until`` the period of its kind applies.

    In force from ``in_force_from`` (included) until ``in_force_until`` (excluded).
    Raises ValueError if a time is naive.
    """

    kind: AlertKind
    authority: str
    reference: str
    contact: str
    in_force_from: datetime
    in_force_until: datetime | None = None
    cause: AlertCause | None = None

    def __post_init__(self) -> None:
        _require_aware(self.in_force_from, self.in_force_until)


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedAges:
    """Up to which instant each feed is known to us; None if it was never read.

    Raises ValueError if a time is naive.
    """

    registry: datetime | None
    tests: datetime | None
    doses: datetime | None
    orders: datetime | None

    def __post_init__(self) -> None:
        _require_aware(self.registry, self.tests, self.doses, self.orders)

    def as_of(self, feed: Feed) -> datetime | None:
        """Return the instant up to which one feed is known."""
        match feed:
            case Feed.REGISTRY:
                return self.registry
            case Feed.TESTS:
                return self.tests
            case Feed.DOSES:
                return self.doses
            case Feed.ORDERS:
                return self.orders
            case _:
                assert_never(feed)


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """Everything that a verdict rests on, apart from the policy and the clock.

    ``record_in_review`` is set while a record of this person waits in quarantine.
    The order inside the tuples means nothing.
    """

    born_on: date
    feeds: FeedAges
    naats: tuple[Naat, ...] = ()
    doses: tuple[Dose, ...] = ()
    orders: tuple[Order, ...] = ()
    alerts: tuple[Alert, ...] = ()
    record_in_review: bool = False


def _require_aware(*instants: datetime | None) -> None:
    if any(instant is not None and instant.tzinfo is None for instant in instants):
        raise ValueError("a time without a time zone is no instant")
