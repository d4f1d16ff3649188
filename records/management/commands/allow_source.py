"""manage.py allow_source SOURCE KIND …: write down what a source may speak for."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from records.models import Kind, SourceRules
from records.source_rules import ANYBODY, OPTIONAL_FIELDS, SPEAKERS


class Command(BaseCommand):
    """Lets a source send some kinds with all their fields; single fields are denied in the admin."""

    help = "Let a source send some kinds of rows. A source without rules may speak for nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source")
        parser.add_argument("kinds", nargs="+", choices=Kind.values, metavar="kind")
        parser.add_argument(
            "--speaks-for",
            action="append",
            default=[],
            metavar="NAME",
            help="a laboratory (tests, tubes) or an authority (orders, alerts); again for more; * for all",
        )

        parser.add_argument(
            "--most-turned-people",
            type=int,
            metavar="N",
            help="how many people it may turn adverse in an hour; for a first load",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        names = list(dict.fromkeys(name.strip() for name in options["speaks_for"] if name.strip()))
        kinds = [Kind(kind) for kind in options["kinds"]]
        speaking = [kind for kind in kinds if kind in SPEAKERS]
        if speaking and not names:
            raise CommandError(
                f"{speaking[0]} rows name somebody: say whom with --speaks-for, or '*' for all."
            )
        if ANYBODY in names and len(names) > 1:
            raise CommandError("Give either names or *, not both.")
        people = options["most_turned_people"]
        if people is not None and people < 0:
            raise CommandError("A number of people is 0 or more.")
        limits = {} if people is None else {"most_turned_people": people}
        for kind in kinds:
            # Fields and limits that somebody has set stay as they are.
            SourceRules.objects.update_or_create(
                source=options["source"],
                kind=kind,
                defaults={"speaks_for": names if kind in SPEAKERS else []} | limits,
                create_defaults={
                    "speaks_for": names if kind in SPEAKERS else [],
                    "fields": list(OPTIONAL_FIELDS[kind]),
                }
                | limits,
            )
        self.stdout.write(f"{options['source']} may send: {', '.join(kinds)}.")
