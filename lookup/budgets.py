"""What an asker without proof may spend, counted under locks in PostgreSQL. Kin and devices are exempt.

The audit rows are the account books: a question is counted in the transaction that writes its row,
so two at once cannot both take the last place. Source: docs/domain.md, 4.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import connection

from civil_time import next_midnight
from lookup.admission import Door
from lookup.models import BudgetPolicy, Lookup


class Budget(StrEnum):
    """The budgets of the assisted query."""

    ASSISTED_SUBJECTS = "ASSISTED_SUBJECTS"
    FAILURES = "FAILURES"
    PREFIX = "PREFIX"


@dataclass(frozen=True, kw_only=True)
class BudgetSpent:
    """Refused before anything was read about anybody; the budget is whole again at ``again_at``."""

    budget: Budget
    again_at: datetime


def spend_assisted(
    *, asker_id: UUID, subject_key: UUID, prefix_key: UUID, budgets: BudgetPolicy, at: datetime
) -> BudgetSpent | None:
    """Lock the asker's and the prefix's books for this transaction; return the spent budget, if any.

    Must run inside the transaction that writes the audit row.
    """
    # Always the asker first, then the prefix: one order for everybody, so nobody waits in a circle.
    _lock(f"asker:{asker_id}")
    _lock(f"prefix:{prefix_key}")
    today = Lookup.objects.on_day_of(at).without_proof().filter(outcome=Lookup.Outcome.ANSWERED)
    asked = set(
        today.asked_by(asker_id).filter(door=Door.ASSISTED).values_list("subject_key", flat=True).distinct()
    )
    failures = today.asked_by(asker_id).failed().count()
    failing = set(
        today.failed().filter(prefix_key=prefix_key).values_list("subject_key", flat=True).distinct()
    )
    spent = {
        Budget.ASSISTED_SUBJECTS: len(asked | {subject_key}) > budgets.assisted_subjects_per_day,
        Budget.FAILURES: failures >= budgets.failures_per_day,
        Budget.PREFIX: len(failing | {subject_key}) > budgets.failing_numbers_per_prefix,
    }
    first = next((budget for budget, is_spent in spent.items() if is_spent), None)
    return None if first is None else BudgetSpent(budget=first, again_at=next_midnight(at))


def _lock(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"budget:{name}"])
