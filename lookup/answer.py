"""What leaves: an answer to a citizen, a check for a device, and the lines they are made of. Pure.

Which of these lines are filled is for lookup.disclosure alone.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from healthcode.facts import Alert, Feed, FeedAges, NaatResult, Order, VaccineProduct
from healthcode.verdict import EntryVerdict, Reason, StatusCode, VaccinationState
from lookup.admission import Door, FaceStep, Proof


class AgeBand(StrEnum):
    """All that a gate learns of an age."""

    CHILD = "child"
    ADULT = "adult"
    ELDER = "elder"


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
    face_step: FaceStep | None = None
    data: DataAge | None = None
    carries_code: bool = False
    """Whether a rotating code may stand beside it while it lives."""

    @property
    def closes_at(self) -> datetime:
        return self.asked_at + self.closes_after


@dataclass(frozen=True, kw_only=True)
class Check:
    """What a device is told: no document number, reason, laboratory, exact time or photo.

    ``code_used_elsewhere`` is None for a check by document number.
    """

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
    code_used_elsewhere: bool | None = None
