"""Reading one field of a feed row at a time: what is not exactly right is refused, never mended.

Nothing of a row's content goes into a refusal: only a reason and the name of a known field.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import product
from typing import Never, TypeVar

from civil_time import civil_date
from healthcode.known import CLOCK_SKEW
from identity.characters import is_hidden
from identity.document import Document, DocumentProblem, MalformedDocument, is_born, parse_document
from identity.names import MalformedName, parse_name

LARGEST_VERSION = 2**31 - 1
LONGEST_RECORD_ID = 80  # characters

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LOCAL_TIME = r"([0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,9})?"
_TIME = re.compile(_LOCAL_TIME + r"([Zz]|[+-][0-9]{2}:[0-9]{2})")
_NAIVE_TIME = re.compile(_LOCAL_TIME)
_LIKE_A_NUMBER = re.compile(r"(?=([0-9]{17}[0-9X]|[A-Z]{3}[0-9]{12}))")
_TYPES_OF_LONG_NUMBERS = ("10", "34")
# No record is older or later, and sums of a few weeks stay inside every calendar.
_EARLIEST_YEAR, _LATEST_YEAR = 1880, 2199

Choice = TypeVar("Choice", bound=str)


class RejectionReason(StrEnum):
    """Why a row was refused. Explained one by one in docs/feed.md, 6."""

    BAD_HEADER = "BAD_HEADER"
    COUNT_MISMATCH = "COUNT_MISMATCH"
    LINE_TOO_LONG = "LINE_TOO_LONG"
    NOT_UTF8 = "NOT_UTF8"
    NOT_AN_OBJECT = "NOT_AN_OBJECT"
    WRONG_COLUMNS = "WRONG_COLUMNS"
    DUPLICATE_KEY = "DUPLICATE_KEY"
    UNKNOWN_FIELD = "UNKNOWN_FIELD"
    MISSING_FIELD = "MISSING_FIELD"
    WRONG_TYPE = "WRONG_TYPE"
    TOO_LONG = "TOO_LONG"
    FORBIDDEN_CHARACTERS = "FORBIDDEN_CHARACTERS"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    UNKNOWN_VALUE = "UNKNOWN_VALUE"
    MALFORMED_DATE = "MALFORMED_DATE"
    MALFORMED_TIME = "MALFORMED_TIME"
    NAIVE_TIME = "NAIVE_TIME"
    TIME_AHEAD = "TIME_AHEAD"
    WRONG_ORDER = "WRONG_ORDER"
    CONTRADICTION = "CONTRADICTION"
    MALFORMED_DOCUMENT = "MALFORMED_DOCUMENT"
    DOCUMENT_TYPE_NOT_SERVED = "DOCUMENT_TYPE_NOT_SERVED"
    MALFORMED_NAME = "MALFORMED_NAME"
    HOLDS_A_DOCUMENT_NUMBER = "HOLDS_A_DOCUMENT_NUMBER"
    SAME_VERSION_OTHER_CONTENT = "SAME_VERSION_OTHER_CONTENT"
    ANOTHER_RECORD_OF_PERSON = "ANOTHER_RECORD_OF_PERSON"
    NOT_FOR_THIS_SOURCE = "NOT_FOR_THIS_SOURCE"
    LABORATORY_NOT_OF_SOURCE = "LABORATORY_NOT_OF_SOURCE"
    AUTHORITY_NOT_OF_SOURCE = "AUTHORITY_NOT_OF_SOURCE"
    NAME_CONTRADICTS_REGISTRY = "NAME_CONTRADICTS_REGISTRY"
    TOO_OLD = "TOO_OLD"
    TOO_MANY_TURNED_ADVERSE = "TOO_MANY_TURNED_ADVERSE"


class FieldRefused(Exception):
    """A field is not what the format says. Carries the reason and the field's name, never its value."""

    def __init__(self, reason: RejectionReason, field: str) -> None:
        super().__init__(reason, field)
        self.reason = reason
        self.field = field


class Fields:
    """The fields of one row, read strictly; every method raises FieldRefused."""

    def __init__(self, row: Mapping[str, object], *, at: datetime) -> None:
        self._row = row
        self._latest = at + CLOCK_SKEW

    def text(self, name: str, longest: int) -> str:
        """Return an optional text, trimmed; "" if it is absent or null."""
        value = self._row.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise FieldRefused(RejectionReason.WRONG_TYPE, name)
        if len(value) > longest:
            raise FieldRefused(RejectionReason.TOO_LONG, name)
        if not value.isprintable() and any(map(is_hidden, value)):
            raise FieldRefused(RejectionReason.FORBIDDEN_CHARACTERS, name)
        return value.strip()

    def required_text(self, name: str, longest: int) -> str:
        """Return a text that must be there."""
        return self.text(name, longest) or _missing(name)

    def record_id(self) -> str:
        """Return the record's id, which staff and the ledger show: it must not hold a document number."""
        value = self.required_text("record_id", LONGEST_RECORD_ID)
        written = "".join(value.split()).upper()
        if _holds_a_long_number(written) or any(number in written for number in self._short_numbers()):
            raise FieldRefused(RejectionReason.HOLDS_A_DOCUMENT_NUMBER, "record_id")
        return value

    def number(self, name: str, most: int) -> int:
        """Return a whole number from 1; numbers written as text are refused."""
        value = self._row.get(name)
        if value is None:
            raise FieldRefused(RejectionReason.MISSING_FIELD, name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise FieldRefused(RejectionReason.WRONG_TYPE, name)
        if not 1 <= value <= most:
            raise FieldRefused(RejectionReason.OUT_OF_RANGE, name)
        return value

    def flag(self, name: str) -> bool:
        """Return true or false; false if it is absent."""
        value = self._row.get(name, False)
        if not isinstance(value, bool):
            raise FieldRefused(RejectionReason.WRONG_TYPE, name)
        return value

    def choice(self, name: str, choices: Callable[[str], Choice]) -> Choice | None:
        """Return an optional value of a closed list."""
        value = self.text(name, 40)
        if not value:
            return None
        try:
            return choices(value)
        except ValueError:
            raise FieldRefused(RejectionReason.UNKNOWN_VALUE, name) from None

    def required_choice(self, name: str, choices: Callable[[str], Choice]) -> Choice:
        """Return a value of a closed list that must be there."""
        return self.choice(name, choices) or _missing(name)

    def day(self, name: str) -> date | None:
        """Return an optional date, YYYY-MM-DD, not after today."""
        value = self.text(name, 40)
        if not value:
            return None
        day = _day(value)
        if day is None:
            raise FieldRefused(RejectionReason.MALFORMED_DATE, name)
        if day > civil_date(self._latest):
            raise FieldRefused(RejectionReason.TIME_AHEAD, name)
        return day

    def required_day(self, name: str) -> date:
        """Return a date that must be there."""
        return self.day(name) or _missing(name)

    def instant(self, name: str) -> datetime | None:
        """Return an optional RFC 3339 time in whole seconds, in UTC; it may lie ahead."""
        value = self.text(name, 40)
        if not value:
            return None
        instant = parse_instant(value)
        if isinstance(instant, RejectionReason):
            raise FieldRefused(instant, name)
        return instant

    def required_instant(self, name: str) -> datetime:
        """Return a time that must be there; it may lie ahead."""
        return self.instant(name) or _missing(name)

    def past_instant(self, name: str) -> datetime | None:
        """Return an optional time of something that has happened: at most 5 minutes ahead."""
        instant = self.instant(name)
        if instant is not None and instant > self._latest:
            raise FieldRefused(RejectionReason.TIME_AHEAD, name)
        return instant

    def document(self, prefix: str = "") -> Document:
        """Return the document of <prefix>document_type and <prefix>document_number."""
        type_name, number_name = f"{prefix}document_type", f"{prefix}document_number"
        code, number = self.required_text(type_name, 2), self._row.get(number_name)
        if number is None:
            raise FieldRefused(RejectionReason.MISSING_FIELD, number_name)
        if not isinstance(number, str):
            raise FieldRefused(RejectionReason.WRONG_TYPE, number_name)
        match parse_document(number, type=code):
            case Document() as document:
                if not is_born(document, civil_date(self._latest)):
                    raise FieldRefused(RejectionReason.MALFORMED_DOCUMENT, number_name)
                return document
            case MalformedDocument(problem=DocumentProblem.UNKNOWN_TYPE):
                raise FieldRefused(RejectionReason.DOCUMENT_TYPE_NOT_SERVED, type_name)
            case MalformedDocument(problem=DocumentProblem.OTHER_TYPE):
                raise FieldRefused(RejectionReason.CONTRADICTION, type_name)
            case MalformedDocument():
                raise FieldRefused(RejectionReason.MALFORMED_DOCUMENT, number_name)

    def person_name(self, name: str = "name") -> str:
        """Return an optional name of a person in its stored form; "" if it is absent."""
        value = self._row.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise FieldRefused(RejectionReason.WRONG_TYPE, name)
        match parse_name(value):
            case MalformedName():
                raise FieldRefused(RejectionReason.MALFORMED_NAME, name)
            case parsed:
                return parsed

    def required_person_name(self, name: str = "name") -> str:
        """Return a name of a person that must be there."""
        return self.person_name(name) or _missing(name)

    def _short_numbers(self) -> Iterator[str]:
        # A permit's or passport's number is too short to be known by its form: only the row's own is.
        for prefix in ("", "guardian_", "ward_"):
            code, number = self._row.get(f"{prefix}document_type"), self._row.get(f"{prefix}document_number")
            if isinstance(code, str) and isinstance(number, str) and code not in _TYPES_OF_LONG_NUMBERS:
                document = parse_document(number, type=code)
                if isinstance(document, Document):
                    yield document.number


def parse_instant(text: str) -> datetime | RejectionReason:
    """Return an RFC 3339 time as UTC, fractions of a second dropped, or why it is none."""
    found = _TIME.fullmatch(text)
    if found is None:
        naive = _NAIVE_TIME.fullmatch(text) is not None
        return RejectionReason.NAIVE_TIME if naive else RejectionReason.MALFORMED_TIME
    if not _EARLIEST_YEAR <= int(text[:4]) <= _LATEST_YEAR:
        return RejectionReason.MALFORMED_TIME
    try:
        return datetime.fromisoformat((found[1] + found[2]).upper()).astimezone(UTC)
    except ValueError:
        return RejectionReason.MALFORMED_TIME


def _holds_a_long_number(text: str) -> bool:
    pairs = product(_LIKE_A_NUMBER.findall(text), _TYPES_OF_LONG_NUMBERS)
    return any(isinstance(parse_document(found, type=code), Document) for found, code in pairs)


def _day(text: str) -> date | None:
    if not _DATE.fullmatch(text) or not _EARLIEST_YEAR <= int(text[:4]) <= _LATEST_YEAR:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _missing(name: str) -> Never:
    raise FieldRefused(RejectionReason.MISSING_FIELD, name)
