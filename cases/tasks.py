"""What beat asks for: overdue cases escalated, and closed ones forgotten in the end."""

from celery import shared_task
from django.utils import timezone

from cases import deadlines, retention, watching


@shared_task(name="cases.tasks.escalate_overdue")
def escalate_overdue() -> None:
    """Escalate the cases whose due time has passed."""
    deadlines.escalate_overdue(timezone.now)


@shared_task(name="cases.tasks.look_at_watches")
def look_at_watches() -> None:
    """Tell those who watch an answer that has changed, and close their cases."""
    watching.look_at_all(timezone.now)


@shared_task(name="cases.tasks.keep_retention")
def keep_retention() -> None:
    """Delete the cases that are kept for no longer."""
    retention.forget_closed(at=timezone.now())
