"""What is said about who looked, and about the lock."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from lookup.admission import Door
from lookup.who_looked import AskerKind, LookOutcome

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_ASKERS: "dict[AskerKind, _StrPromise]" = {
    AskerKind.SUBJECT: _("the person"),
    AskerKind.GUARDIAN: _("verified guardian"),
    AskerKind.CITIZEN: _("another citizen"),
    AskerKind.GATE: _("a machine at an entrance"),
    AskerKind.STAFF: _("a member of staff"),
}

_PURPOSES: "dict[Door, _StrPromise]" = {
    Door.OWN: _("To show the own code."),
    Door.ASSISTED: _("By document number, to help a child or an elder who has no phone."),
    Door.THIRD_PARTY: _("To show the code for somebody else."),
    Door.RECORDS: _("To see tests and doses for somebody else."),
    Door.CHECKPOINT: _("To decide whether the person may enter."),
    Door.ADMIN: _("To look into a question or a fault; the file was opened."),
}

_OUTCOMES: "dict[LookOutcome, _StrPromise]" = {
    LookOutcome.ANSWERED: _("Answered."),
    LookOutcome.UNKNOWN: _("Answered with “status unknown”."),
    LookOutcome.TOO_MANY_QUESTIONS: _(
        "Refused, because too many questions were asked that day. Nothing was told."
    ),
    LookOutcome.PHOTO_UNREADABLE: _("Refused, because the photo could not be read. Nothing was told."),
    LookOutcome.SERVICE_AWAY: _("Refused, because a part of the service was away. Nothing was told."),
    LookOutcome.UNFINISHED: _("Not finished. Nothing was told."),
}

_LOCK_DOES: "tuple[_StrPromise, ...]" = (
    _("Whoever is no verified guardian reads “status unknown”, and is not told that there is a lock."),
    _(
        "It holds for the assisted query, the third-party query, and the query for tests and doses of "
        "another person."
    ),
    _("It works at once. Results that such people already have are closed."),
    _("The person and all verified guardians are told, and each of them can open the lock again."),
)

_LOCK_DOES_NOT: "tuple[_StrPromise, ...]" = (
    _("It shuts out no verified guardian."),
    _("The own code goes on as before."),
    _("Gates go on as before: a check at an entrance works as always."),
    _("It changes nothing about the status."),
)


def asker_label(asker: AskerKind) -> "_StrPromise":
    """Return what kind of asker it was."""
    return _ASKERS[asker]


def purpose_text(door: Door) -> "_StrPromise":
    """Return what is asked for through a door, as a sentence."""
    return _PURPOSES[door]


def outcome_text(outcome: LookOutcome) -> "_StrPromise":
    """Return what came of a look-up, as a sentence; why, in general, where it was refused."""
    return _OUTCOMES[outcome]


def what_a_lock_does() -> "tuple[_StrPromise, ...]":
    """Return what changes when the doors are locked."""
    return _LOCK_DOES


def what_a_lock_does_not() -> "tuple[_StrPromise, ...]":
    """Return what stays as it is."""
    return _LOCK_DOES_NOT


def account_without_person_text() -> "_StrPromise":
    """Return the sentence for an account that has not proved whose it is."""
    return _(
        "This account has not been linked to a person yet, so there is nobody whose look-ups or lock it may "
        "see. Please have your identity verified first."
    )


def cursor_not_valid_text() -> "_StrPromise":
    """Return the sentence for a cursor that leads nowhere."""
    return _("This place in the list cannot be found any more. Please start again from the newest.")
