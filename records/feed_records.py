"""What the rows of the feeds say, once they have been read: typed, frozen, complete."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from healthcode.facts import AlertCause, AlertKind, NaatResult, OrderKind, VaccineProduct
from identity.document import Document, Sex
from identity.models import Kinship


class FeedRecord(Protocol):
    """What every record has: an id within its source, a version from 1, whether it is withdrawn."""

    @property
    def record_id(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def withdrawn(self) -> bool: ...


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class _Record:
    record_id: str
    version: int
    withdrawn: bool

    def __repr__(self) -> str:
        # Nothing of a record belongs in a log or a traceback.
        return f"{type(self).__name__}(version={self.version})"


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class PersonRecord(_Record):
    """A person of the registry."""

    document: Document
    name: str
    born_on: date
    sex: Sex
    card_issued_on: date | None
    face_reference: str
    registered_at: datetime | None
    died_on: date | None


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class KinshipRecord(_Record):
    """Who may speak for whom, as the registry knows it."""

    guardian: Document
    ward: Document
    kind: Kinship.Kind
    evidence: Kinship.Evidence
    in_force_from: datetime
    in_force_until: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class NaatRecord(_Record):
    """A test of one person; in a tube it has no result of its own."""

    document: Document
    name: str
    record_day: date
    tube_code: str
    specimen_number: str
    collected_at: datetime | None
    issued_at: datetime | None
    uploaded_at: datetime | None
    result: NaatResult | None
    laboratory: str
    sampling_site: str
    district: str


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class TubeRecord(_Record):
    """The result of a pooled tube."""

    tube_code: str
    result: NaatResult
    issued_at: datetime
    uploaded_at: datetime | None
    laboratory: str


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class DoseRecord(_Record):
    """One administered dose."""

    document: Document
    name: str
    dose_number: int
    product: VaccineProduct
    manufacturer: str
    lot_number: str
    administered_on: date
    site: str
    country: str


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class OrderRecord(_Record):
    """An observation order: always with authority, reference and end."""

    document: Document
    name: str
    kind: OrderKind
    authority: str
    reference: str
    contact: str
    in_force_from: datetime
    in_force_until: datetime


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class AlertRecord(_Record):
    """One of the alerts ① to ⑤."""

    document: Document
    name: str
    kind: AlertKind
    authority: str
    reference: str
    contact: str
    in_force_from: datetime
    in_force_until: datetime | None
    cause: AlertCause | None


PersonalRecord = PersonRecord | NaatRecord | DoseRecord | OrderRecord | AlertRecord
AnyRecord = PersonalRecord | KinshipRecord | TubeRecord
