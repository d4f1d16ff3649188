"""manage.py keep_retention: remove what is kept for no longer, as the scheduled task does every night."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from lookup.retention import keep_retention


class Command(BaseCommand):
    """Audit, tests, quarantine, codes, sessions; a status never turns because of it."""

    help = "Remove audit of 180 days ago, tests of 90, quarantined rows of 30, codes of 7, expired sessions."

    def handle(self, *args: Any, **options: Any) -> None:
        done = keep_retention(at=timezone.now())
        records = done.records
        self.stdout.write(
            f"{done.days_of_audit} days of audit, {records.days_of_tests} days of tests, "
            f"{records.tubes} tubes, {records.quarantined} quarantined rows, "
            f"{done.sessions} sessions, {done.codes} codes removed.\n"
            f"{records.tests_that_decide} older tests stay because a status still depends on them."
        )
