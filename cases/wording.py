"""What is said about cases: kinds as a citizen would put them, how a case stands, and what was done."""

from datetime import datetime
from typing import TYPE_CHECKING, assert_never

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.deadlines import Due
from cases.models import Case, CaseEvent
from cases.shown import Author, CaseShown, EventShown
from civil_time import SHANGHAI
from lookup.remedies import Owner, owner_label

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# What a citizen chooses from; the code is kind and record.
COMPLAINTS: "dict[tuple[Case.Kind, Case.Record | None], _StrPromise]" = {
    (Case.Kind.STATUS_UNKNOWN, None): gettext_lazy("The status is unknown or cannot be confirmed"),
    (Case.Kind.MISSING_RECORD, Case.Record.TEST): gettext_lazy("A test is missing"),
    (Case.Kind.MISSING_RECORD, Case.Record.DOSE): gettext_lazy("A vaccination is missing"),
    (Case.Kind.WRONG_RECORD, Case.Record.TEST): gettext_lazy("A test is wrong"),
    (Case.Kind.WRONG_RECORD, Case.Record.DOSE): gettext_lazy("A vaccination is wrong"),
    (Case.Kind.WRONG_ORDER, None): gettext_lazy("An order or an alert is wrong"),
    (Case.Kind.WRONG_KINSHIP, None): gettext_lazy("Who speaks for whom is wrong"),
    (Case.Kind.OTHER, None): gettext_lazy("Something else"),
}

_STATES: "dict[Case.State, _StrPromise]" = {
    Case.State.OPEN: gettext_lazy("We are working on it"),
    Case.State.ANSWERED: gettext_lazy("Answered"),
    Case.State.CLOSED: gettext_lazy("Case closed"),
}

_RESOLUTIONS: "dict[Case.Resolution, _StrPromise]" = {
    Case.Resolution.PUT_RIGHT: gettext_lazy("It was put right. Please ask again."),
    Case.Resolution.NOTHING_WRONG: gettext_lazy("We looked into it and found nothing wrong."),
    Case.Resolution.CANNOT_PUT_RIGHT: gettext_lazy("This cannot be put right here. The answer says who can."),
    Case.Resolution.ANSWER_CHANGED: gettext_lazy("The answer has changed, so the case closed by itself."),
    Case.Resolution.TAKEN_BACK: gettext_lazy("It was taken back."),
}

_STANDARD_ANSWER = gettext_lazy(
    "We have looked into it. What we found, only the person and a verified guardian are told, whoever asks. "
    "You can ask again at any time. If you look after this person, please open “My people” and ask to speak "
    "for them."
)
_STANDARD_END = gettext_lazy(
    "We have closed this case. What came of it, only the person and a verified guardian are told, whoever "
    "asks. Please ask again to see how it stands now."
)

_AUTHORS: "dict[Author, _StrPromise]" = {
    Author.YOU: gettext_lazy("You"),
    Author.STAFF: gettext_lazy("Our staff"),
    Author.SERVICE: gettext_lazy("Health Kit Proxy"),
}


def complaint_label(kind: Case.Kind, record: Case.Record | None) -> "_StrPromise":
    """Return what is wrong, in a citizen's words."""
    return COMPLAINTS[kind, record]


def state_label(state: Case.State) -> "_StrPromise":
    """Return how a case stands, in a word or two."""
    return _STATES[state]


def resolution_text(resolution: Case.Resolution) -> "_StrPromise":
    """Return how a case ended, for whoever may be told."""
    return _RESOLUTIONS[resolution]


def office_label(owner: Case.Owner) -> "_StrPromise":
    """Return who has to put a case right."""
    return owner_label(Owner(owner.value))


def author_label(author: Author) -> "_StrPromise":
    """Return who did something."""
    return _AUTHORS[author]


def what_happens_next(case: CaseShown, *, at: datetime) -> str:
    """Return what the citizen can expect, with the instant that was promised."""
    match case.state:
        case Case.State.CLOSED:
            if case.may_reopen:
                return _("This case is closed. If it is not right, you can open it again for 30 days.")
            return _(
                "This case is closed. If something is wrong again, please file a new one from the answer."
            )
        case Case.State.ANSWERED:
            return _("Please read our answer below. You can write back until the case is closed.")
        case Case.State.OPEN:
            pass
        case never:
            assert_never(never)
    if case.is_late:
        return _("We are late, and we are sorry. Your case was moved to the front.")
    if case.responded_at is None:
        return _("We answer by %(time)s.") % {"time": _moment(case.respond_by)}
    return _("It is to be settled by %(time)s.") % {"time": _moment(case.resolve_by)}


def event_text(event: EventShown) -> str:
    """Return what happened, in one sentence."""
    match event.kind:
        case CaseEvent.Kind.FILED:
            return _("The case was filed, with everything that the answer rests on.")
        case CaseEvent.Kind.ADDED:
            return _("You wrote:")
        case CaseEvent.Kind.ANSWERED:
            return str(_STANDARD_ANSWER) if event.is_standard else _("Answer:")
        case CaseEvent.Kind.HANDED_OVER:
            office = office_label(event.owner or Case.Owner.SERVICE)
            return _("Handed over to: %(office)s.") % {"office": office}
        case CaseEvent.Kind.ESCALATED:
            return _("The time that we promised has passed. The case was moved to the front.")
        case CaseEvent.Kind.CLOSED:
            return str(_RESOLUTIONS[event.resolution] if event.resolution else _STANDARD_END)
        case CaseEvent.Kind.REOPENED:
            return _("You opened the case again.")
        case CaseEvent.Kind.FOUND | CaseEvent.Kind.GREW | CaseEvent.Kind.NOTE:
            return ""
        case never:
            assert_never(never)


def due_label(due: Due) -> str:
    """Return which promise was not kept, for the staff."""
    match due:
        case Due.RESPOND:
            return _("the answer is overdue")
        case Due.RESOLVE:
            return _("the solution is overdue")
        case never:
            assert_never(never)


def numbers_removed_text(removed: int) -> str:
    """Return the kind sentence about numbers that were taken out of a text."""
    return ngettext(
        "We took %(removed)s number out of your text, to protect you. You need not send any: we know whom "
        "this is about.",
        "We took %(removed)s numbers out of your text, to protect you. You need not send any: we know whom "
        "this is about.",
        removed,
    ) % {"removed": removed}


def kind_does_not_fit_text() -> "_StrPromise":
    """Return what is said of a kind that the answer does not have."""
    return gettext_lazy("This does not fit the answer. Please choose another one of the list.")


def too_much_today_text() -> "_StrPromise":
    """Return what is said once a day's cases or texts are used up."""
    return gettext_lazy("You have written as much as one day takes. Please come back tomorrow.")


def nothing_written_text() -> "_StrPromise":
    """Return what is said of a text of blanks."""
    return gettext_lazy("There is nothing in it yet. Please write what we should know.")


def case_is_closed_text() -> "_StrPromise":
    """Return why nothing is added to a closed case."""
    return gettext_lazy("This case is closed. Please open it again if something is still wrong.")


def cannot_reopen_text() -> "_StrPromise":
    """Return why a case stays as it is."""
    return gettext_lazy(
        "This case cannot be opened again: it is open, another one of its kind is, or it was closed more "
        "than 30 days ago. Please file a new one from an answer."
    )


def no_such_case_text() -> "_StrPromise":
    """Return what is said of a number that is none of the account's."""
    return gettext_lazy("There is no case of yours with this number. Please compare it letter by letter.")


def _moment(at: datetime) -> str:
    return date_format(at.astimezone(SHANGHAI), _("j M Y, H:i"))
