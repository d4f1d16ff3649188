"""manage.py mark_names: marks for the names of before the marks."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError
from tqdm import tqdm

from identity.name_marking import count_unmarked, mark_names

LEFT = 1
"""Exit code if names are left without a mark."""


class Command(BaseCommand):
    """``manage.py mark_names``"""

    help = "Mark the registered names that have no mark yet. May be killed and run again."

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        try:
            with tqdm(total=count_unmarked(), desc="marks", unit=" names", disable=None) as progress:
                done = mark_names(on_rows=progress.update)
            left = count_unmarked()
        except (OperationalError, InterfaceError):
            raise CommandError(
                "The database is out of reach. What was done stays done; run this again.", returncode=LEFT
            ) from None
        self.stdout.write(f"{done.rows:,} names marked in {time.monotonic() - started:,.1f} s")
        if done.broken:
            self.stdout.write(f"{done.broken:,} names do not open with their key")
        if left:
            raise CommandError(f"{left:,} names have no mark.", returncode=LEFT)
