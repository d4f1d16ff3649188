"""The board of sources and laboratories: how old their data is, and what came in by the hour.

A fixed number of statements, however many sources there are.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, QuerySet, Sum
from django.db.models.functions import TruncHour

from records import heartbeat
from records.models import HeldPage, LaboratoryHour, Quarantined, Source, SyncRun

HOURS_SHOWN = 24
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Hour:
    """What came in within one hour; ``height`` is its part of the fullest hour, 0 to 100."""

    begins_at: datetime
    received: int
    refused: int
    place: int
    height: int

    @property
    def top(self) -> int:
        """Where the bar of a plot that is 100 high begins, counted from above."""
        return 100 - self.height


@dataclass(frozen=True, kw_only=True)
class FeedShown:
    """One feed, with the last 24 hours; the youngest hour has only begun."""

    source: Source
    lag: timedelta | None
    hours: tuple[Hour, ...]
    waiting: int
    """Rows that wait in quarantine."""
    held: int
    """Pages that wait for two colleagues."""

    @property
    def received(self) -> int:
        return sum(hour.received for hour in self.hours)

    @property
    def refused(self) -> int:
        return sum(hour.refused for hour in self.hours)

    @property
    def rate(self) -> int:
        """Rows per hour, over the hours that are shown."""
        return round(self.received / len(self.hours))


@dataclass(frozen=True, kw_only=True)
class LaboratoryShown:
    """One laboratory, by the source through which it speaks."""

    source: str
    laboratory: str
    newest_at: datetime | None
    lag: timedelta | None
    hours: tuple[Hour, ...]

    @property
    def received(self) -> int:
        return sum(hour.received for hour in self.hours)

    @property
    def rate(self) -> int:
        """Rows per hour, over the hours that are shown."""
        return round(self.received / len(self.hours))


@dataclass(frozen=True, kw_only=True)
class Board:
    """All of it, as of one instant."""

    at: datetime
    beaten_at: datetime | None
    queue_is_late: bool
    feeds: tuple[FeedShown, ...]
    laboratories: tuple[LaboratoryShown, ...]


def read(*, at: datetime) -> Board:
    """Return the board of the last 24 hours."""
    beaten_at = heartbeat.last()
    return Board(
        at=at,
        beaten_at=beaten_at,
        queue_is_late=heartbeat.is_late(beaten_at, at=at),
        feeds=tuple(_feeds(at=at)),
        laboratories=tuple(_laboratories(at=at)),
    )


def _feeds(*, at: datetime) -> Iterable[FeedShown]:
    first = _first_hour(at)
    counted: dict[int, dict[datetime, tuple[int, int]]] = defaultdict(dict)
    by_hour = (
        SyncRun.objects.filter(started_at__gte=first, started_at__lte=at)
        .order_by()
        .annotate(hour=TruncHour("started_at"))
        .values_list("source_id", "hour")
        .annotate(received=Sum("received"), refused=Sum("quarantined"))
    )
    for source_id, hour, received, refused in by_hour:
        counted[source_id][hour] = received, refused
    waiting = _counts(Quarantined.objects.filter(resolved_at__isnull=True), "run__source_id")
    held = _counts(HeldPage.objects.filter(decided_at__isnull=True, expired_at__isnull=True), "source_id")
    for source in Source.objects.order_by("name", "kind"):
        yield FeedShown(
            source=source,
            lag=None if source.as_of is None else max(at - source.as_of, timedelta()),
            hours=_hours(first, counted[source.pk]),
            waiting=waiting.get(source.pk, 0),
            held=held.get(source.pk, 0),
        )


def _laboratories(*, at: datetime) -> Iterable[LaboratoryShown]:
    first = _first_hour(at)
    counted: dict[tuple[str, str], dict[datetime, tuple[int, int]]] = defaultdict(dict)
    newest: dict[tuple[str, str], datetime | None] = {}
    known = LaboratoryHour.objects.filter(hour__lte=at).values_list("source", "laboratory")
    for source, laboratory, newest_at in known.annotate(newest=Max("newest_at")):
        newest[source, laboratory] = newest_at
    for row in LaboratoryHour.objects.filter(hour__gte=first, hour__lte=at):
        counted[row.source, row.laboratory][row.hour] = row.received, 0
    for (source, laboratory), newest_at in sorted(newest.items(), key=lambda item: item[0]):
        yield LaboratoryShown(
            source=source,
            laboratory=laboratory,
            newest_at=newest_at,
            lag=None if newest_at is None else max(at - newest_at, timedelta()),
            hours=_hours(first, counted[source, laboratory]),
        )


def _counts(rows: QuerySet[Any], column: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(column).annotate(Count("pk")))


def _hours(first: datetime, counted: Mapping[datetime, tuple[int, int]]) -> tuple[Hour, ...]:
    begins = [first + number * _HOUR for number in range(HOURS_SHOWN)]
    rows = [counted.get(hour, (0, 0)) for hour in begins]
    most = max((received for received, _refused in rows), default=0)
    return tuple(
        Hour(
            begins_at=hour,
            received=received,
            refused=refused,
            place=place,
            # What came at all is seen, however little it was.
            height=-(-100 * received // most) if most else 0,
        )
        for place, (hour, (received, refused)) in enumerate(zip(begins, rows, strict=True))
    )


def _first_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0) - (HOURS_SHOWN - 1) * _HOUR
