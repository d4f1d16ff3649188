"""A case as its page shows it: frozen values with their words, so that no template decides anything."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from cases import wording
from cases.models import Case, CaseEvent
from cases.shown import CaseShown, EventShown
from lookup.wording import door_label

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, kw_only=True)
class EventLine:
    """One line of the timeline."""

    at: datetime
    author: "_StrPromise"
    what: str
    words: str
    is_mine: bool


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """Everything that a case's card or page shows."""

    id: UUID
    number: str
    title: "_StrPromise"
    state: "_StrPromise"
    is_closed: bool
    is_late: bool
    next: str
    subject_name: str | None
    owner: "_StrPromise | None"
    door: "_StrPromise"
    lookup_id: UUID
    asked_at: datetime
    opened_at: datetime
    events: tuple[EventLine, ...]
    may_reopen: bool


def case_page(case: CaseShown, *, at: datetime) -> CasePage:
    """Return a case in words."""
    return CasePage(
        id=case.id,
        number=case.number,
        title=wording.complaint_label(case.kind, case.record),
        state=wording.state_label(case.state),
        is_closed=case.state is Case.State.CLOSED,
        is_late=case.is_late,
        next=wording.what_happens_next(case, at=at),
        subject_name=case.subject_name,
        owner=None if case.owner is None else wording.office_label(case.owner),
        door=door_label(case.door),
        lookup_id=case.lookup_id,
        asked_at=case.asked_at,
        opened_at=case.opened_at,
        events=tuple(_line(event) for event in case.events),
        may_reopen=case.may_reopen,
    )


def _line(event: EventShown) -> EventLine:
    return EventLine(
        at=event.at,
        author=wording.author_label(event.author),
        what=wording.event_text(event),
        words=event.text,
        is_mine=event.kind in (CaseEvent.Kind.FILED, CaseEvent.Kind.ADDED, CaseEvent.Kind.REOPENED),
    )
