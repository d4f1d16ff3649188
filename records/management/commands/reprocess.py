"""manage.py reprocess: try rows of the quarantine again, by today's rules."""

from argparse import ArgumentTypeError
from collections import Counter
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from records.feed_fields import RejectionReason
from records.reprocess import Outcome, Tried, reprocess, waiting


class Command(BaseCommand):
    """Tries one row, those of a reason, or all that wait; never over something newer."""

    help = "Try quarantined rows again: what passes today is merged as if it had just come."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, keep nothing")
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--one", type=_row_id, metavar="ID", help="one row, by its id in the admin")
        which.add_argument("--reason", choices=[reason.value for reason in RejectionReason])
        which.add_argument("--all", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        ids = waiting(reason=options["reason"], one=options["one"])
        if options["one"] and not ids:
            raise CommandError("No such row waits in quarantine.")
        if not ids:
            self.stdout.write("Nothing waits in quarantine.")
            return
        counts: Counter[Outcome] = Counter()
        for tried in reprocess(ids, at=timezone.now(), dry_run=options["dry_run"]):
            counts[tried.outcome] += 1
            self.stdout.write(_line(tried))
        would_be = "would be: " if options["dry_run"] else ""
        parts = " + ".join(f"{counts[outcome]:,} {outcome}" for outcome in Outcome if counts[outcome])
        self.stdout.write(f"{would_be}{len(ids):,} tried = {parts}")


def _line(tried: Tried) -> str:
    return f"{tried.row.position}  {tried.row.pk}  {tried.outcome} {tried.reason}".rstrip()


def _row_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ArgumentTypeError("an id looks like 01814b56-f900-7348-8a68-83cb31c06918") from None
