"""What beat asks for: overdue cases escalated, and closed ones forgotten in the end."""

import structlog
from celery import shared_task
from django.utils import timezone

from cases import deadlines, detector, retention, watching

_log = structlog.get_logger(__name__)


@shared_task(name="cases.tasks.escalate_overdue")
def escalate_overdue() -> None:
    """Escalate the cases whose due time has passed."""
    deadlines.escalate_overdue(timezone.now)


@shared_task(name="cases.tasks.look_at_watches")
def look_at_watches() -> None:
    """Tell those who watch an answer that has changed, and close their cases."""
    watching.look_at_all(timezone.now)


@shared_task(name="cases.tasks.detect_contradictions")
def detect_contradictions() -> None:
    """Open a case for each group that something contradicts."""
    detected = detector.detect(at=timezone.now())
    if detected.opened or detected.grown:
        _log.info("contradictions_detected", opened=detected.opened, grown=detected.grown)


@shared_task(name="cases.tasks.keep_retention")
def keep_retention() -> None:
    """Delete the cases that are kept for no longer."""
    retention.forget_closed(at=timezone.now())
