"""How much an account may file and write in a day, counted under a lock in PostgreSQL.

The events of its cases are the books: what is counted is written in the transaction that has locked them.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from cases.models import CaseEvent
from civil_time import civil_date, next_midnight, start_of
from identity.models import User

CASES_A_DAY, TEXTS_A_DAY = 5, 20
"""Per account and Shanghai day: cases filed or opened again, and texts written. Source: docs/domain.md, 9."""


@dataclass(frozen=True, kw_only=True)
class TooMuchToday:
    """As many cases or texts as a day may have; again at midnight."""

    again_at: datetime


def lock_books(asker: User) -> None:
    """Let one request of an account at a time, for this transaction: so two taps make one case."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"cases:{asker.id}"])


def refuse_case(asker: User, *, at: datetime) -> TooMuchToday | None:
    """Return why no more case may be filed or opened again today; the books must be locked."""
    kinds = (CaseEvent.Kind.FILED, CaseEvent.Kind.REOPENED)
    is_spent = _events_today(asker, at=at).filter(kind__in=kinds).count() >= CASES_A_DAY
    return TooMuchToday(again_at=next_midnight(at)) if is_spent else None


def refuse_text(asker: User, *, at: datetime) -> TooMuchToday | None:
    """Return why no more text may be written today; the books must be locked."""
    is_spent = _events_today(asker, at=at).filter(kind=CaseEvent.Kind.ADDED).count() >= TEXTS_A_DAY
    return TooMuchToday(again_at=next_midnight(at)) if is_spent else None


def _events_today(asker: User, *, at: datetime) -> "QuerySet[CaseEvent]":
    since = start_of(civil_date(at))
    return CaseEvent.objects.filter(case__opened_by=asker, by=asker, at__gte=since, at__lt=next_midnight(at))
