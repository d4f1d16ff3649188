"""Identity documents: parse what people type, refuse what is not a number, show only a mask."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from stdnum.cn import ric

from identity.characters import is_hidden
from identity.masking import mask_number


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
    TYPE_NOT_YET_SERVED = "TYPE_NOT_YET_SERVED"
    EMPTY = "EMPTY"
    HIDDEN_CHARACTERS = "HIDDEN_CHARACTERS"
    LOOK_ALIKE_LETTER = "LOOK_ALIKE_LETTER"
    FOREIGN_DIGITS = "FOREIGN_DIGITS"
    WRONG_CHARACTERS = "WRONG_CHARACTERS"
    FIFTEEN_DIGITS = "FIFTEEN_DIGITS"
    WRONG_LENGTH = "WRONG_LENGTH"
    NO_SUCH_DATE = "NO_SUCH_DATE"
    WRONG_CHECK_DIGIT = "WRONG_CHECK_DIGIT"
    NOT_YET_BORN = "NOT_YET_BORN"
    """Never found by parse_document, which knows no clock: for callers of is_born."""


# Written out, because \d is true of the digits of every script.
_RESIDENT_ID = re.compile(r"[0-9]{17}[0-9X]")
_PLAIN = frozenset("0123456789X")
_NORMAL_FORM = str.maketrans("０１２３４５６７８９Ｘｘx", "0123456789XXX", " \u3000")
# Eighteen characters with a space after each, doubled: nobody types more, and nothing longer is read.
_LONGEST_RAW = 72
# Cyrillic Ha, Greek and Coptic Chi, Lisu Sha, crosses; the mathematical and Roman ones are found by NFKC.
_LOOK_ALIKES = frozenset(
    "\u0425\u0445\u03a7\u03c7\u2cac\u2cad\ua4eb\u00d7\u2573\u2715\u2716\u2717\u2718\u274c\u2a2f"
)
# Nobody alive was born earlier; the end keeps every later sum of dates inside the calendar.
_EARLIEST_YEAR, _LATEST_YEAR = 1880, 2199
_FIRST_DIGIT_OF_A_FOREIGNER = "9"


@dataclass(frozen=True, kw_only=True, repr=False)
class Document:
    """A document number that has been parsed; one document is one person (docs/domain.md, 6).

    Made by parse_document, or from a number that was stored parsed. Raises ValueError, without the
    number, for one that is not in normal form.
    """

    type: DocumentType
    number: str

    def __post_init__(self) -> None:
        if self.type is not DocumentType.RESIDENT_ID or not _RESIDENT_ID.fullmatch(self.number):
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
    def born_on(self) -> date:
        """The birth date written in the number: a date, never a midnight (docs/domain.md, 6)."""
        return date(int(self.number[6:10]), int(self.number[10:12]), int(self.number[12:14]))

    @property
    def sex(self) -> Sex:
        """The sex written in the number: its 17th digit is odd for a man."""
        return Sex.MALE if int(self.number[16]) % 2 else Sex.FEMALE

    @property
    def prefix14(self) -> str:
        """Address code and birth date: what a guesser of numbers holds fixed (docs/domain.md, 4, budgets)."""
        return self.number[:14]


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

    Spaces (ASCII and ideographic) are dropped; full-width digits and X and the lower-case x are made
    plain; then the number must match exactly. Check digit (GB 11643) and birth date decide; a county
    never does, since old codes stay valid for life and residence permits have codes of their own.
    ``type`` is the official code, a DocumentType or the same as text. Knows no clock: see is_born.
    Source: docs/domain.md, 6.
    """
    try:
        asked_for = DocumentType(type)
    except ValueError:
        return MalformedDocument(problem=DocumentProblem.UNKNOWN_TYPE, type=None)
    if asked_for is not DocumentType.RESIDENT_ID:
        return MalformedDocument(problem=DocumentProblem.TYPE_NOT_YET_SERVED, type=asked_for)
    if len(raw) > _LONGEST_RAW:
        return MalformedDocument(problem=DocumentProblem.WRONG_LENGTH)
    number = raw.translate(_NORMAL_FORM)
    problem = _problem_of_characters(number) or _problem_of_number(number)
    if problem is not None:
        return MalformedDocument(problem=problem)
    if number[0] == _FIRST_DIGIT_OF_A_FOREIGNER:
        # Taken as a resident's, the same person would later get a second key under the right type.
        return MalformedDocument(
            problem=DocumentProblem.TYPE_NOT_YET_SERVED, type=DocumentType.FOREIGN_PERMANENT_RESIDENT
        )
    return Document(type=asked_for, number=number)


def is_born(document: Document, on: date) -> bool:
    """Tell whether the person of a number is born by a Shanghai date; the day of birth counts."""
    return document.born_on <= on


def _problem_of_characters(number: str) -> DocumentProblem | None:
    """Name the first character that belongs in no number; only 0-9 and X pass."""
    for character in number:
        if character in _PLAIN:
            continue
        if is_hidden(character) or character.isspace():
            return DocumentProblem.HIDDEN_CHARACTERS
        if character in _LOOK_ALIKES or unicodedata.normalize("NFKC", character) in ("X", "x"):
            return DocumentProblem.LOOK_ALIKE_LETTER
        if unicodedata.numeric(character, None) is not None:
            return DocumentProblem.FOREIGN_DIGITS
        return DocumentProblem.WRONG_CHARACTERS
    return None


def _problem_of_number(number: str) -> DocumentProblem | None:
    if not number:
        return DocumentProblem.EMPTY
    if "X" in number[:-1]:
        return DocumentProblem.WRONG_CHARACTERS
    if len(number) == 15 and number.isdigit():
        return DocumentProblem.FIFTEEN_DIGITS
    if not _RESIDENT_ID.fullmatch(number):
        return DocumentProblem.WRONG_LENGTH
    if not _has_birth_date(number):
        return DocumentProblem.NO_SUCH_DATE
    if ric.calc_check_digit(number) != number[-1]:
        return DocumentProblem.WRONG_CHECK_DIGIT
    return None


def _has_birth_date(number: str) -> bool:
    year, month, day = int(number[6:10]), int(number[10:12]), int(number[12:14])
    if not _EARLIEST_YEAR <= year <= _LATEST_YEAR:
        return False
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
