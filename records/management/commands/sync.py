"""manage.py sync: read the feeds to their end, with a report."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import InterfaceError, OperationalError
from django.utils import timezone
from tqdm import tqdm

from records.page_merge import PageReport
from records.sync import FeedReport, sync_all
from records.upstream import FeedName, UpstreamUnavailable, configured_upstream


class Command(BaseCommand):
    """Reads every feed, or those of one source, until nothing is left."""

    help = "Read the feeds: tests, doses, orders, alerts, registry. Safe to run twice and at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--source", help="read the feeds of this source only")

    def handle(self, *args: Any, **options: Any) -> None:
        upstream, only_source = configured_upstream(), options["source"]
        try:
            names = [feed for feed in upstream.feeds() if only_source in (None, feed.source)]
            if not names:
                whose = f" of the source {only_source}" if only_source else ""
                raise CommandError(f"There are no feeds{whose}.")
            totals = self._read_all(only_source)
        except UpstreamUnavailable as problem:
            raise CommandError(str(problem)) from None
        except (OperationalError, InterfaceError):
            # Its own words say where the database is, and nothing that helps whoever waits for it.
            raise CommandError(
                "The database is out of reach. What was read stays read; run this again."
            ) from None
        for feed, report in totals.items():
            self.stdout.write(
                report_line(str(feed), report.total) + (f"  {report.problem}" * bool(report.problem))
            )
        if any(report.problem for report in totals.values()):
            raise CommandError("Some feeds could not be read to their end.")

    def _read_all(self, only_source: str | None) -> dict[FeedName, FeedReport]:
        """Go round until every feed is exhausted or cut short; each round looks at the clock anew."""
        totals: dict[FeedName, FeedReport] = {}
        with tqdm(desc="sync", unit=" rows", disable=None) as progress:
            while True:
                reports = sync_all(
                    configured_upstream(),
                    at=timezone.now(),
                    only_source=only_source,
                    on_page=lambda _feed, page: _advance(progress, page),
                )
                for report in reports:
                    total = totals[report.feed].total if report.feed in totals else PageReport()
                    totals[report.feed] = FeedReport(
                        feed=report.feed, total=total + report.total, problem=report.problem
                    )
                if all(report.problem or report.total.exhausted for report in reports):
                    return totals


def report_line(name: str, total: PageReport) -> str:
    """Return the end report of one feed."""
    return (
        f"{name}: {total.received:,} received = {total.applied:,} applied + {total.duplicate:,} duplicate "
        f"+ {total.superseded:,} superseded + {total.quarantined:,} quarantined"
    )


def _advance(progress: "tqdm[Any]", page: PageReport) -> None:
    progress.update(page.received)
