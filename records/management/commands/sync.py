"""manage.py sync: read the feeds to their end, or go on reading, with a report."""

import time
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from tqdm import tqdm

from records.page_merge import PageReport
from records.sync import FeedReport, sync_all
from records.upstream import FeedName, UpstreamUnavailable, configured_upstream

NOT_READ = 1
"""Exit code if a feed was not read to its end; what was read stays read."""

NOTHING_TO_READ = 2
"""Exit code if there is no such feed."""

PAUSE_S = 10.0
_DATABASE_AWAY = "The database is out of reach. What was read stays read; run this again."


class Command(BaseCommand):
    """Reads every feed, or those of one source, until nothing is left; with --follow, for ever."""

    help = "Read the feeds: tests, doses, orders, alerts, registry. Safe to run twice and at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--source", help="read the feeds of this source only")
        parser.add_argument("--follow", action="store_true", help="go on reading until Ctrl-C")
        parser.add_argument(
            "--at-once",
            type=int,
            choices=range(1, 17),
            default=settings.SOURCES_AT_ONCE,
            metavar="N",
            help="read so many sources at a time, each over a connection of its own",
        )
        parser.add_argument(
            "--gentle",
            action="store_true",
            default=settings.SYNC_GENTLY,
            help="take small pages and rest after each, for whoever asks meanwhile; about half the speed",
        )
        parser.add_argument(
            "--now", action="store_true", help="ask sources in trouble as well, that are to be left alone"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        only_source, started = options["source"], time.monotonic()
        reading = _Reading(
            only_source=only_source,
            early=options["now"],
            at_once=options["at_once"],
            gentle=options["gentle"],
        )
        try:
            if options["follow"]:
                self._follow(reading)
            else:
                _require_feeds(only_source)
                reading.read_all()
        except UpstreamUnavailable as problem:
            raise CommandError(str(problem), returncode=NOT_READ) from None
        except (OperationalError, InterfaceError):
            # Its own words say where the database is, and nothing that helps whoever waits for it.
            raise CommandError(_DATABASE_AWAY, returncode=NOT_READ) from None
        finally:
            reading.close()
        self._report(reading, seconds=time.monotonic() - started)
        if any(report.problem for report in reading.totals.values()) and not options["follow"]:
            raise CommandError("Some feeds could not be read to their end.", returncode=NOT_READ)

    def _follow(self, reading: "_Reading") -> None:
        """Read round after round; what is in the way of one is said, and left to the next."""
        with suppress(KeyboardInterrupt):
            while True:
                try:
                    is_done = reading.read_round()
                except UpstreamUnavailable as problem:
                    self.stderr.write(str(problem))
                    is_done = True
                except (OperationalError, InterfaceError):
                    self.stderr.write("The database is out of reach. This goes on once it is back.")
                    connection.close()
                    is_done = True
                if is_done:
                    time.sleep(PAUSE_S)

    def _report(self, reading: "_Reading", *, seconds: float) -> None:
        for feed, report in reading.totals.items():
            self.stdout.write(report_line(str(feed), report.total) + _problem(report))
        together = sum((report.total for report in reading.totals.values()), PageReport())
        if len(reading.totals) > 1:
            self.stdout.write(report_line("together", together))
        if rows := together.received:
            self.stdout.write(f"{rows:,} rows in {seconds:,.1f} s, {rows / max(seconds, 0.1):,.0f} rows/s")


class _Reading:
    """Rounds over the feeds, what came of them so far, and the progress that shows it."""

    def __init__(self, *, only_source: str | None, early: bool, at_once: int, gentle: bool) -> None:
        self._only_source, self._early, self._at_once = only_source, early, at_once
        self._gentle = gentle
        self._remaining: dict[FeedName, int] = {}
        self._progress = tqdm(desc="sync", unit=" rows", disable=None)
        self.totals: dict[FeedName, FeedReport] = {}

    def read_all(self) -> None:
        """Go round until every feed is exhausted or cut short."""
        while not self.read_round():
            pass

    def read_round(self) -> bool:
        """Go round once, with a new look at the clock; tell whether nothing is left for now."""
        reports = sync_all(
            configured_upstream(),
            at=timezone.now(),
            only_source=self._only_source,
            on_page=self._advance,
            early=self._early,
            at_once=self._at_once,
            gentle=self._gentle,
        )
        # Once: a source that has just failed is not pressed.
        self._early = False
        for report in reports:
            former = self.totals.get(report.feed)
            self.totals[report.feed] = FeedReport(
                feed=report.feed,
                total=former.total if former else report.total,
                problem=report.problem,
                left_alone_until=report.left_alone_until,
            )
        return all(report.problem or report.total.exhausted for report in reports)

    def close(self) -> None:
        """Leave the line of the progress."""
        self._progress.close()

    def _advance(self, feed: FeedName, page: PageReport) -> None:
        """Count a page, and show how many rows are left where every feed that has begun says so.

        At once, so that the report of a run that is interrupted knows what has been kept.
        """
        former = self.totals.get(feed)
        self.totals[feed] = FeedReport(feed=feed, total=(former.total if former else PageReport()) + page)
        if page.remaining is not None:
            self._remaining[feed] = page.remaining
            self._progress.total = self._progress.n + page.received + sum(self._remaining.values())
        self._progress.update(page.received)


def report_line(name: str, total: PageReport) -> str:
    """Return the end report of one feed."""
    return (
        f"{name}: {total.received:,} received = {total.applied:,} applied + {total.duplicate:,} duplicate "
        f"+ {total.superseded:,} superseded + {total.quarantined:,} quarantined"
        + (f" ({total.held:,} of them held for two colleagues)" if total.held else "")
    )


def _problem(report: FeedReport) -> str:
    until = report.left_alone_until
    return f"  {report.problem}{_again_at(until) if until else ''}" if report.problem else ""


def _again_at(until: datetime) -> str:
    return f"; left alone until {timezone.localtime(until):%Y-%m-%d %H:%M:%S}"


def _require_feeds(only_source: str | None) -> None:
    if not any(only_source in (None, feed.source) for feed in configured_upstream().feeds()):
        whose = f" of the source {only_source}" if only_source else ""
        raise CommandError(f"There are no feeds{whose}.", returncode=NOTHING_TO_READ)
