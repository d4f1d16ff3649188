"""Writes what the sources of the city tell as feed files, for the real sync to read (docs/feed.md).

A first load writes everything; a load on another day writes what is new since the newest file of each
feed; any load says that the feeds are up to date, as a regular source does.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from civil_time import civil_date
from demo.city import city_on
from demo.lines import FEEDS, FaceOf, Line, lines_of
from demo.people import City
from demo.wire import written
from records.feed import FORMAT
from records.upstream import FeedName

_STAMP = "%Y%m%dT%H%M%SZ"
_SUFFIX = ".ndjson"
_FILES = f"{'[0-9]' * 8}T{'[0-9]' * 6}Z{_SUFFIX}"
_KEPT_EMPTY = 2
"""How many files without rows stay, so that a sync that is just listing a folder finds what it listed."""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """The rows of one feed that are still to be told."""

    feed: FeedName
    lines: tuple[Line, ...]


def due(folder: Path, city: City, *, at: datetime, face_of: FaceOf) -> tuple[Delivery, ...]:
    """Return for each feed what its files do not tell yet; nothing for a feed that is ahead of the clock."""
    # File names know whole seconds: a second load within one would overwrite the first.
    now = at.replace(microsecond=0)
    newest = {feed: _newest(folder, feed) for feed in FEEDS}
    behind = {feed: told_at for feed, told_at in newest.items() if told_at is None or told_at < now}
    told_on = {feed: told_at and civil_date(told_at) for feed, told_at in behind.items()}
    lines: dict[FeedName, list[Line]] = {feed: [] for feed in behind}
    if set(told_on.values()) - {city.today}:
        known = {day: _keys_on(day, face_of) if day else set() for day in set(told_on.values())}
        for line in lines_of(city, face_of=face_of):
            if line.feed in behind and (line.feed, line.key) not in known[told_on[line.feed]]:
                lines[line.feed].append(line)
    return tuple(Delivery(feed=feed, lines=tuple(rows)) for feed, rows in lines.items())


def deliver(
    delivery: Delivery, folder: Path, *, at: datetime, on_row: Callable[[], object] = lambda: None
) -> Path:
    """Write one delivery as a file that appears whole, and drop older files without rows."""

    def rows() -> Iterator[Mapping[str, object]]:
        yield header
        for line in delivery.lines:
            yield line.fields()
            on_row()

    target = folder / delivery.feed.source / delivery.feed.kind
    target.mkdir(parents=True, exist_ok=True)
    file = target / f"{at.astimezone(UTC):{_STAMP}}{_SUFFIX}"
    header = {
        "feed": delivery.feed.kind.value,
        "format": FORMAT,
        "source": delivery.feed.source,
        "as_of": written(at.replace(microsecond=0)),
        "count": len(delivery.lines),
    }
    _write_whole(file, rows())
    _drop_empty(target)
    return file


def _keys_on(day: date, face_of: FaceOf) -> set[tuple[FeedName, str]]:
    return {(line.feed, line.key) for line in lines_of(city_on(day), face_of=face_of)}


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob(_FILES))


def _newest(folder: Path, feed: FeedName) -> datetime | None:
    """Return up to when a feed's files tell everything, from the name of the newest."""
    files = _files(folder / feed.source / feed.kind)
    return datetime.strptime(files[-1].stem, _STAMP).replace(tzinfo=UTC) if files else None


def _write_whole(file: Path, rows: Iterable[Mapping[str, object]]) -> None:
    unfinished = file.with_suffix(f"{_SUFFIX}.part")
    with unfinished.open("w", encoding="utf-8", newline="\n") as lines:
        for row in rows:
            lines.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
    os.replace(unfinished, file)


def _drop_empty(folder: Path) -> None:
    for file in _files(folder)[:-_KEPT_EMPTY]:
        with file.open("rb") as lines:
            next(lines, None)
            is_empty = next(lines, None) is None
        if is_empty:
            file.unlink()
