"""Identity documents: parse what people type, refuse what is not a number, show only a mask."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from identity.characters import is_hidden, looks_like_a_latin_letter, looks_like_x
from identity.masking import mask_number
from identity.number_checks import (
    agrees_with_gb_11643,
    agrees_with_icao_9303,
    birth_date_in,
    has_eighteen_characters,
)


class DocumentType(StrEnum):
    """The kinds of identity document, by their official code (docs/domain.md, 6)."""

    RESIDENT_ID = "10"
    HK_MACAO_PERMIT = "14"
    TAIWAN_PERMIT = "15"
    PASSPORT = "20"
    FOREIGN_PERMANENT_RESIDENT = "34"


class Sex(StrEnum):
    """Sex as the registry records it."""

    MALE = "MALE"
    FEMALE = "FEMALE"


class DocumentProblem(StrEnum):
    """What is wrong with a number; identity/wording.py has a sentence for each."""

    UNKNOWN_TYPE = "UNKNOWN_TYPE"
    OTHER_TYPE = "OTHER_TYPE"
    EMPTY = "EMPTY"
    HIDDEN_CHARACTERS = "HIDDEN_CHARACTERS"
    LOOK_ALIKE_LETTER = "LOOK_ALIKE_LETTER"
    FOREIGN_DIGITS = "FOREIGN_DIGITS"
    WRONG_CHARACTERS = "WRONG_CHARACTERS"
    FIFTEEN_DIGITS = "FIFTEEN_DIGITS"
    WRONG_LENGTH = "WRONG_LENGTH"
    WRONG_FORM = "WRONG_FORM"
    NO_SUCH_DATE = "NO_SUCH_DATE"
    WRONG_CHECK_DIGIT = "WRONG_CHECK_DIGIT"
    NOT_YET_BORN = "NOT_YET_BORN"
    """Never found by parse_document, which knows no clock: for callers of is_born."""


# The group is the normal form. What may follow it on a permit counts the cards of one person, or
# names the office: the part in front is the person's for life (docs/domain.md, 6).
_FORMS: Mapping[DocumentType, re.Pattern[str]] = {
    DocumentType.RESIDENT_ID: re.compile(r"([0-8][0-9]{16}[0-9X])"),
    DocumentType.HK_MACAO_PERMIT: re.compile(r"([HM](?:[0-9]{8}|A[0-9]{7}))(?:[0-9]{2})?"),
    DocumentType.TAIWAN_PERMIT: re.compile(r"([0-9]{8})(?:[0-9]{2}[A-Z]?)?"),
    DocumentType.PASSPORT: re.compile(r"((?=[A-Z]*[0-9])[0-9A-Z]{5,9})"),
    DocumentType.FOREIGN_PERMANENT_RESIDENT: re.compile(r"(9[0-9]{16}[0-9X]|[A-Z]{3}[0-9]{12})"),
}
_FIRST_DIGIT_OF_A_FOREIGNER = "9"
_BIRTH_DATE_OF_FIFTEEN = slice(7, 13)  # YYMMDD

_DIGITS, _LETTERS = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FULL_WIDTH = {ord(plain) + 0xFEE0: plain.upper() for plain in _DIGITS + _LETTERS + _LETTERS.lower()}
_NORMAL_FORM = str.maketrans(_LETTERS.lower(), _LETTERS, " \u3000") | _FULL_WIDTH
# Eighteen characters with a space after each, doubled: nobody types more, and nothing longer is read.
_LONGEST_RAW = 72


@dataclass(frozen=True, kw_only=True, repr=False)
class Document:
    """A document number that has been parsed; one document is one person (docs/domain.md, 6).

    Made by parse_document, or from a number that was stored parsed. Raises ValueError, without the
    number, for one that is not in normal form.
    """

    type: DocumentType
    number: str

    def __post_init__(self) -> None:
        found = _FORMS[self.type].fullmatch(self.number)
        if found is None or found[1] != self.number:
            raise ValueError("not a document number in normal form; use parse_document")

    def __repr__(self) -> str:
        return f"Document({self.type.name}, {self.masked})"

    def __str__(self) -> str:
        return self.masked

    @property
    def masked(self) -> str:
        """The number as people may see it: first two, last two."""
        return mask_number(self.number)

    @property
    def born_on(self) -> date | None:
        """The birth date in a number of 18 characters, else None: a date, never a midnight."""
        return birth_date_in(self.number) if has_eighteen_characters(self.number) else None

    @property
    def sex(self) -> Sex | None:
        """The sex in a number of 18 characters, else None: the 17th digit is odd for a man."""
        if not has_eighteen_characters(self.number):
            return None
        return Sex.MALE if int(self.number[16]) % 2 else Sex.FEMALE

    @property
    def prefix(self) -> str:
        """All but the last four characters: what a guesser of numbers holds fixed.

        Of a resident number, the address code and the birth date (docs/domain.md, 4, budgets).
        """
        return self.number[:-4]

    def can_belong_to_somebody_born_on(self, day: date) -> bool:
        """Tell whether the number is at odds with a birth date; one that says none never is.

        The 15 characters of an old foreign permanent resident's card leave the century out.
        """
        if self.type is DocumentType.FOREIGN_PERMANENT_RESIDENT and self.born_on is None:
            return self.number[_BIRTH_DATE_OF_FIFTEEN] == f"{day:%y%m%d}"
        return self.born_on in (None, day)


@dataclass(frozen=True, kw_only=True)
class MalformedDocument:
    """A refusal that carries nothing of what was typed.

    ``type`` is the type that was asked for, or the one which the number turned out to be; None if the
    code names none.
    """

    problem: DocumentProblem
    type: DocumentType | None = DocumentType.RESIDENT_ID


def parse_document(raw: str, *, type: str = DocumentType.RESIDENT_ID) -> Document | MalformedDocument:
    """Return the document that somebody typed, or what is wrong with it.

    Spaces (ASCII and ideographic) are dropped; full-width and lower-case characters are made plain;
    then the number must match its type exactly. Check digits and birth dates decide where there are
    some; a county never does, since old codes stay valid for life and residence permits have codes of
    their own. ``type`` is the official code, a DocumentType or the same as text. Knows no clock: see
    is_born. Source: docs/domain.md, 6.
    """
    try:
        asked_for = DocumentType(type)
    except ValueError:
        return MalformedDocument(problem=DocumentProblem.UNKNOWN_TYPE, type=None)
    if len(raw) > _LONGEST_RAW:
        return MalformedDocument(problem=DocumentProblem.WRONG_LENGTH, type=asked_for)
    number = raw.translate(_NORMAL_FORM)
    problem = _problem_of_characters(number, asked_for)
    if problem is not None:
        return MalformedDocument(problem=problem, type=asked_for)
    turned_out = _type_of_eighteen_characters(number)
    if turned_out is not None and turned_out is not asked_for:
        # Taken as it was asked for, the same person would later get a second key under the right type.
        return MalformedDocument(problem=DocumentProblem.OTHER_TYPE, type=turned_out)
    found = _FORMS[asked_for].fullmatch(number)
    if found is not None and turned_out is not None:
        return Document(type=asked_for, number=found[1])  # its digits have been looked at by now
    problem = _problem_of_number(number, asked_for, has_form=found is not None)
    if found is None or problem is not None:
        return MalformedDocument(problem=problem or DocumentProblem.WRONG_FORM, type=asked_for)
    return Document(type=asked_for, number=found[1])


def is_born(document: Document, on: date) -> bool:
    """Tell whether the person of a number is born by a Shanghai date; the day of birth counts.

    True where the number says no date: nothing speaks against it.
    """
    born_on = document.born_on
    return born_on is None or born_on <= on


def _problem_of_characters(number: str, asked_for: DocumentType) -> DocumentProblem | None:
    """Name the first character that belongs in no number of a type."""
    if not number:
        return DocumentProblem.EMPTY
    is_resident = asked_for is DocumentType.RESIDENT_ID
    plain = _DIGITS + ("X" if is_resident else _LETTERS)
    looks_alike = looks_like_x if is_resident else looks_like_a_latin_letter
    for character in number:
        if character in plain:
            continue
        if is_hidden(character) or character.isspace():
            return DocumentProblem.HIDDEN_CHARACTERS
        if looks_alike(character):
            return DocumentProblem.LOOK_ALIKE_LETTER
        if unicodedata.numeric(character, None) is not None:
            return DocumentProblem.FOREIGN_DIGITS
        return DocumentProblem.WRONG_CHARACTERS
    return None


def _type_of_eighteen_characters(number: str) -> DocumentType | None:
    """Return whose a right number of GB 11643 is: a foreigner's begins with 9; None for any other number."""
    if not has_eighteen_characters(number):
        return None
    if birth_date_in(number) is None or not agrees_with_gb_11643(number):
        return None
    if number[0] == _FIRST_DIGIT_OF_A_FOREIGNER:
        return DocumentType.FOREIGN_PERMANENT_RESIDENT
    return DocumentType.RESIDENT_ID


def _problem_of_number(number: str, asked_for: DocumentType, *, has_form: bool) -> DocumentProblem | None:
    match asked_for:
        case DocumentType.RESIDENT_ID:
            return _problem_of_length(number) or _problem_of_eighteen_characters(number)
        case DocumentType.FOREIGN_PERMANENT_RESIDENT if has_form and has_eighteen_characters(number):
            return _problem_of_eighteen_characters(number)
        case DocumentType.FOREIGN_PERMANENT_RESIDENT if has_form and not agrees_with_icao_9303(number):
            return DocumentProblem.WRONG_CHECK_DIGIT
        case _:
            return None if has_form else DocumentProblem.WRONG_FORM


def _problem_of_length(number: str) -> DocumentProblem | None:
    if "X" in number[:-1]:
        return DocumentProblem.WRONG_CHARACTERS
    if len(number) == 15 and number.isdigit():
        return DocumentProblem.FIFTEEN_DIGITS
    return None if has_eighteen_characters(number) else DocumentProblem.WRONG_LENGTH


def _problem_of_eighteen_characters(number: str) -> DocumentProblem | None:
    if birth_date_in(number) is None:
        return DocumentProblem.NO_SUCH_DATE
    return None if agrees_with_gb_11643(number) else DocumentProblem.WRONG_CHECK_DIGIT
