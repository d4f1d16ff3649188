"""Filing a case from an answer, adding to it, opening it again: what a citizen does.

Nothing here looks at the person whom it is about: what is written and answered is the same whether or not
there is such a person, and an asker without proof learns nothing by filing. Source: docs/domain.md, 9.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from cases import timeline, watching
from cases.allowance import TooMuchToday, lock_books, refuse_case, refuse_text
from cases.due_times import due_times
from cases.models import Case, CaseEvent
from cases.owners import owner_of
from healthcode.verdict import Reason, StatusCode
from identity.models import User
from lookup import shown_again
from lookup.admission import Door
from lookup.models import Lookup
from lookup.shown_again import NotYours

REOPEN_FOR = timedelta(days=30)
_UNSETTLED = (StatusCode.UNKNOWN, StatusCode.UNCONFIRMED)


@dataclass(frozen=True, kw_only=True)
class Complaint:
    """What is wrong, as the citizen says; a record only for a wrong or missing one."""

    kind: Case.Kind
    record: Case.Record | None = None
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseFiled:
    """The case; not new where one was open about the same person and thing. ``removed`` counts numbers."""

    case: Case
    is_new: bool
    removed: int


@dataclass(frozen=True, kw_only=True)
class Written:
    """The text stands in the case. ``removed`` counts the numbers that were taken out of it."""

    case: Case
    removed: int


@dataclass(frozen=True, kw_only=True)
class KindDoesNotFit:
    """A status that is known is not filed as unknown, and a record is named just where one is meant."""


@dataclass(frozen=True, kw_only=True)
class NothingWritten:
    """A text of blanks."""


@dataclass(frozen=True, kw_only=True)
class CaseIsClosed:
    """Nothing is added to a closed case; it can be opened again."""


@dataclass(frozen=True, kw_only=True)
class CannotReopen:
    """It is open, or it was closed too long ago: file a new one from a new answer."""


def file(
    asker: User, lookup_id: UUID, complaint: Complaint, *, at: datetime
) -> CaseFiled | NotYours | KindDoesNotFit | TooMuchToday:
    """File a case from an account's own answer, with the decision's trace. A second tap finds the first."""
    row = shown_again.row_of(asker, lookup_id, at=at)
    if isinstance(row, NotYours):
        return row
    if not _fits(complaint, row):
        return KindDoesNotFit()
    with transaction.atomic():
        lock_books(asker)
        first = _open_case(asker, row.subject_key, complaint)
        if first is not None:
            return CaseFiled(
                case=first, is_new=False, removed=_add_unless_said(first, asker, complaint.text, at=at)
            )
        spent = refuse_case(asker, at=at)
        if spent is not None:
            return spent
        case = _new_case(asker, row, complaint, at=at)
        removed = timeline.cleaned(complaint.text).removed
        timeline.append(case, CaseEvent.Kind.FILED, at=at, by=asker, visible=True, text=complaint.text)
        if complaint.kind is Case.Kind.STATUS_UNKNOWN:
            watching.watch_case(case, row, at=at)
    return CaseFiled(case=case, is_new=True, removed=removed)


def add(
    asker: User, number: str, text: str, *, at: datetime
) -> Written | NotYours | CaseIsClosed | NothingWritten | TooMuchToday:
    """Add a text to an own open case; whoever works on it sees that the citizen has the last word."""
    cleaned = timeline.cleaned(text)
    with transaction.atomic():
        lock_books(asker)
        case = _own_locked(asker, number)
        if case is None:
            return NotYours()
        if not cleaned.text:
            return NothingWritten()
        if case.state == Case.State.CLOSED:
            return CaseIsClosed()
        spent = refuse_text(asker, at=at)
        if spent is not None:
            return spent
        _write(case, asker, text, at=at)
    return Written(case=case, removed=cleaned.removed)


def reopen(
    asker: User, number: str, text: str, *, at: datetime
) -> Written | NotYours | CannotReopen | TooMuchToday:
    """Open an own closed case again, with new due times, and say why."""
    with transaction.atomic():
        lock_books(asker)
        case = _own_locked(asker, number)
        if case is None:
            return NotYours()
        if not may_reopen(case, at=at) or _open_twin(case) is not None:
            return CannotReopen()
        spent = refuse_case(asker, at=at)
        if spent is not None:
            return spent
        due = due_times(case.kind, at=at)
        case.state, case.resolution, case.resolved_at, case.responded_at = Case.State.OPEN, "", None, None
        case.respond_by, case.resolve_by = due.respond_by, due.resolve_by
        case.response_escalated_at = case.resolution_escalated_at = None
        case.save()
        timeline.append(case, CaseEvent.Kind.REOPENED, at=at, by=asker, visible=True, text=text)
        watching.watch_again(case, at=at)
    return Written(case=case, removed=timeline.cleaned(text).removed)


def may_reopen(case: Case, *, at: datetime) -> bool:
    """Tell whether a case was closed not too long ago."""
    return case.resolved_at is not None and at < case.resolved_at + REOPEN_FOR


def is_unsettled(row: Lookup) -> bool:
    """Tell whether an answer was unknown or unconfirmed as its asker read it, whatever the true status is."""
    return row.shown_status in _UNSETTLED


def _fits(complaint: Complaint, row: Lookup) -> bool:
    is_about_a_record = complaint.kind in (Case.Kind.WRONG_RECORD, Case.Kind.MISSING_RECORD)
    if is_about_a_record != (complaint.record is not None):
        return False
    return complaint.kind is not Case.Kind.STATUS_UNKNOWN or is_unsettled(row)


def _new_case(asker: User, row: Lookup, complaint: Complaint, *, at: datetime) -> Case:
    due = due_times(complaint.kind, at=at)
    return Case.objects.create(
        number=timeline.next_number(at=at),
        kind=complaint.kind,
        record=complaint.record or "",
        owner=owner_of(complaint.kind, complaint.record, [Reason(reason) for reason in row.reasons]),
        opened_by=asker,
        subject_key=row.subject_key,
        lookup_id=row.id,
        lookup_asked_on=row.asked_on,
        door=Door(row.door),
        proof=row.proof,
        shown_status=row.shown_status,
        trace=trace_of(row),
        opened_at=at,
        respond_by=due.respond_by,
        resolve_by=due.resolve_by,
    )


def trace_of(row: Lookup) -> dict[str, Any]:
    """Return what a decision rested on, as its audit row holds it: compact, and without identity."""
    return {
        "asked_at": row.asked_at.isoformat(),
        "status": row.status,
        "reasons": row.reasons,
        "facts": row.facts,
        "standing": row.standing,
        "policy": row.policy,
        "rules": row.rules,
        "face_step": row.face_step,
    }


def _add_unless_said(case: Case, asker: User, text: str, *, at: datetime) -> int:
    """Keep what a second filing says beyond the first one; a double click says nothing new."""
    cleaned = timeline.cleaned(text)
    said = {timeline.text_of(event) for event in case.events.filter(by=asker)}
    if cleaned.text and cleaned.text not in said and refuse_text(asker, at=at) is None:
        _write(case, asker, text, at=at)
    return cleaned.removed


def _write(case: Case, asker: User, text: str, *, at: datetime) -> None:
    timeline.append(case, CaseEvent.Kind.ADDED, at=at, by=asker, visible=True, text=text)
    if case.state == Case.State.ANSWERED:
        _promise_again(case, at=at)


def _promise_again(case: Case, *, at: datetime) -> None:
    """Give whoever wrote back after an answer a new time for the next one."""
    case.state, case.responded_at, case.response_escalated_at = Case.State.OPEN, None, None
    case.respond_by = due_times(case.kind, at=at).respond_by
    case.resolve_by = max(case.resolve_by, case.respond_by)
    case.save(update_fields=["state", "responded_at", "response_escalated_at", "respond_by", "resolve_by"])


def _open_case(asker: User, subject_key: UUID, complaint: Complaint) -> Case | None:
    mine = Case.objects.open().of(asker.id).filter(subject_key=subject_key)
    same = mine.filter(kind=complaint.kind, record=complaint.record or "")
    return same.select_for_update(of=("self",)).first()


def _open_twin(case: Case) -> Case | None:
    mine = Case.objects.open().filter(opened_by_id=case.opened_by_id, subject_key=case.subject_key)
    return mine.filter(kind=case.kind, record=case.record).first()


def _own_locked(asker: User, number: str) -> Case | None:
    # Of the case alone: the account is read along, and others may be writing it.
    return Case.objects.of(asker.id).filter(number=number).select_for_update(of=("self",)).first()
