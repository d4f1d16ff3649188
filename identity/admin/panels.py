"""The panels of the admin's first page: drawn on the server, with the same in words and numbers beneath.

An app gives its panels by the dotted path ``admin_panels`` of its AppConfig: a function that takes the
colleague and ``at``, and returns what the colleague may see. So a package adds panels without anybody
below naming it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from django.apps import apps
from django.utils.module_loading import import_string

from identity.models import User

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One stretch of time in a row of bars that is 100 high."""

    begins_at: datetime
    number: int
    place: int
    height: int

    @property
    def top(self) -> int:
        return 100 - self.height


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing that is counted: its name in words, and its bars."""

    name: "str | _StrPromise"
    bars: tuple[Bar, ...]

    @property
    def total(self) -> int:
        return sum(bar.number for bar in self.bars)


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Lines over the same stretches of time, all on one scale, so that they can be compared."""

    title: "str | _StrPromise"
    time_format: str
    lines: tuple[Line, ...]

    @property
    def stretches(self) -> "list[tuple[datetime, list[int]]]":
        """The same by time, for the table."""
        if not self.lines:
            return []
        columns = zip(*(line.bars for line in self.lines), strict=True)
        return [(bars[0].begins_at, [bar.number for bar in bars]) for bars in columns]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One box of the first page: a heading, where to read on, charts, and rows of name, words and link."""

    title: "str | _StrPromise"
    address: str = ""
    charts: tuple[Chart, ...] = ()
    rows: "tuple[Row, ...]" = ()
    note: "str | _StrPromise" = ""


@dataclass(frozen=True, kw_only=True)
class Row:
    """Something to look at: what, how much in words, and whether it needs somebody."""

    name: "str | _StrPromise"
    value: "str | _StrPromise"
    address: str = ""
    is_urgent: bool = False


class Panels(Protocol):
    """What ``admin_panels`` names."""

    def __call__(self, colleague: User, *, at: datetime) -> Iterable[Panel]: ...


def draw(
    title: "str | _StrPromise",
    starts: Sequence[datetime],
    lines: "Iterable[tuple[str | _StrPromise, Sequence[int]]]",
    *,
    time_format: str,
) -> Chart:
    """Return a chart; lines without anything are left out."""
    counted = [(name, numbers) for name, numbers in lines if any(numbers)]
    fullest = max((number for _, numbers in counted for number in numbers), default=1)
    drawn = (
        Line(
            name=name,
            bars=tuple(
                Bar(begins_at=start, number=number, place=place, height=_height(number, fullest))
                for place, (start, number) in enumerate(zip(starts, numbers, strict=True))
            ),
        )
        for name, numbers in counted
    )
    return Chart(title=title, time_format=time_format, lines=tuple(drawn))


def panels_for(colleague: User, *, at: datetime) -> list[Panel]:
    """Return the panels of all apps that a colleague may see."""
    found: list[Panel] = []
    for config in apps.get_app_configs():
        path: Any = getattr(config, "admin_panels", None)
        if path is not None:
            give: Panels = import_string(path)
            found += give(colleague, at=at)
    # What is drawn stands together, before what waits.
    return sorted(found, key=lambda panel: not panel.charts)


def _height(number: int, fullest: int) -> int:
    # One among thousands is still to be seen.
    return 0 if number == 0 else max(2, round(100 * number / fullest))
