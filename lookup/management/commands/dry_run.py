"""manage.py dry_run NAME: compute a proposed policy over everybody now, as the admin's button does."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from lookup.models import DryRun, PolicyProposal
from lookup.policies import dry_run
from lookup.policies.cohorts import band_name
from lookup.policies.results import found_by


class Command(BaseCommand):
    """Writes counts, no people; small numbers are masked."""

    help = "Compute the newest open proposal of a name (its day, such as 2022-06-09) over everybody."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the day, or day and time, from which the rule would be in force")

    def handle(self, *args: Any, **options: Any) -> None:
        proposals = PolicyProposal.objects.filter(withdrawn_at__isnull=True).order_by("-made_at")
        named = next((proposal for proposal in proposals if str(proposal) == options["name"]), None)
        if named is None:
            raise CommandError("There is no proposal of this name. The admin lists them.")
        dry_run.ask_for(named, asked_by=None, at=timezone.now())
        run = dry_run.run_one(named, clock=timezone.now, say=self._say)
        if run is None:
            raise CommandError("A worker runs it at this moment. The admin shows its result.")
        self._show(run)

    def _say(self, judged: int, classes: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{judged:,} of {classes:,} classes", ending="")

    def _show(self, run: DryRun) -> None:
        found = found_by(run)
        self.stdout.write(f"{run.people:,} people in {run.classes:,} classes, against {run.compared_with}.")
        for move in found.moves:
            why = f" {move.gained}" if move.gained else ""
            self.stdout.write(f"{move.door}: {move.before} -> {move.after}{why}: {move.shown}")
        for hit in found.to_acknowledge:
            self.stdout.write(
                f"To acknowledge: {hit.door}, {band_name(hit.age_from)} years, document type "
                f"{hit.document_type}: {hit.shown} of {hit.people:,} shut out"
            )
