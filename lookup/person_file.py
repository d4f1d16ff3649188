"""Everything on file about one person, as the staff's page shows it: frozen, masked, and no model in it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from healthcode.facts import AlertCause, AlertKind, Facts, OrderKind
from healthcode.verdict import Reason, Verdict
from identity.document import DocumentType, Sex
from lookup.admission import Door, Proof, Standing
from records.history import DoseEntry, TestEntry


@dataclass(frozen=True, kw_only=True)
class RegistryRow:
    """What the registry says of a person."""

    name: str = field(repr=False)
    number: str = field(repr=False)
    document_type: DocumentType
    sex: Sex
    born_on: date
    card_issued_on: date | None
    died_on: date | None
    withdrawn: bool
    source: str
    record_id: str
    version: int
    synced_at: datetime


@dataclass(frozen=True, kw_only=True)
class DoorShown:
    """What a door says to an asker without kinship; ``age_served``: whether the age opens this door."""

    door: Door
    age_served: bool
    reasons: tuple[Reason, ...]

    @property
    def is_open(self) -> bool:
        return self.age_served and not self.reasons


@dataclass(frozen=True, kw_only=True)
class MeasureShown:
    """An order or alert as its source said it last, in force or not."""

    kind: OrderKind | AlertKind
    authority: str
    reference: str
    contact: str
    in_force_from: datetime
    in_force_until: datetime | None
    cause: AlertCause | None
    withdrawn: bool
    in_force: bool


@dataclass(frozen=True, kw_only=True)
class KinShown:
    """A guardian or ward; ``name`` is None for somebody whom the registry does not know yet."""

    kinship_id: UUID
    person_key: UUID
    name: str | None = field(repr=False)
    number: str | None = field(repr=False)
    kind: str
    evidence: str
    in_force_from: datetime
    in_force_until: datetime | None
    in_force: bool


@dataclass(frozen=True, kw_only=True)
class LookupShown:
    """One question about the person and what came of it."""

    id: UUID
    asked_at: datetime
    door: Door
    proof: Proof
    asker: str
    outcome: str
    refusal: str
    status: str
    shown_status: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PersonFile:
    """The page of one person."""

    person_key: UUID
    policy: str
    registry: RegistryRow
    standing: Standing
    verdict: Verdict
    doors: tuple[DoorShown, ...]
    facts: Facts
    summary_updated_at: datetime | None
    tests: tuple[TestEntry, ...]
    doses: tuple[DoseEntry, ...]
    orders: tuple[MeasureShown, ...]
    alerts: tuple[MeasureShown, ...]
    guardians: tuple[KinShown, ...]
    wards: tuple[KinShown, ...]
    lookups: tuple[LookupShown, ...]
