"""What the doors say, in words for people: labels, refusals, and the uniform unknown.

Labels as in docs/domain.md, 5; the words of the unknown as in 3.
"""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from healthcode.verdict import EntryVerdict, StatusCode
from lookup.admission import Door, Proof
from lookup.budgets import Budget
from lookup.face_wording import (
    asker_not_verified_text,
    consent_needed_text,
    consent_text,
    face_notice,
    face_step_text,
    matcher_away_text,
    person_sees_why_text,
    photo_needed_text,
)
from lookup.reason_wording import ReasonWording, reason_wording
from lookup.record_wording import (
    alert_cause_label,
    alert_end_text,
    alert_label,
    alert_text,
    feed_label,
    naat_result_label,
    order_label,
    product_label,
    vaccination_label,
)
from lookup.remedies import Owner, Remedy, owner_label

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

__all__ = [
    "Owner",
    "ReasonWording",
    "Remedy",
    "alert_cause_label",
    "alert_end_text",
    "alert_label",
    "alert_text",
    "asker_not_verified_text",
    "assisted_age_text",
    "budget_text",
    "consent_needed_text",
    "consent_text",
    "door_label",
    "entry_label",
    "face_notice",
    "face_step_text",
    "feed_label",
    "matcher_away_text",
    "naat_result_label",
    "not_verified_text",
    "order_label",
    "owner_label",
    "person_sees_why_text",
    "photo_needed_text",
    "possible_causes",
    "product_label",
    "proof_label",
    "reason_wording",
    "status_explanation",
    "status_label",
    "vaccination_label",
    "what_a_stranger_can_do",
]

_STATUSES: "dict[StatusCode, _StrPromise]" = {
    StatusCode.GREEN: _("No abnormality found"),
    StatusCode.YELLOW: _("Home observation"),
    StatusCode.RED: _("Centralized observation"),
    StatusCode.UNCONFIRMED: _("Cannot be confirmed"),
    StatusCode.UNKNOWN: _("Status unknown"),
}

_EXPLANATIONS: "dict[StatusCode, _StrPromise]" = {
    StatusCode.GREEN: _("No order and no alert is in force. A gate may still ask for a recent test."),
    StatusCode.YELLOW: _("An order for observation at home is in force. Please stay at home until it ends."),
    StatusCode.RED: _(
        "An order for centralized observation is in force. Please follow the authority's order."
    ),
    StatusCode.UNCONFIRMED: _(
        "An alert or a test that must be repeated stands in the way. This is neither a yellow nor a red "
        "code. Please follow the steps listed here."
    ),
    # The official sentence; its Chinese words are those of docs/domain.md, 3.
    StatusCode.UNKNOWN: _(
        "The epidemic-prevention health status of the person asked about is not known at present. Please "
        "follow the prevention rules, and help the person have their temperature taken and their details "
        "registered."
    ),
}

_ENTRIES: "dict[EntryVerdict, _StrPromise]" = {
    EntryVerdict.PASS: _("May enter"),
    EntryVerdict.NO_PASS: _("May not enter"),
    EntryVerdict.MANUAL: _("Please check by hand"),
}

_DOORS: "dict[Door, _StrPromise]" = {
    Door.OWN: _("Own code"),
    Door.ASSISTED: _("Assisted query"),
    Door.THIRD_PARTY: _("Third-party query"),
    Door.RECORDS: _("Tests and doses of another person"),
    Door.CHECKPOINT: _("Check at a gate"),
    Door.ADMIN: _("Staff"),
}

_PROOFS: "dict[Proof, _StrPromise]" = {
    Proof.OWN: _("the person"),
    Proof.KINSHIP: _("verified guardian"),
    Proof.FACE_MATCHED: _("face matched"),
    Proof.NONE: _("no proof"),
}

# The same list under every bare unknown, whatever the cause: it must not tell one from another.
_POSSIBLE_CAUSES: "tuple[_StrPromise, ...]" = (
    _("The number is mistyped, or in no record."),
    _("The person is not registered in the service yet, or only since today."),
    _("No face is on file for the person, as with a child without an identity card."),
    _("The person or a guardian has locked this query."),
    _("The name or the face does not agree with what is on file; the assisted query asks for neither."),
    _("The status is another than “no abnormality found”."),
)

_WHAT_A_STRANGER_CAN_DO: "tuple[_StrPromise, ...]" = (
    _("Compare the number with the document and ask again."),
    _("Ask the person to show the code themselves: they can see why."),
    _("Is the person with you? Use the third-party query: it takes name, number and a photo of the face."),
    _("Are you the guardian? Say so under “My people”. Once it is verified, you are told the exact cause."),
    _("At a gate, let the gate check by document number."),
)

_BUDGETS: "dict[Budget, _StrPromise]" = {
    Budget.ASSISTED_SUBJECTS: _(
        "You have asked about as many people today as one account may. Please ask again tomorrow, or have "
        "somebody's kinship with you verified: guardians are not counted."
    ),
    Budget.LIVING_RESULTS: _(
        "You hold as many results of other people as one account may in a day. You can still ask about the "
        "same people. Please ask about others tomorrow, or let them show the code themselves."
    ),
    Budget.FAILURES: _(
        "Too many of your questions today had no result. Please compare the numbers with the documents and "
        "ask again tomorrow."
    ),
    Budget.PREFIX: _(
        "Too many numbers like this one had no result today. Please ask again tomorrow, or let the person "
        "show the code themselves."
    ),
}


def status_label(status: StatusCode) -> "_StrPromise":
    """Return the word for a status."""
    return _STATUSES[status]


def status_explanation(status: StatusCode) -> "_StrPromise":
    """Return what a status means; for UNKNOWN it is the official sentence."""
    return _EXPLANATIONS[status]


def entry_label(verdict: EntryVerdict) -> "_StrPromise":
    """Return what a gate does."""
    return _ENTRIES[verdict]


def door_label(door: Door) -> "_StrPromise":
    """Return the name of a door."""
    return _DOORS[door]


def proof_label(proof: Proof) -> "_StrPromise":
    """Return what an asker has proved, in words."""
    return _PROOFS[proof]


def possible_causes() -> "tuple[_StrPromise, ...]":
    """Return why a bare unknown may be unknown: always the whole list, in the same order."""
    return _POSSIBLE_CAUSES


def what_a_stranger_can_do() -> "tuple[_StrPromise, ...]":
    """Return the next steps under a bare unknown: always the same."""
    return _WHAT_A_STRANGER_CAN_DO


def budget_text(budget: Budget) -> "_StrPromise":
    """Return the sentence for a spent budget."""
    return _BUDGETS[budget]


def assisted_age_text() -> "_StrPromise":
    """Return the sentence for an age that the assisted query does not serve."""
    return _(
        "The assisted query is for people up to 16 and from 60 years; by this number, the person is between. "
        "Please ask the person to show their own code."
    )


def age_not_in_number_text() -> "_StrPromise":
    """Return the sentence for a document whose number does not say the age."""
    return _(
        "The assisted query reads the age from the number, and the number of this document does not say it. "
        "Please use the third-party query, which takes every document."
    )


def not_verified_text() -> "_StrPromise":
    """Return the sentence for an account that has not proved whose it is."""
    return _(
        "This account has not been linked to a person yet, so it has no own code. Please have your identity "
        "verified at the community or at a police counter."
    )
