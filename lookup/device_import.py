"""Many gates at once: sites and devices from a CSV file, looked at first and then made, all or none.

Columns ``site`` and ``label``. Nothing of it is about a person.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db import IntegrityError, transaction

from lookup.models import Device, Site

MOST_ROWS = 2000
LARGEST_BYTES = 256 * 1024
COLUMNS = ("site", "label")


class Fate(StrEnum):
    """What becomes of a row."""

    NEW_SITE_AND_DEVICE = "NEW_SITE_AND_DEVICE"
    NEW_DEVICE = "NEW_DEVICE"
    THERE_ALREADY = "THERE_ALREADY"
    TWICE_IN_FILE = "TWICE_IN_FILE"
    VALUE_MISSING = "VALUE_MISSING"
    VALUE_TOO_LONG = "VALUE_TOO_LONG"
    VALUE_UNREADABLE = "VALUE_UNREADABLE"

    @property
    def is_problem(self) -> bool:
        return self in (Fate.VALUE_MISSING, Fate.VALUE_TOO_LONG, Fate.VALUE_UNREADABLE)


@dataclass(frozen=True, kw_only=True)
class RowSeen:
    """One row of the file, by its line, and what becomes of it."""

    line: int
    site: str
    label: str
    fate: Fate


class FileProblem(StrEnum):
    """Why a file is not read at all."""

    TOO_LARGE = "TOO_LARGE"
    NOT_UTF_8 = "NOT_UTF_8"
    COLUMNS_MISSING = "COLUMNS_MISSING"
    TOO_MANY_ROWS = "TOO_MANY_ROWS"
    NOT_CSV = "NOT_CSV"


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """The file is not read."""

    problem: FileProblem


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What would become of each row. Nothing is made while a row has a problem."""

    rows: tuple[RowSeen, ...]

    @property
    def can_be_made(self) -> bool:
        fates = self.counts
        return not any(fate.is_problem for fate in fates) and any(fate in _NEW for fate in fates)

    @property
    def counts(self) -> Counter[Fate]:
        return Counter(row.fate for row in self.rows)


@dataclass(frozen=True, kw_only=True)
class Made:
    """What became of each row, and the devices that were made."""

    rows: tuple[RowSeen, ...]
    devices: tuple[Device, ...]


_NEW = (Fate.NEW_SITE_AND_DEVICE, Fate.NEW_DEVICE)


def preview(file: bytes) -> Preview | Unreadable:
    """Return what would become of each row of a file."""
    pairs = _read(file)
    return pairs if isinstance(pairs, Unreadable) else Preview(rows=tuple(_judged(pairs)))


def make(file: bytes) -> Made | Preview | Unreadable:
    """Make the sites and devices of a file, in one transaction; nothing if any row has a problem."""
    try:
        with transaction.atomic():
            seen = preview(file)
            if isinstance(seen, Unreadable) or not seen.can_be_made:
                return seen
            devices = [
                Device.objects.create(site=Site.objects.get_or_create(name=row.site)[0], label=row.label)
                for row in seen.rows
                if row.fate in _NEW
            ]
    except IntegrityError:
        # A colleague made one of them meanwhile; the preview says so now.
        return preview(file)
    return Made(rows=seen.rows, devices=tuple(devices))


def _read(file: bytes) -> list[tuple[int, str, str]] | Unreadable:
    if len(file) > LARGEST_BYTES:
        return Unreadable(problem=FileProblem.TOO_LARGE)
    try:
        text = file.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Unreadable(problem=FileProblem.NOT_UTF_8)
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
        if not set(COLUMNS) <= set(names):
            return Unreadable(problem=FileProblem.COLUMNS_MISSING)
        reader.fieldnames = names
        pairs = [
            (reader.line_num, (row.get("site") or "").strip(), (row.get("label") or "").strip())
            for row in reader
        ]
    except csv.Error:
        return Unreadable(problem=FileProblem.NOT_CSV)
    return Unreadable(problem=FileProblem.TOO_MANY_ROWS) if len(pairs) > MOST_ROWS else pairs


def _judged(pairs: list[tuple[int, str, str]]) -> Iterator[RowSeen]:
    devices = set(Device.objects.values_list("site__name", "label"))
    sites = {name for name, _ in devices} | set(Site.objects.values_list("name", flat=True))
    seen: set[tuple[str, str]] = set()
    for line, site, label in pairs:
        fate = _problem(site, label)
        if fate is None and (site, label) in seen:
            fate = Fate.TWICE_IN_FILE
        if fate is None and (site, label) in devices:
            fate = Fate.THERE_ALREADY
        if fate is None:
            fate = Fate.NEW_DEVICE if site in sites else Fate.NEW_SITE_AND_DEVICE
            sites.add(site)
        seen.add((site, label))
        yield RowSeen(line=line, site=site, label=label, fate=fate)


def _problem(site: str, label: str) -> Fate | None:
    if not site or not label:
        return Fate.VALUE_MISSING
    if not (site + label).isprintable():
        return Fate.VALUE_UNREADABLE
    if len(site) > _longest(Site, "name") or len(label) > _longest(Device, "label"):
        return Fate.VALUE_TOO_LONG
    return None


def _longest(model: type[Site] | type[Device], column: str) -> int:
    return int(getattr(model._meta.get_field(column), "max_length", 0) or 0)
