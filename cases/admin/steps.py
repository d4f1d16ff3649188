"""The steps that a colleague may take in a case: each a form, a use case, and what is said afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, assert_never
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import casework, wording
from cases.admin.forms import HandOverForm, ResolveForm, StepForm
from cases.casework import (
    CaseIsClosed,
    Done,
    NobodyToAnswer,
    Refused,
    StaffInvolved,
    WordsMissing,
    WordsNotAllowed,
)
from cases.models import Case
from identity.models import User

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Take = Callable[[UUID, User, dict[str, Any], datetime], Done | Refused]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: its heading, its form, what it does, and what is said once it is done."""

    name: str
    title: "_StrPromise"
    button: "_StrPromise"
    hint: "_StrPromise"
    form: type[StepForm]
    take: Take
    done: "_StrPromise"
    is_for_closed: bool = False
    is_for_groups: bool = True


def _answer(case_id: UUID, staff: User, values: dict[str, Any], at: datetime) -> Done | Refused:
    return casework.answer(case_id, staff, values["text"], at=at)


def _note(case_id: UUID, staff: User, values: dict[str, Any], at: datetime) -> Done | Refused:
    return casework.note(case_id, staff, values["text"], at=at)


def _hand_over(case_id: UUID, staff: User, values: dict[str, Any], at: datetime) -> Done | Refused:
    owner = Case.Owner(values["owner"])
    return casework.hand_over(
        case_id, staff, owner=owner, assigned_to=values["assigned_to"], text=values["text"], at=at
    )


def _resolve(case_id: UUID, staff: User, values: dict[str, Any], at: datetime) -> Done | Refused:
    return casework.resolve(case_id, staff, Case.Resolution(values["resolution"]), values["text"], at=at)


def _escalate(case_id: UUID, staff: User, values: dict[str, Any], at: datetime) -> Done | Refused:
    return casework.escalate(case_id, staff, values["text"], at=at)


STEPS = (
    Step(
        name="answer",
        title=gettext_lazy("Answer the citizen"),
        button=gettext_lazy("Send the answer"),
        hint=gettext_lazy("The citizen reads it and gets a notice. No numbers of anybody."),
        form=StepForm,
        take=_answer,
        done=gettext_lazy("The answer is sent."),
        is_for_groups=False,
    ),
    Step(
        name="note",
        title=gettext_lazy("Internal note"),
        button=gettext_lazy("Keep the note"),
        hint=gettext_lazy("For colleagues; the citizen never sees it."),
        form=StepForm,
        take=_note,
        done=gettext_lazy("The note is kept."),
        is_for_closed=True,
    ),
    Step(
        name="hand-over",
        title=gettext_lazy("Hand over"),
        button=gettext_lazy("Hand the case over"),
        hint=gettext_lazy("The due times stay. A guardian is told the new owner; the text is for them, too."),
        form=HandOverForm,
        take=_hand_over,
        done=gettext_lazy("The case is handed over."),
    ),
    Step(
        name="resolve",
        title=gettext_lazy("Close"),
        button=gettext_lazy("Close the case"),
        hint=gettext_lazy("The citizen gets a notice, reads why, and may open it again for 30 days."),
        form=ResolveForm,
        take=_resolve,
        done=gettext_lazy("The case is closed."),
    ),
    Step(
        name="escalate",
        title=gettext_lazy("Escalate"),
        button=gettext_lazy("Move it to the front"),
        hint=gettext_lazy("Before it is overdue. The text is for colleagues."),
        form=StepForm,
        take=_escalate,
        done=gettext_lazy("The case was moved to the front."),
    ),
)


def steps_of(case: Case) -> tuple[Step, ...]:
    """Return the steps that a case of this kind and state takes."""
    is_closed = case.state == Case.State.CLOSED
    return tuple(
        step
        for step in STEPS
        if (step.is_for_closed or not is_closed) and (step.is_for_groups or not case.group)
    )


def outcome_text(step: Step, outcome: Done | Refused) -> tuple[bool, str]:
    """Return whether a step was taken, and what is said of it."""
    match outcome:
        case Done(removed=0):
            return True, str(step.done)
        case Done(removed=removed):
            return True, f"{step.done} {wording.numbers_removed_text(removed)}"
        case CaseIsClosed():
            return False, _("The case was closed a moment ago. Nothing was changed.")
        case StaffInvolved():
            return False, _(
                "You are one of the people in this. Please leave it to a colleague. Nothing was changed."
            )
        case WordsNotAllowed():
            return False, _(
                "This asker may not be told why, so no words can be sent. Leave the text empty: the standard "
                "sentence is shown instead. Nothing was changed."
            )
        case WordsMissing():
            return False, _("Please write something. Nothing was changed.")
        case NobodyToAnswer():
            return False, _("Nobody filed this case, so there is nobody to answer. Nothing was changed.")
        case never:
            assert_never(never)
