"""manage.py reseal: bring every sealed value under the primary key, so that an old key may be taken away."""

import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import InterfaceError, OperationalError
from tqdm import tqdm

from identity.keyring import sealing_ring
from identity.resealing import count_by_key, reseal

LEFT = 1
"""Exit code if values are left that are not under the primary key."""

_Counts = Mapping[str, Counter[int]]


class Command(BaseCommand):
    """``manage.py reseal [--check]``"""

    help = "Seal again, with the primary key, what is sealed with another. May be killed and run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say what stands under which key")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = count_by_key()
            if not options["check"] and _left(counts):
                self._reseal(_left(counts))
                counts = count_by_key()
        except (OperationalError, InterfaceError):
            raise CommandError(
                "The database is out of reach. What was done stays done; run this again.", returncode=LEFT
            ) from None
        self._report(counts)

    def _reseal(self, values: int) -> None:
        started = time.monotonic()
        with tqdm(total=values, desc="reseal", unit=" values", disable=None) as progress:
            done = reseal(on_values=progress.update)
        seconds = time.monotonic() - started
        rate = done.values / max(seconds, 0.1)
        self.stdout.write(f"{done.values:,} values sealed again in {seconds:,.1f} s, {rate:,.0f} values/s")
        for table, broken in done.broken.items():
            self.stdout.write(f"{table}: {broken:,} rows have a value that does not open with its key")

    def _report(self, counts: _Counts) -> None:
        primary = sealing_ring().primary
        for table, by_key in counts.items():
            parts = ", ".join(f"{number:,} under key {key}" for key, number in sorted(by_key.items()))
            self.stdout.write(f"{table}: {parts or 'nothing sealed'}")
        if left := _left(counts):
            raise CommandError(
                f"{left:,} values are not under the primary key {primary}. Keep their keys in SEALING_KEYS.",
                returncode=LEFT,
            )
        self.stdout.write(f"Everything is under key {primary}. Any other key may leave SEALING_KEYS.")


def _left(counts: _Counts) -> int:
    """Return how many values are under another key than the primary one."""
    primary = sealing_ring().primary
    return sum(by_key.total() - by_key[primary] for by_key in counts.values())
