"""Working on a case: what a named colleague does. Every step is an event with a name and a time.

An asker who has proved nothing is answered with one sentence that is the same for everybody: free words, or
which office has the case, would tell what the answer did not. Source: docs/domain.md, 9.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from cases import timeline
from cases.models import Case, CaseEvent
from identity.models import Notice, User
from lookup import proofs


@dataclass(frozen=True, kw_only=True)
class Done:
    """The step is taken. ``removed`` counts the numbers that were taken out of its text."""

    case: Case
    removed: int = 0


@dataclass(frozen=True, kw_only=True)
class CaseIsClosed:
    """Nothing more is done in a closed case."""


@dataclass(frozen=True, kw_only=True)
class StaffInvolved:
    """The colleague has filed it, or it is about them: somebody else works on it."""


@dataclass(frozen=True, kw_only=True)
class WordsNotAllowed:
    """The asker may not be told why: answer without words, and the standard sentence is shown."""


@dataclass(frozen=True, kw_only=True)
class WordsMissing:
    """A note of blanks, or an answer of blanks to somebody who may be told."""


@dataclass(frozen=True, kw_only=True)
class NobodyToAnswer:
    """A group's case was found and not filed."""


Refused = CaseIsClosed | StaffInvolved | WordsNotAllowed | WordsMissing | NobodyToAnswer


def is_told_why(case: Case, *, at: datetime) -> bool:
    """Tell whether whoever filed a case may be told its cause, by the kinship of this moment."""
    if case.opened_by is None or case.subject_key is None:
        return False
    return proofs.proof_of(case.opened_by, case.subject_key, at=at).is_kin


def note(case_id: UUID, staff: User, text: str, *, at: datetime) -> Done | Refused:
    """Write a note for colleagues; the citizen never sees it. Closed cases take notes as well."""
    if not timeline.cleaned(text).text:
        return WordsMissing()

    def write(case: Case) -> Done:
        timeline.append(case, CaseEvent.Kind.NOTE, at=at, by=staff, visible=False, text=text)
        return Done(case=case, removed=timeline.cleaned(text).removed)

    return _work(case_id, staff, write, takes_closed=True)


def answer(case_id: UUID, staff: User, text: str, *, at: datetime) -> Done | Refused:
    """Answer the citizen, who gets a notice; the due time for the answer is kept by the first one."""

    def write(case: Case) -> Done | Refused:
        if case.opened_by is None:
            return NobodyToAnswer()
        refused = _words(case, text, at=at)
        if refused is not None:
            return refused
        case.state, case.responded_at = Case.State.ANSWERED, case.responded_at or at
        case.save(update_fields=["state", "responded_at"])
        timeline.append(case, CaseEvent.Kind.ANSWERED, at=at, by=staff, visible=True, text=text)
        timeline.tell(case, Notice.Kind.CASE_ANSWERED, at=at)
        return Done(case=case, removed=timeline.cleaned(text).removed)

    return _work(case_id, staff, write)


def resolve(
    case_id: UUID, staff: User, resolution: Case.Resolution, text: str, *, at: datetime
) -> Done | Refused:
    """Close a case with its reason; the citizen gets a notice and may open it again."""

    def write(case: Case) -> Done | Refused:
        refused = None if case.opened_by is None else _words(case, text, at=at)
        if refused is not None:
            return refused
        timeline.close(case, resolution, at=at, by=staff, text=text)
        return Done(case=case, removed=timeline.cleaned(text).removed)

    return _work(case_id, staff, write)


def hand_over(
    case_id: UUID, staff: User, *, owner: Case.Owner, assigned_to: User | None, text: str = "", at: datetime
) -> Done | Refused:
    """Hand a case over to another office, a colleague, or both. The due times stay."""

    def write(case: Case) -> Done:
        former = case.owner
        case.owner, case.assigned_to = owner, assigned_to
        case.save(update_fields=["owner", "assigned_to"])
        detail = {"from": former, "to": owner.value}
        if assigned_to is not None:
            detail["assigned_to"] = assigned_to.staff_name
        kind = CaseEvent.Kind.HANDED_OVER
        timeline.append(case, kind, at=at, by=staff, visible=former != owner, text=text, **detail)
        return Done(case=case, removed=timeline.cleaned(text).removed)

    return _work(case_id, staff, write)


def escalate(case_id: UUID, staff: User, text: str, *, at: datetime) -> Done | Refused:
    """Move a case to the front of the queue before it is overdue."""

    def write(case: Case) -> Done:
        case.response_escalated_at = case.response_escalated_at or at
        case.save(update_fields=["response_escalated_at"])
        timeline.append(case, CaseEvent.Kind.ESCALATED, at=at, by=staff, visible=False, text=text)
        return Done(case=case, removed=timeline.cleaned(text).removed)

    return _work(case_id, staff, write)


def _words(case: Case, text: str, *, at: datetime) -> WordsNotAllowed | WordsMissing | None:
    has_words = bool(timeline.cleaned(text).text)
    if is_told_why(case, at=at):
        return None if has_words else WordsMissing()
    return WordsNotAllowed() if has_words else None


def _work(
    case_id: UUID, staff: User, step: Callable[[Case], Done | Refused], *, takes_closed: bool = False
) -> Done | Refused:
    with transaction.atomic():
        case = timeline.lock(case_id)
        if (
            case.opened_by_id == staff.id
            or case.subject_key is not None
            and case.subject_key == staff.person_id
        ):
            return StaffInvolved()
        if case.state == Case.State.CLOSED and not takes_closed:
            return CaseIsClosed()
        return step(case)
