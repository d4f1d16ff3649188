"""Who lives in the city: a citizen with everything that decides what the feeds will say about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from stdnum.cn import ric

from demo.measures import Measure
from identity.document import Document, DocumentType, Sex, parse_document
from identity.models import Kinship

ADDRESS_CODE = "119999"
"""GB/T 2260 assigns it to no county, so a number with it is nobody's (docs/domain.md, 6)."""


class Card(StrEnum):
    """What somebody's identity card brought to the registry."""

    NONE = "NONE"
    WITHOUT_FACE = "WITHOUT_FACE"
    WITH_FACE = "WITH_FACE"


class Testing(StrEnum):
    """How somebody is tested; see demo/testing.py."""

    __test__ = False  # a name that pytest would take for a test class

    NEVER = "NEVER"
    DAILY = "DAILY"
    EVERY_THIRD_DAY = "EVERY_THIRD_DAY"
    WEEKLY = "WEEKLY"
    OVERDUE = "OVERDUE"
    PENDING = "PENDING"
    POSITIVE_TUBE = "POSITIVE_TUBE"
    INCONCLUSIVE = "INCONCLUSIVE"
    DETECTED = "DETECTED"


class Laboratory(StrEnum):
    """The laboratories, by the name of their feed. The northern one uploads no collection times."""

    EAST = "laboratory-east"
    WEST = "laboratory-west"
    NORTH = "laboratory-north"

    @property
    def sign(self) -> str:
        """What stands over its door, and in its rows."""
        titles = {
            Laboratory.EAST: "East Lake Laboratory 东湖检验所",
            Laboratory.WEST: "West Hill Laboratory 西山检验所",
            Laboratory.NORTH: "North Gate Laboratory 北门检验所",
        }
        return titles[self]


class Course(StrEnum):
    """Which vaccine doses somebody has had; see demo/vaccination.py."""

    NONE = "NONE"
    FIRST_ONLY = "FIRST_ONLY"
    INACTIVATED = "INACTIVATED"
    INACTIVATED_BOOSTED = "INACTIVATED_BOOSTED"
    VECTOR = "VECTOR"
    RECOMBINANT = "RECOMBINANT"


@dataclass(frozen=True, kw_only=True)
class Citizen:
    """Somebody who was invented. ``turn`` sets apart those who do the same on different days.

    ``pool`` numbers the tube that somebody's specimens go into; None for a tube of one's own.
    """

    id: str
    document: Document
    born_on: date
    sex: Sex
    name: str = field(repr=False)
    label: str = ""
    is_in_registry: bool = True
    card: Card = Card.NONE
    card_issued_on: date | None = None
    registered_at: datetime | None = None
    died_on: date | None = None
    testing: Testing = Testing.NEVER
    laboratory: Laboratory = Laboratory.EAST
    turn: int = 0
    pool: int | None = None
    course: Course = Course.NONE
    measure: Measure | None = None


@dataclass(frozen=True, kw_only=True)
class Kin:
    """A guardian, a ward and what the registry rests it on."""

    id: str
    guardian: Citizen
    ward: Citizen
    kind: Kinship.Kind
    evidence: Kinship.Evidence
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class City:
    """The city on a day. ``in_review`` are those about whom a source has sent something unreadable."""

    today: date
    citizens: tuple[Citizen, ...]
    kin: tuple[Kin, ...]
    in_review: tuple[Citizen, ...]

    @property
    def labelled(self) -> Mapping[str, Citizen]:
        """The people whom demo.json and the accounts name, by label."""
        return {citizen.label: citizen for citizen in self.citizens if citizen.label}


def document_of(born_on: date, order: int) -> Document:
    """Return the number of somebody born on a date; odd ``order`` (below 1000) for a man."""
    number = f"{ADDRESS_CODE}{born_on:%Y%m%d}{order:03}"
    document = parse_document(number + ric.calc_check_digit(number + "0"))
    assert isinstance(document, Document)  # an invented number is well formed
    return document


def sex_of(order: int) -> Sex:
    """Return the sex that an ``order`` stands for."""
    return Sex.MALE if order % 2 else Sex.FEMALE


def other_document_of(document_type: DocumentType, era: date) -> Document:
    """Return the document of the one person of an era who has such a type.

    No range of these numbers is nobody's, so they are zeros and the year: seen to be invented.
    """
    numbers = {
        DocumentType.HK_MACAO_PERMIT: f"H0000{era.year}",
        DocumentType.PASSPORT: f"ZZ000{era.year}",
    }
    document = parse_document(numbers[document_type], type=document_type)
    assert isinstance(document, Document)  # an invented number is well formed
    return document
