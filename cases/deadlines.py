"""Cases whose due time has passed are escalated, once for the answer and once for the solution."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Q

from cases import timeline
from cases.models import Case, CaseEvent

MOST_A_RUN = 500


class Due(StrEnum):
    """Which promise was not kept."""

    RESPOND = "RESPOND"
    RESOLVE = "RESOLVE"


@dataclass(frozen=True, kw_only=True)
class Escalated:
    """How many cases one run has escalated."""

    responses: int
    resolutions: int


def escalate_overdue(at: Callable[[], datetime]) -> Escalated:
    """Escalate what is overdue; ``at`` is asked before each case. May be run by many at once, and killed.

    Each case is a transaction of its own: the mark and its event are written together or not at all, and a
    case that another worker has locked is passed by.
    """
    done = {Due.RESPOND: 0, Due.RESOLVE: 0}
    for due in Due:
        while sum(done.values()) < MOST_A_RUN and _escalate_next(due, at=at()):
            done[due] += 1
    return Escalated(responses=done[Due.RESPOND], resolutions=done[Due.RESOLVE])


def _escalate_next(due: Due, *, at: datetime) -> bool:
    with transaction.atomic():
        waiting = Case.objects.filter(_waits_for(due, at=at)).order_by("respond_by", "id")
        case = waiting.select_for_update(skip_locked=True, of=("self",)).first()
        if case is None:
            return False
        match due:
            case Due.RESPOND:
                case.response_escalated_at = at
            case Due.RESOLVE:
                case.resolution_escalated_at = at
        case.save(update_fields=["response_escalated_at", "resolution_escalated_at"])
        timeline.append(case, CaseEvent.Kind.ESCALATED, at=at, by=None, visible=True, due=due.value)
    return True


def _waits_for(due: Due, *, at: datetime) -> Q:
    is_open = ~Q(state=Case.State.CLOSED)
    match due:
        case Due.RESPOND:
            unanswered = Q(responded_at__isnull=True, response_escalated_at__isnull=True)
            return is_open & unanswered & Q(respond_by__lte=at)
        case Due.RESOLVE:
            return is_open & Q(resolution_escalated_at__isnull=True, resolve_by__lte=at)
