"""What beat asks for: overdue cases escalated, and closed ones forgotten in the end."""

from celery import shared_task
from django.utils import timezone

from cases import deadlines, retention


@shared_task(name="cases.tasks.escalate_overdue")
def escalate_overdue() -> None:
    """Escalate the cases whose due time has passed."""
    deadlines.escalate_overdue(timezone.now)


@shared_task(name="cases.tasks.keep_retention")
def keep_retention() -> None:
    """Delete the cases that are kept for no longer."""
    retention.forget_closed(at=timezone.now())
