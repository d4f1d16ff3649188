"""Loads the demo city: feed files, the real sync, accounts, a device, and the file that names them all."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from civil_time import civil_date
from demo import accounts, demo_file, faces, feeds
from demo.city import city_on
from records.page_merge import PageReport
from records.sync import FeedReport, sync_all
from records.upstream import FeedName, RecordSource

_ROUNDS = 5
"""How often feeds are read again because a worker was reading them at the same time."""


class FeedsNotRead(Exception):
    """The sync could not read every feed to its end; names the feeds and what was in the way."""


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What a load has done, and what stands in demo.json."""

    told: int
    received: int
    quarantined: int
    content: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Watcher:
    """Who is told about progress: how many rows will come, each row written, each page synced."""

    expect: Callable[[int], object]
    written: Callable[[], object]
    synced: Callable[[FeedName, PageReport], None]


def load(
    upstream: RecordSource,
    *,
    feed_folder: Path,
    demo_json: Path,
    base_url: str,
    at: datetime,
    watcher: Watcher,
) -> Loaded:
    """Bring the city up to date, or make it; what is there already stays.

    Raises FeedsNotRead, records.upstream.UpstreamUnavailable, demo.eras.BeforeTheCity.
    """
    city = city_on(civil_date(at))
    told = tell(feed_folder, at=at, expect=watcher.expect, written=watcher.written)
    reports = _sync(upstream, at=at, watcher=watcher)
    accounts.open_accounts(city, at=at)
    accounts.lock_the_locked(city.labelled, at=at)
    content = demo_file.demo_content(
        city.labelled,
        base_url=base_url,
        portraits=faces.draw_labelled(city, demo_json.parent / "portraits"),
        key=accounts.device_key(former=demo_file.former_device_key(demo_json), at=at),
    )
    demo_file.write(content, demo_json)
    return Loaded(
        told=told,
        received=sum(report.total.received for report in reports),
        quarantined=sum(report.total.quarantined for report in reports),
        content=content,
    )


def tell(
    feed_folder: Path,
    *,
    at: datetime,
    expect: Callable[[int], object] = lambda rows: None,
    written: Callable[[], object] = lambda: None,
) -> int:
    """Write what the sources of the city have to tell by now as feed files; return how many rows."""
    deliveries = feeds.due(feed_folder, city_on(civil_date(at)), at=at, face_of=faces.face_reference)
    told = sum(len(delivery.lines) for delivery in deliveries)
    expect(told)
    for delivery in deliveries:
        feeds.deliver(delivery, feed_folder, at=at, on_row=written)
    return told


def _sync(upstream: RecordSource, *, at: datetime, watcher: Watcher) -> list[FeedReport]:
    """Read every feed to its end; a feed that a worker is reading just now is read again after it."""
    reports: list[FeedReport] = []
    for _round in range(_ROUNDS):
        newest = sync_all(upstream, at=at, on_page=watcher.synced, early=True)
        reports.extend(newest)
        unfinished = [report for report in newest if report.problem or not report.total.exhausted]
        if not unfinished:
            return reports
    raise FeedsNotRead(
        "; ".join(f"{report.feed}: {report.problem or 'not at its end'}" for report in unfinished)
    )
