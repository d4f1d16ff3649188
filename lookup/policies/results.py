"""What a dry run has found, ready to be shown: who moves, and which groups somebody has to acknowledge.

Small numbers are masked, since a count of one in a district can be somebody.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from lookup.models import DryRun, DryRunGroup
from lookup.policies.cohorts import band_name
from lookup.policies.judging import is_shut_out

MASKED_BELOW = 5
"""Fewer people than this are shown as "<5", and so is a number that would give them away."""


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One age band with one type of document at one door, and how many of it are shut out."""

    door: str
    age_from: int
    document_type: str
    shut_out: int
    people: int

    @property
    def key(self) -> tuple[str, int, str]:
        return self.door, self.age_from, self.document_type

    @property
    def ages(self) -> str:
        return band_name(self.age_from)

    @property
    def percent(self) -> float:
        return 100 * self.shut_out / self.people

    @property
    def shown(self) -> str:
        return masked(self.shut_out)

    @property
    def width(self) -> int:
        """The length of its bar in the picture, 0 to 100."""
        return round(self.percent)


@dataclass(frozen=True, kw_only=True)
class Move:
    """How many go from one answer to another at one door, with what changes in the reasons."""

    door: str
    before: str
    after: str
    gained: str
    lost: str
    people: int

    @property
    def shown(self) -> str:
        return masked(self.people)

    @property
    def shuts_out(self) -> bool:
        return is_shut_out(before=self.before, after=self.after)


@dataclass(frozen=True, kw_only=True)
class Place:
    """One district at one door, and how many tested there are shut out."""

    door: str
    district: str
    shut_out: int
    people: int

    @property
    def shown(self) -> str:
        return masked(self.shut_out)

    @property
    def percent(self) -> float:
        return 100 * self.shut_out / self.people


@dataclass(frozen=True, kw_only=True)
class Found:
    """A finished run in words and figures; of doors where nothing changes, there is nothing here."""

    moves: tuple[Move, ...]
    hits: tuple[Hit, ...]
    places: tuple[Place, ...]
    to_acknowledge: tuple[Hit, ...]


def found_by(run: DryRun) -> Found:
    """Return what a finished run has found."""
    groups = tuple(run.groups.all())
    hits = _hits(groups)
    return Found(
        moves=_moves(groups),
        hits=hits,
        places=_places(groups),
        to_acknowledge=tuple(hit for hit in hits if hit.percent > settings.DRY_RUN_SHARE_TO_ACKNOWLEDGE),
    )


def masked(people: int) -> str:
    """Return a number of people as it may be shown."""
    return f"<{MASKED_BELOW}" if 0 < people < MASKED_BELOW else f"{people:,}"


def _moves(groups: Iterable[DryRunGroup]) -> tuple[Move, ...]:
    counted: Counter[tuple[str, str, str, str, str]] = Counter()
    for row in groups:
        if row.before != row.after or row.gained or row.lost:
            counted[row.door, row.before, row.after, row.gained, row.lost] += row.people
    moves = (
        Move(door=door, before=before, after=after, gained=gained, lost=lost, people=people)
        for (door, before, after, gained, lost), people in counted.items()
    )
    return tuple(sorted(moves, key=lambda move: (move.door, not move.shuts_out, -move.people)))


def _hits(groups: Iterable[DryRunGroup]) -> tuple[Hit, ...]:
    shut_out: Counter[tuple[str, int, str]] = Counter()
    people: Counter[tuple[str, int, str]] = Counter()
    for row in groups:
        key = row.door, row.age_from, row.document_type
        people[key] += row.people
        if is_shut_out(before=row.before, after=row.after):
            shut_out[key] += row.people
    return tuple(
        Hit(door=key[0], age_from=key[1], document_type=key[2], shut_out=shut_out[key], people=people[key])
        for key in sorted(shut_out)
    )


def _places(groups: Iterable[DryRunGroup]) -> tuple[Place, ...]:
    shut_out: Counter[tuple[str, str]] = Counter()
    people: Counter[tuple[str, str]] = Counter()
    for row in groups:
        people[row.door, row.district] += row.people
        if is_shut_out(before=row.before, after=row.after):
            shut_out[row.door, row.district] += row.people
    return tuple(
        Place(door=door, district=district, shut_out=shut_out[door, district], people=people[door, district])
        for door, district in sorted(shut_out)
    )
