"""What an asker without proof may spend, counted under locks in PostgreSQL. Kin and devices are exempt.

The audit rows are the account books: a question is counted in the transaction that writes its row,
so two at once cannot both take the last place. Source: docs/domain.md, 4.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import connection
from django.db.models import Q

from civil_time import civil_date, next_midnight
from lookup import code_issue
from lookup.admission import Door, Proof
from lookup.models import AbuseAlert, BudgetPolicy, Lookup, LookupQuerySet

OPEN_FOR = timedelta(minutes=2)
"""For so long an opened question counts as if it failed and as if it got its result. A crash leaves it so."""

_FACE_DOORS = (Door.THIRD_PARTY, Door.RECORDS)


class Budget(StrEnum):
    """What can be used up."""

    ASSISTED_SUBJECTS = "ASSISTED_SUBJECTS"
    LIVING_RESULTS = "LIVING_RESULTS"
    FAILURES = "FAILURES"
    PREFIX = "PREFIX"


@dataclass(frozen=True, kw_only=True)
class BudgetSpent:
    """Refused before anything was read about anybody; the budget is whole again at ``again_at``."""

    budget: Budget
    again_at: datetime


def spend(
    door: Door,
    *,
    asker_id: UUID,
    subject_key: UUID,
    prefix_key: UUID,
    budgets: BudgetPolicy,
    at: datetime,
) -> BudgetSpent | None:
    """Lock the asker's and the prefix's books for this transaction; return the spent budget, if any.

    Must run inside the transaction that writes the audit row. For askers without proof alone, through
    the assisted query, the third-party query and the one for records.
    """
    # Always the asker first, then the prefix: one order for everybody, so nobody waits in a circle.
    _lock(f"asker:{asker_id}")
    _lock(f"prefix:{prefix_key}")
    failing = _subjects(_failures(at).filter(prefix_key=prefix_key))
    _mark_walking(prefix_key, failing, budgets, at=at)
    spent = {
        _budget_of(door): _is_full_of_subjects(door, asker_id, subject_key, budgets, at=at),
        Budget.FAILURES: _failures(at).asked_by(asker_id).count() >= budgets.failures_per_day,
        Budget.PREFIX: len(failing | {subject_key}) > budgets.failing_numbers_per_prefix,
    }
    first = next((budget for budget, is_spent in spent.items() if is_spent), None)
    return None if first is None else BudgetSpent(budget=first, again_at=next_midnight(at))


def void_former(row: Lookup, *, asker_id: UUID) -> None:
    """Void the asker's former living results about the same person, and their codes: a new result takes
    their place.

    Must run inside the transaction that settles the new one.
    """
    # Two new results at once do not see each other before they are committed, and both would live.
    _lock(f"asker:{asker_id}")
    former = Lookup.objects.on_day_of(row.asked_at).asked_by(asker_id).about(row.subject_key)
    former = former.filter(door=row.door, voided_at__isnull=True, outcome=Lookup.Outcome.ANSWERED).exclude(
        Q(id=row.id) | Q(proof=Proof.NONE)
    )
    ids = list(former.values_list("id", flat=True))
    former.filter(id__in=ids).update(voided_at=row.asked_at)
    code_issue.void_beside(ids, asker_id=asker_id, subject_key=row.subject_key, at=row.asked_at)


def _budget_of(door: Door) -> Budget:
    return Budget.LIVING_RESULTS if door in _FACE_DOORS else Budget.ASSISTED_SUBJECTS


def _is_full_of_subjects(
    door: Door, asker_id: UUID, subject_key: UUID, budgets: BudgetPolicy, *, at: datetime
) -> bool:
    """Tell whether one more person would be too many for the asker today, through this kind of door."""
    today = Lookup.objects.on_day_of(at).asked_by(asker_id)
    if door in _FACE_DOORS:
        # An opened question may get its result, so it holds a place until it is settled.
        matched = Q(proof=Proof.FACE_MATCHED, outcome=Lookup.Outcome.ANSWERED, voided_at__isnull=True)
        taken = _subjects(today.filter(door__in=_FACE_DOORS).filter(matched | _is_open(at)))
        return len(taken | {subject_key}) > budgets.third_party_living_results
    asked = _subjects(today.without_proof().filter(door=door, outcome=Lookup.Outcome.ANSWERED))
    return len(asked | {subject_key}) > budgets.assisted_subjects_per_day


def _failures(at: datetime) -> LookupQuerySet:
    """Rows of today without proof that failed, or that are open and may fail."""
    today = Lookup.objects.on_day_of(at).without_proof().exclude(door=Door.CHECKPOINT)
    return today.filter(Lookup.objects.is_failed() | _is_open(at))


def _is_open(at: datetime) -> Q:
    return Q(outcome=Lookup.Outcome.OPEN, proof=Proof.NONE, asked_at__gt=at - OPEN_FOR)


def _subjects(rows: LookupQuerySet) -> set[UUID]:
    return set(rows.values_list("subject_key", flat=True).distinct())


def _mark_walking(prefix_key: UUID, failing: set[UUID], budgets: BudgetPolicy, *, at: datetime) -> None:
    """Leave a mark for staff once half of a prefix's budget has failed; one a day, kept up to date."""
    if 2 * len(failing) < budgets.failing_numbers_per_prefix:
        return
    askers = _failures(at).filter(prefix_key=prefix_key).values("asker_id").distinct().count()
    AbuseAlert.objects.update_or_create(
        kind=AbuseAlert.Kind.WALKING_SUFFIXES,
        prefix_key=prefix_key,
        raised_on=civil_date(at),
        defaults={"numbers": len(failing), "accounts": askers},
        create_defaults={"numbers": len(failing), "accounts": askers, "raised_at": at},
    )


def _lock(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"budget:{name}"])
