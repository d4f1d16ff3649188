"""What a part in the cast of the demo is made of."""

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from demo.measures import Measure
from demo.people import Card, Course, Testing
from identity.document import DocumentType
from identity.models import Kinship


@dataclass(frozen=True, kw_only=True)
class Role:
    """Somebody of the cast. ``born`` is so many years before that of the era, in a month, on a day.

    ``order`` is the 15th to 17th digit of a resident number, and odd for a man whatever the document;
    ``kind`` and ``evidence`` are set for wards of the guardian; ``note`` says what to expect.
    """

    label: str
    name: str
    born: tuple[int, int, int]
    order: int
    note: str
    document_type: DocumentType = DocumentType.RESIDENT_ID
    card: Card = Card.WITH_FACE
    is_registered: bool = True
    testing: Testing = Testing.DAILY
    course: Course = Course.INACTIVATED
    measure: Measure | None = None
    kind: Kinship.Kind | None = None
    evidence: Kinship.Evidence = Kinship.Evidence.HOUSEHOLD_REGISTER


PERMIT_CHILD = Role(
    label="permit_child",
    name="李维港",
    born=(8, 3, 8),
    order=20,
    note=_("Hong Kong permit, face on file: green at a gate; the assisted query cannot read the age."),
    document_type=DocumentType.HK_MACAO_PERMIT,
    kind=Kinship.Kind.LEGAL_GUARDIAN,
)

PASSPORT_HOLDER = Role(
    label="passport_holder",
    name="Mira Solheim",
    born=(34, 10, 4),
    order=22,
    note=_("Passport, face on file: green at a gate, and by the third-party query with name and photo."),
    document_type=DocumentType.PASSPORT,
    course=Course.INACTIVATED_BOOSTED,
)

WITH_OTHER_DOCUMENTS = (PERMIT_CHILD, PASSPORT_HOLDER)
"""Whose document is no resident card."""
