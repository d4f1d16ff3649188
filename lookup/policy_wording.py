"""The words in which staff read of proposed rules: where one stands, what is missing, who is shut out."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from healthcode.verdict import EntryVerdict, Reason, StatusCode
from lookup.policies.proposals import Missing, State
from lookup.policies.share_counts import SHOWN_UNKNOWN
from lookup.wording import entry_label, status_label

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_STATES: "dict[State, _StrPromise]" = {
    State.DRAFTED: _("Drafted: a dry run comes next"),
    State.DRY_RUN: _("Dry run done: groups to acknowledge, then approval"),
    State.APPROVED: _("Approved: comes into force by itself"),
    State.IN_FORCE: _("In force"),
    State.REPLACED: _("Was in force: a later rule has taken its place"),
    State.WITHDRAWN: _("Withdrawn"),
}
_MISSING: "dict[Missing, _StrPromise]" = {
    Missing.NOT_OPEN: _("This proposal was approved or withdrawn."),
    Missing.OWN_PROPOSAL: _("Who proposes does not approve. Please ask a colleague."),
    Missing.TOO_LATE: _("Its beginning has passed. Please propose it anew for a later time."),
    Missing.TOO_LITTLE_NOTICE: _(
        "Less than 48 hours are left until it begins. Please propose it anew for a later day."
    ),
    Missing.BEGINNING_TAKEN: _("Another rule begins at the same time. Please propose it anew."),
    Missing.NO_DRY_RUN: _("It has not been dry run yet. Please start the dry run below."),
    Missing.DRY_RUN_OUTDATED: _(
        "The dry run is more than 7 days old, or another rule was approved since. Please run it again."
    ),
    Missing.GROUPS_UNACKNOWLEDGED: _(
        "It shuts groups out that nobody has acknowledged. Please look at each of them below."
    ),
}
# Short, for a table; the long texts of lookup.reason_wording speak to the person.
_REASONS: "dict[Reason, _StrPromise]" = {
    Reason.NOT_IN_REGISTRY: _("not in the registry"),
    Reason.DECEASED: _("deceased"),
    Reason.NOT_REGISTERED: _("not registered"),
    Reason.REGISTRATION_SYNCING: _("registered only today"),
    Reason.NO_FACE_REFERENCE: _("no face on file"),
    Reason.LOCKED_BY_SUBJECT: _("locked by the person"),
    Reason.OBSERVATION_ORDER: _("an observation order"),
    Reason.ALERT_1: _("alert ①"),
    Reason.ALERT_2: _("alert ②"),
    Reason.ALERT_3: _("alert ③"),
    Reason.ALERT_4: _("alert ④"),
    Reason.ALERT_5: _("alert ⑤"),
    Reason.NAAT_RETEST_REQUIRED: _("a re-test is needed"),
    Reason.ORDERS_NEVER_READ: _("orders never read"),
    Reason.NAAT_MISSING: _("no test"),
    Reason.NAAT_OVERDUE: _("test too old"),
    Reason.NAAT_PENDING: _("test without result"),
    Reason.VACCINATION_UNKNOWN: _("no dose on file"),
    Reason.SOURCE_STALE: _("data out of date"),
    Reason.RECORD_IN_REVIEW: _("a record in review"),
}


def state_text(state: State) -> "_StrPromise":
    """Return where a proposal stands."""
    return _STATES[state]


def missing_text(missing: Missing) -> "_StrPromise":
    """Return what is missing, and what to do about it."""
    return _MISSING[missing]


def short_reason(code: str) -> "_StrPromise":
    """Return a reason in a few words; also the unknown that an asker was shown, whatever its cause."""
    return _("status shown as unknown") if code == SHOWN_UNKNOWN else _REASONS[Reason(code)]


def answer_text(answer: str) -> "_StrPromise":
    """Return a status, or what a gate does."""
    if answer in tuple(EntryVerdict):
        return entry_label(EntryVerdict(answer))
    return status_label(StatusCode(answer))
