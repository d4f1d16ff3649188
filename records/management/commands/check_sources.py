"""manage.py check_sources: ask the sources over HTTP which feeds they have; read nothing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from records.backends.all_sources import AllSources
from records.management.commands.sync import NOT_READ, NOTHING_TO_READ
from records.turns import turn
from records.upstream import UpstreamUnavailable, configured_upstream


class Command(BaseCommand):
    """Tries address, certificate, credential and key of each source, and compares the feeds."""

    help = "Ask the sources of HTTP_SOURCES which feeds they have, and say where that is not what is read."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--source", help="ask this source only")

    def handle(self, *args: Any, **options: Any) -> None:
        upstream, only_source = configured_upstream(), options["source"]
        names = upstream.over_http if isinstance(upstream, AllSources) else {}
        chosen = [name for name in names if only_source in (None, name)]
        if not isinstance(upstream, AllSources) or not chosen:
            raise CommandError("There is no such source over HTTP.", returncode=NOTHING_TO_READ)
        in_order = [self._is_in_order(name, upstream) for name in chosen]
        if not all(in_order):
            raise CommandError("Not every source is in order.", returncode=NOT_READ)

    def _is_in_order(self, name: str, upstream: AllSources) -> bool:
        source = upstream.over_http[name]
        wanted = set(source.feeds())
        try:
            with turn(upstream, min(wanted)) as is_ours:
                if not is_ours:
                    self.stdout.write(f"{name}: is being read just now, so it answers")
                    return True
                offered = set(source.offered())
        except UpstreamUnavailable as problem:
            self.stdout.write(f"{name}: {problem.problem.value}: {problem}")
            return False
        for feed in sorted(wanted | offered):
            state = "read" if feed in wanted & offered else "missing" if feed in wanted else "not read here"
            self.stdout.write(f"{feed}: {state}")
        return wanted <= offered
