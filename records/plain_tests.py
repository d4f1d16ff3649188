"""The tests feed in the fast lane: a row with nothing unusual in it, read and keyed in one go.

More rows come here than in all other feeds together. Whatever is not plainly right is left to the
strict reader, which alone refuses; what is read here comes out as it would there, to the letter
(tests/records/test_plain_tests.py). Source: docs/feed.md, 3 and 4.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from typing import Any

import orjson

from civil_time import civil_date
from healthcode.facts import NaatResult
from healthcode.known import CLOCK_SKEW
from identity.document import DocumentType
from identity.keyring import name_marks, person_keys
from identity.names import MalformedName, letters_of, parse_name
from identity.number_checks import birth_date_in
from records.feed import FIELDS, LONGEST_LINE
from records.feed_fields import LARGEST_VERSION, LONGEST_RECORD_ID, FieldRefused, Fields, parse_instant
from records.merge import Digests
from records.models import Kind

_KNOWN_FIELDS = frozenset(FIELDS[Kind.TESTS])
_RESIDENT_ID = DocumentType.RESIDENT_ID.value
_RESULTS: dict[Any, NaatResult | None] = {None: None, "": None} | {item.value: item for item in NaatResult}

_HAN_NAME = re.compile(r"[\u4e00-\u9fa5]{1,100}")  # its own stored form
_CODE = re.compile(r"[0-9A-Za-z._:/-]+")
_LONG_NUMBER = re.compile(r"[0-9]{12}")  # every document number of 15 or 18 characters has one
_SHORTEST_LONG_NUMBER = 15
_MINUTE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?:Z|[+-][0-9]{2}:[0-9]{2})")
_FRACTION = re.compile(r"\A\.[0-9]{1,9}")
_SECONDS = frozenset(f":{second:02d}" for second in range(60))
_ADDRESS = re.compile(r"[0-8][0-9]{5}")
_BIRTH = re.compile(r"[0-9]{8}")
_NEVER_AHEAD = datetime(9000, 1, 1, tzinfo=UTC)
# GB 11643: each digit times a power of two, modulo 11. A number is read in four pieces.
_SERIALS = {f"{n:03d}": n // 100 * 8 + n // 10 % 10 * 4 + n % 10 * 2 for n in range(1000)}
_CHECK_DIGITS = tuple("0123456789X"[(1 - total) % 11] for total in range(11))

# Values come again and again: each is looked at once. Nothing in here says who somebody is.
_remembered = lru_cache(maxsize=50_000)


class _Unusual(Exception):
    """Not a plain row. Carries nothing of it."""


class PlainTests:
    """Reads plain rows of one page. ``at`` is the clock that times are held against."""

    def __init__(self, *, at: datetime) -> None:
        latest = at.astimezone(UTC) + CLOCK_SKEW
        self._latest = latest.replace(microsecond=0).isoformat()
        self._today = civil_date(latest)
        self._born_by = f"{self._today:%Y%m%d}"
        self._keys, self._digests, self._marks = person_keys(), Digests(), name_marks()
        # Names are kept no longer than the page is read.
        self._name = lru_cache(maxsize=20_000)(_name)

    def read(self, content: bytes | Mapping[str, Any]) -> tuple[str, str] | None:
        """Return the line that is staged for a row, as ``records.merge.line_of``, and its name's mark.

        None if the row is not plain.
        """
        try:
            return self._read(_decoded(content) if isinstance(content, bytes) else content)
        except (_Unusual, FieldRefused, LookupError, TypeError, ValueError):
            # A value of another type than the field's fails in one of these ways.
            return None

    def _read(self, row: Mapping[str, Any]) -> tuple[str, str]:
        get = row.get
        record_id, version, withdrawn = row["record_id"], row["version"], get("withdrawn", False)
        if type(version) is not int or not 1 <= version <= LARGEST_VERSION or type(withdrawn) is not bool:
            raise _Unusual
        if not row.keys() <= _KNOWN_FIELDS or not _may_be_a_record_id(record_id):
            raise _Unusual
        day, result = _date(row["record_day"]), _RESULTS[get("result")]
        if day > self._today:
            raise _Unusual
        times = [
            self._past(get("collected_at")),
            self._past(get("issued_at")),
            self._past(get("uploaded_at")),
        ]
        codes = _code(get("tube_code")), _code(get("specimen_number"))
        _check_together(codes[0], times[0], times[1], result)
        places = _text80(get("laboratory")), _text80(get("sampling_site")), _text40(get("district"))
        number, name = self._number(row), self._name_in(row)
        said = (self._keys.text_of(_RESIDENT_ID, number), day.isoformat(), *codes)
        body = "\t".join((*said, *[time or r"\N" for time in times], result or "", *places))
        digest = self._digests.text_of(f"{'t' if withdrawn else 'f'}\t{body}\t{name}".encode())
        letters = name if _HAN_NAME.fullmatch(name) else letters_of(name)
        mark = self._marks.text_of(said[0], letters)
        return f"{record_id}\t{version}\t{digest}\t{'t' if withdrawn else 'f'}\t{body}", mark

    def _number(self, row: Mapping[str, Any]) -> str:
        """Return the number in a row; only a resident's in normal form is plain."""
        number: str = row["document_number"]
        if row["document_type"] != _RESIDENT_ID or number[6:14] > self._born_by:
            raise _Unusual
        total = _address(number[:6]) + _birth(number[6:14]) + _SERIALS[number[14:17]]
        if number[17:] != _CHECK_DIGITS[total % 11]:
            raise _Unusual
        return number

    def _name_in(self, row: Mapping[str, Any]) -> str:
        name: str = row["name"]
        return name if _HAN_NAME.fullmatch(name) else self._name(name)

    def _past(self, value: Any) -> str:
        """Return a time in UTC as text, which sorts as the times do; "" if there is none."""
        if value is None or value == "":
            return ""
        second, zone = value[16:19], value[19:]
        if zone[:1] == ".":
            zone = _FRACTION.sub("", zone, count=1)
        if second not in _SECONDS:
            raise _Unusual
        instant = f"{_minute(value[:16] + zone)}{second}+00:00"
        if instant > self._latest:
            raise _Unusual
        return instant


def _check_together(tube_code: str, collected_at: str, issued_at: str, result: NaatResult | None) -> None:
    if bool(result) != bool(issued_at) or (tube_code and result):
        raise _Unusual
    if not (collected_at or issued_at or tube_code) or (issued_at and issued_at < collected_at):
        raise _Unusual


def _decoded(line: bytes) -> dict[str, Any]:
    """Return the flat JSON object of a line, each field in it once; raises _Unusual, ValueError."""
    if len(line) > LONGEST_LINE or b'\\"' in line:
        raise _Unusual
    row = orjson.loads(line)
    if type(row) is not dict:
        raise _Unusual
    # orjson keeps the last of two fields of one name. Without escaped ones, every quotation mark in
    # the line belongs to a name or to a text: too many of them, and something has been dropped.
    texts = len(row) + sum([type(value) is str for value in row.values()])
    if line.count(b'"') != 2 * texts:
        raise _Unusual
    return row


def _may_be_a_record_id(value: Any) -> bool:
    if len(value) > LONGEST_RECORD_ID or not _CODE.fullmatch(value):
        return False
    return len(value) < _SHORTEST_LONG_NUMBER or not _LONG_NUMBER.search(value)


def _code(value: Any) -> str:
    if value is None or value == "":
        return ""
    if len(value) > 60 or not _CODE.fullmatch(value):
        raise _Unusual
    return str(value)


def _text(value: Any, *, longest: int) -> str:
    text = Fields({"text": value}, at=_NEVER_AHEAD).text("text", longest)
    if "\\" in text:
        raise _Unusual  # the one character of a text that COPY does not take as it is
    return text


_text80, _text40 = (_remembered(partial(_text, longest=longest)) for longest in (80, 40))


@_remembered
def _date(value: Any) -> date:
    return Fields({"day": value}, at=_NEVER_AHEAD).required_day("day")


@_remembered
def _minute(value: str) -> str:
    instant = parse_instant(f"{value[:16]}:00{value[16:]}") if _MINUTE.fullmatch(value) else None
    if not isinstance(instant, datetime):
        raise _Unusual
    return instant.isoformat()[:16]


@_remembered
def _address(value: str) -> int:
    if not _ADDRESS.fullmatch(value):
        raise _Unusual
    return _weighted(value, first=17)


@_remembered
def _birth(value: str) -> int:
    if not _BIRTH.fullmatch(value) or birth_date_in(f"000000{value}0000") is None:
        raise _Unusual
    return _weighted(value, first=11)


def _weighted(digits: str, *, first: int) -> int:
    return sum(int(digit) * 2 ** (first - place) for place, digit in enumerate(digits))


def _name(value: str) -> str:
    name = parse_name(value)
    if isinstance(name, MalformedName):
        raise _Unusual
    return name
