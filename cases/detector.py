"""The detector: a contradiction that hits a group opens one case, before anybody has to complain.

While the case is open the same contradiction opens no other; its count grows with the group.
Source: docs/domain.md, 9.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from cases import contradictions, timeline
from cases.contradictions import Contradiction
from cases.due_times import due_times
from cases.models import Case, CaseEvent
from identity.models import Person

QUIET_AFTER = timedelta(days=1)
"""So long a contradiction whose case was closed opens no other: what was put right needs its time."""
QUIET_AFTER_NOTHING_WRONG = timedelta(days=30)
_TOLD_AGAIN_AT = 2
"""A group that has grown so many times gets another line in the timeline; its count grows always."""


@dataclass(frozen=True, kw_only=True)
class Detected:
    """How many cases one run has opened, and how many have grown."""

    opened: int
    grown: int


def detect(*, at: datetime) -> Detected:
    """Open and grow the cases of the contradictions that stand at ``at``.

    Two at once do it once: the second finds the lock taken, and leaves it to the first.
    """
    with transaction.atomic():
        if not _is_alone():
            return Detected(opened=0, grown=0)
        opened = grown = 0
        for found in contradictions.find(at=at):
            case = (
                Case.objects.open().filter(group=True, pattern=found.pattern).select_for_update(of=("self",))
            )
            standing = case.first()
            if standing is not None:
                grown += _grow(standing, found, at=at)
            elif not _is_quiet(found.pattern, at=at):
                _open(found, at=at)
                opened += 1
    return Detected(opened=opened, grown=grown)


def _is_alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('cases.detector'))")
        [taken] = cursor.fetchone()
    return bool(taken)


def _is_quiet(pattern: str, *, at: datetime) -> bool:
    closed = Case.objects.filter(group=True, pattern=pattern, state=Case.State.CLOSED)
    last = closed.order_by("-resolved_at").first()
    if last is None or last.resolved_at is None:
        return False
    was_nothing = last.resolution == Case.Resolution.NOTHING_WRONG
    return at < last.resolved_at + (QUIET_AFTER_NOTHING_WRONG if was_nothing else QUIET_AFTER)


def _open(found: Contradiction, *, at: datetime) -> None:
    due = due_times(found.kind, at=at)
    case = Case.objects.create(
        number=timeline.next_number(at=at),
        kind=found.kind,
        record=found.record or "",
        owner=found.owner,
        group=True,
        pattern=found.pattern,
        affected=found.people,
        trace=_trace(found, at=at),
        opened_at=at,
        respond_by=due.respond_by,
        resolve_by=due.resolve_by,
    )
    kind = CaseEvent.Kind.FOUND
    timeline.append(case, kind, at=at, by=None, visible=False, people=found.people)


def _grow(case: Case, found: Contradiction, *, at: datetime) -> bool:
    if found.people <= case.affected:
        return False
    case.affected, case.trace = found.people, _trace(found, at=at)
    case.save(update_fields=["affected", "trace"])
    last = case.events.filter(kind__in=(CaseEvent.Kind.FOUND, CaseEvent.Kind.GREW)).order_by("-id").first()
    told = 0 if last is None else last.detail["people"]
    if found.people >= _TOLD_AGAIN_AT * told:
        timeline.append(case, CaseEvent.Kind.GREW, at=at, by=None, visible=False, people=found.people)
    return True


def _trace(found: Contradiction, *, at: datetime) -> dict[str, Any]:
    counts = {"people": found.people, **found.counts}
    return {"counted_at": at.isoformat(), **counts, "examples": _masked(found.examples)}


def _masked(keys: Iterable[UUID]) -> list[str]:
    """Return people as staff see them in any list: the surname, and two characters at each end."""
    people = Person.objects.in_bulk(list(keys))
    return [f"{people[key].masked_name} {people[key].masked_number}" for key in keys if key in people]
