"""manage.py load_demo: make the demo city or bring it up to date, and say who is who."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from demo.loading import FeedsNotRead, Loaded, Watcher, load
from records.page_merge import PageReport
from records.upstream import FeedName, UpstreamUnavailable, configured_upstream


class Command(BaseCommand):
    """Safe to run again: what is there stays, what a new day brings is added."""

    help = "Load the demo city through the real sync, and write var/demo.json."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--base-url", default="http://127.0.0.1:8000", help="where the demo is served")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = self._load(options["base_url"].rstrip("/"))
        except (FeedsNotRead, UpstreamUnavailable) as problem:
            raise CommandError(f"The demo city could not be loaded: {problem}") from None
        self._print(loaded)

    def _load(self, base_url: str) -> Loaded:
        with (
            tqdm(desc="feeds", unit=" rows", disable=None, leave=False) as writing,
            tqdm(desc="sync ", unit=" rows", disable=None, leave=False) as syncing,
        ):

            def expect(rows: int) -> None:
                writing.reset(total=rows)
                syncing.reset(total=rows)

            def synced(_feed: FeedName, page: PageReport) -> None:
                syncing.update(page.received)

            return load(
                configured_upstream(),
                feed_folder=settings.FEED_FOLDER,
                demo_json=settings.DEMO_FILE,
                base_url=base_url,
                at=timezone.now(),
                watcher=Watcher(expect=expect, written=writing.update, synced=synced),
            )

    def _print(self, loaded: Loaded) -> None:
        content = loaded.content
        news = f"{loaded.received:,} rows synced, {loaded.quarantined} of them in quarantine"
        self.stdout.write(
            f"Demo city: {news if loaded.received else 'up to date'}. All people are invented.\n\n"
        )
        for account in content["accounts"]:
            sign_in = f"{account['mobile']}  {account['password']:<26}"
            self.stdout.write(f"  {account['role']:<20}{sign_in}{account['note']}\n")
        self.stdout.write(f"  {'device key':<20}{content['device_key']}\n\n")
        for person in content["people"]:
            self.stdout.write(f"  {person['label']:<20}{person['document_number']}  {person['note']}\n")
        self.stdout.write(f"\n  Sign in at {content['base_url']}/, staff at {content['base_url']}/admin/\n")
        self.stdout.write(f"  Written to {settings.DEMO_FILE}; portraits beside it.\n")
