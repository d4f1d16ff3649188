"""manage.py import_file KIND FILE: bring a CSV or NDJSON file in by the way of the feeds."""

import json
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from records.backends.single_file import FileUnusable, SingleFileSource
from records.management.commands.sync import report_line
from records.models import Kind
from records.page_merge import PageReport
from records.sync import import_page
from records.trouble import PageNotMerged
from records.upstream import UpstreamUnavailable

UNUSABLE = 2
"""Exit code for a file that cannot be imported, or not to its end. Refused rows alone end with 0."""


class Command(BaseCommand):
    """Imports one file; refused rows are listed beside it by line number, without their content."""

    help = "Import a CSV or NDJSON file (also .gz). The format stands in docs/feed.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", help=f"one of: {', '.join(Kind.values)}")
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", help="the source that the rows belong to")
        parser.add_argument("--rejects", type=Path, help="where refused rows are listed")
        parser.add_argument("--dry-run", action="store_true", help="check and report, keep nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["kind"] not in Kind.values:
            raise CommandError(
                f"There is no kind {options['kind']!r}; there are: {', '.join(Kind.values)}.",
                returncode=UNUSABLE,
            )
        path: Path = options["file"]
        rejects: Path = options["rejects"] or path.with_name(f"{path.name}.rejects.ndjson")
        try:
            upstream = SingleFileSource(path, Kind(options["kind"]), source=options["source"])
            total = self._import(upstream, rejects, dry_run=options["dry_run"])
        except (FileUnusable, UpstreamUnavailable) as problem:
            raise CommandError(str(problem), returncode=UNUSABLE) from None
        except PageNotMerged as problem:
            raise CommandError(
                f"The database refused a page of this file ({problem}). What was merged stays; "
                "run this again once the database answers.",
                returncode=UNUSABLE,
            ) from None
        except OSError as error:
            raise CommandError(
                f"{rejects} cannot be written: {error.strerror}", returncode=UNUSABLE
            ) from None
        done = "would be: " if options["dry_run"] else ""
        self.stdout.write(done + report_line(path.name, total))
        if total.quarantined:
            self.stdout.write(f"The refused rows are listed in {rejects}, with line and reason.")
        else:
            rejects.unlink(missing_ok=True)

    def _import(self, upstream: SingleFileSource, rejects: Path, *, dry_run: bool) -> PageReport:
        [feed] = upstream.feeds()
        total = PageReport(exhausted=False)
        with (
            rejects.open("w", encoding="utf-8") as file,
            tqdm(desc=str(feed), unit=" rows", total=upstream.count, disable=None) as progress,
        ):
            while not total.exhausted:
                report = import_page(feed, upstream, cursor=total.cursor, at=timezone.now(), dry_run=dry_run)
                _list_rejects(file, report)
                progress.update(report.received)
                total += report
        return total


def _list_rejects(file: IO[str], report: PageReport) -> None:
    for rejected in report.rejected:
        rejection = rejected.rejection
        entry = {"position": rejected.row.position, "reason": rejection.reason, "field": rejection.field}
        file.write(json.dumps(entry, ensure_ascii=False) + "\n")
