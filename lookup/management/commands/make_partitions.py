"""Make the daily partitions of tests and audit ahead, as the scheduled tasks do every hour."""

from typing import Any

from django.core.management.base import BaseCommand

from lookup.tasks import keep_partitions as of_audit
from records.tasks import keep_partitions as of_tests


class Command(BaseCommand):
    """For the first start, and for a server whose beat was away for days."""

    help = "Make the daily partitions of tests and audit ahead; those that exist are left alone."

    def handle(self, *args: Any, **options: Any) -> None:
        of_tests()
        of_audit()
        if options["verbosity"]:
            self.stdout.write("Partitions are made for the days ahead.")
