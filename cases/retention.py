"""Closed cases are kept as long as the audit is, with their texts and traces. Source: docs/domain.md, 5."""

from datetime import datetime

from cases.models import Case
from lookup.retention import AUDIT_KEPT_FOR


def forget_closed(*, at: datetime) -> int:
    """Delete the cases that were closed so long ago, and everything in them; return how many.

    May be run at any time, twice, and by two at once.
    """
    closed = Case.objects.filter(state=Case.State.CLOSED, resolved_at__lt=at - AUDIT_KEPT_FOR)
    _, rows = closed.delete()
    return rows.get(Case._meta.label, 0)
