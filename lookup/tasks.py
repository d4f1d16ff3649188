"""What beat asks for: partitions of the audit, what is kept for no longer, dry runs, the alarm of shares."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from civil_time import civil_date
from lookup import consents, retention, tallies
from lookup.policies import dry_run, share_alarm, share_counts
from records.partitions import ensure_days

DAYS_BEHIND, DAYS_AHEAD = 1, 8


@shared_task(name="lookup.tasks.keep_partitions")
def keep_partitions() -> None:
    """Make the partitions of the audit for the days around today."""
    today = civil_date(timezone.now())
    ensure_days("lookup_lookup", today - timedelta(days=DAYS_BEHIND), today + timedelta(days=DAYS_AHEAD))


@shared_task(name="lookup.tasks.forget_consents")
def forget_consents() -> None:
    """Delete the consents that have expired."""
    consents.forget(before=timezone.now())


@shared_task(name="lookup.tasks.tally_hours")
def tally_hours() -> None:
    """Count the hours of the audit that are over, for the admin's first page."""
    tallies.tally(at=timezone.now())


@shared_task(name="lookup.tasks.keep_retention")
def keep_retention() -> None:
    """Remove audit, records and sessions that are kept for no longer."""
    retention.keep_retention(at=timezone.now())


@shared_task(name="lookup.tasks.run_dry_runs")
def run_dry_runs() -> None:
    """Run the oldest dry run that waits, if one does."""
    dry_run.run_next(clock=timezone.now)


@shared_task(name="lookup.tasks.watch_shares")
def watch_shares() -> None:
    """Count the newest answers, and raise an alert where the share of a reason has jumped."""
    at = timezone.now()
    # Where another worker counts at this moment, it looks for jumps as well.
    if share_counts.count(at=at) is not None:
        share_alarm.watch(at=at)
