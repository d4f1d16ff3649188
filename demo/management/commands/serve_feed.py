"""manage.py serve_feed FOLDER: a source that serves feed files over HTTP, and misbehaves on request."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from demo.feed_server import FeedServer, http_sources_entry
from demo.feed_server.misbehaviour import KINDS


class Command(BaseCommand):
    """The reference feed server; it listens on this machine only, and everybody knows its keys."""

    help = "Serve the feed files of a folder over HTTP, as docs/feed.md, 8 has it. For trying out."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="with <source>/<kind>/*.ndjson in it")
        parser.add_argument("--port", type=int, default=8100, help="0: any that is free")
        parser.add_argument("--most-rows", type=int, default=5000, help="rows of a page at most")
        parser.add_argument(
            "--misbehave", nargs="+", default=[], choices=KINDS, metavar="KIND", help=", ".join(KINDS)
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.")
        try:
            server = FeedServer(
                folder,
                port=options["port"],
                misbehave=options["misbehave"],
                most_rows=options["most_rows"],
            )
        except OSError as error:
            raise CommandError(f"The port {options['port']} cannot be had: {error.strerror}.") from None
        with server:
            self.stdout.write(f"Serving {folder} on {server.url}. Ctrl-C ends it. To read it:\n")
            self.stdout.write(f"HTTP_SOURCES='{json.dumps(http_sources_entry(server))}'\n")
            self.stdout.flush()
            try:
                server.serve_forever(poll_interval=0.2)
            except KeyboardInterrupt:
                server.stopping.set()
