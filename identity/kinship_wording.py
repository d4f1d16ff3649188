"""What is said about kinship and claims: labels, how a relation stands, refusals, and what to do next."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from identity.claims import MOST_WARDS_CLAIMED, ReferenceProblem
from identity.kinship import MOST_GUARDIANS
from identity.models import Kinship
from identity.relations import OtherGuardian, Relation, RelationState, Role

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_STATES: "dict[RelationState, _StrPromise]" = {
    RelationState.IN_FORCE: _("In force"),
    RelationState.WAITING: _("Waiting to be checked"),
    RelationState.REFUSED: _("Not accepted"),
    RelationState.DISPUTED: _("Disputed, under review"),
    RelationState.ENDED: _("Ended"),
}

_KINDS_CLAIMED: "dict[Kinship.Kind, _StrPromise]" = {
    Kinship.Kind.PARENT: _("I am the father or mother, and the child is under 18"),
    Kinship.Kind.LEGAL_GUARDIAN: _("I am the legal guardian"),
    Kinship.Kind.CARER: _("I am a relative and look after an adult"),
}

_EVIDENCE_CLAIMED: "dict[Kinship.Evidence, _StrPromise]" = {
    Kinship.Evidence.HOUSEHOLD_REGISTER: _("Household register"),
    Kinship.Evidence.BIRTH_CERTIFICATE: _("Birth certificate"),
    Kinship.Evidence.COURT_DECISION: _("Court decision"),
    Kinship.Evidence.OWN_CONFIRMATION: _("The adult confirms it in their own account"),
}

_REFERENCE_PROBLEMS: "dict[ReferenceProblem, _StrPromise]" = {
    ReferenceProblem.EMPTY: _(
        "The number of the evidence is missing. Please type the number that stands on the register, "
        "certificate or decision."
    ),
    ReferenceProblem.TOO_LONG: _("This is longer than 60 characters. Please type only the number."),
    ReferenceProblem.WRONG_CHARACTERS: _(
        "This contains a character that belongs in no such number. Please use letters, digits, spaces, "
        "hyphens, slashes and brackets."
    ),
    ReferenceProblem.DOCUMENT_NUMBER: _(
        "This looks like the number of an identity document. Please type the number of the register, "
        "certificate or decision instead."
    ),
}

# What a claimant is told is the same for every refusal: why would tell of the person asked about.
_REFUSED_NEXT = (
    _(
        "For the protection of everybody we do not say why. Number or name may be mistyped, the evidence may "
        "not have been found, or the person may not agree."
    ),
    _("Please compare number, name and evidence, and make a new request."),
    _("Or go to the service counter of the subdistrict with the papers themselves."),
)

_NEXT: "dict[tuple[Role, RelationState], tuple[_StrPromise, ...]]" = {
    (Role.GUARDIAN, RelationState.IN_FORCE): (
        _("You can ask about this person, and you are told every reason."),
        _("Please end it here when you no longer look after this person."),
    ),
    (Role.GUARDIAN, RelationState.WAITING): (
        _("Our staff compares your request with the evidence. An adult can also confirm it alone."),
        _("Please keep the papers at hand. You get a notice as soon as it is decided."),
    ),
    (Role.GUARDIAN, RelationState.REFUSED): _REFUSED_NEXT,
    (Role.GUARDIAN, RelationState.DISPUTED): (
        _(
            "Another guardian says that you may not speak for this person. Until it is decided "
            "you are told no more than a stranger."
        ),
        _(
            "Please take the papers to the service counter of the subdistrict. You get a "
            "notice as soon as it is decided."
        ),
    ),
    (Role.GUARDIAN, RelationState.ENDED): (
        _("It ended by somebody's word, by its date, or because the child has come of age."),
        _("If you still look after this person, please make a new request."),
    ),
    (Role.WARD, RelationState.IN_FORCE): (
        _("This person can ask about you, and is told everything about your code."),
        _("If that is wrong, an adult can end it here. For a child, another guardian can dispute it."),
    ),
    (Role.WARD, RelationState.WAITING): (
        _("This person asks to speak for you, and is told nothing yet."),
        _("Please confirm it only if you know this person and want their help. If not, please decline."),
    ),
    (Role.WARD, RelationState.DISPUTED): (
        _("Another guardian says that this person may not speak for you. Our staff decides."),
        _("You get a notice as soon as it is decided. An adult can also end it here at once."),
    ),
    (Role.WARD, RelationState.ENDED): (
        _("This person no longer speaks for you, and is told no more than a stranger."),
    ),
}


def state_label(state: RelationState) -> "_StrPromise":
    """Return how a relation stands, in words."""
    return _STATES[state]


def kind_claimed_label(kind: Kinship.Kind) -> "_StrPromise":
    """Return a kind of kinship as the claimant says it."""
    return _KINDS_CLAIMED[kind]


def evidence_label(evidence: Kinship.Evidence) -> "_StrPromise":
    """Return the name of a kind of evidence."""
    return _EVIDENCE_CLAIMED[evidence]


def next_steps(relation: Relation) -> "tuple[_StrPromise, ...]":
    """Return what a relation means for the account, and what to do next."""
    # A refused claim about oneself is not shown, so it has no words.
    return _NEXT[relation.role, relation.state]


def reference_problem_text(problem: ReferenceProblem) -> "_StrPromise":
    """Return the sentence for a reference of the evidence that was refused."""
    return _REFERENCE_PROBLEMS[problem]


def claimant_not_verified_text() -> "_StrPromise":
    """Return the sentence for an account that cannot claim, since nobody knows whose it is."""
    return _(
        "This account has not been linked to a person yet, so it can speak for nobody. Please have your "
        "identity verified first."
    )


def own_document_text() -> "_StrPromise":
    """Return the sentence for a claim about oneself."""
    return _("This is your own document. You speak for yourself already; please type the other person's.")


def too_many_wards_text() -> str:
    """Return the sentence for an asker who has claimed as many people as may be."""
    return str(
        _(
            "You speak for or have asked for %(most)s people, which is the limit. Please "
            "end one of them first."
        )
    ) % {"most": MOST_WARDS_CLAIMED}


def too_many_claims_text() -> "_StrPromise":
    """Return the sentence for an asker who has claimed too often today."""
    return _("You have made as many requests as are taken in one day. Please come back tomorrow.")


def too_many_guardians_text() -> str:
    """Return the sentence for a ward or reviewer where as many people speak for one as may."""
    return str(
        _("%(most)s people speak for this person already, which is the limit. Please end one of them first.")
    ) % {"most": MOST_GUARDIANS}


def kind_does_not_fit_text() -> "_StrPromise":
    """Return the sentence for a kind of kinship that does not fit the ward's age."""
    return _(
        "This kind of kinship does not fit the age: a parent speaks for a child under 18, a carer for an "
        "adult. Please decline it; a new request with the other kind can be made."
    )


def not_waiting_text() -> "_StrPromise":
    """Return the sentence for a claim that was decided before."""
    return _("This request was decided or taken back before. Nothing was changed.")


def under_age_text() -> "_StrPromise":
    """Return the sentence for a ward who is too young to end it."""
    return _(
        "Somebody under 18 cannot end this. Please speak with another guardian, or with the service counter "
        "of the subdistrict."
    )


def not_yours_text() -> "_StrPromise":
    """Return the sentence for an id that is none of the account's."""
    return _("You have nobody with this id in your list. Please look at the list of your people again.")


@dataclass(frozen=True, kw_only=True)
class EndQuestion:
    """What is asked before a word against a relation counts."""

    title: "_StrPromise"
    text: "_StrPromise"
    button: "_StrPromise"


_END = EndQuestion(
    title=_("End it?"),
    text=_(
        "You are then told no more about this person than a stranger. To speak for this person again, you "
        "have to make a new request."
    ),
    button=_("Yes, end it"),
)
_END_FOR_ME = EndQuestion(
    title=_("End it?"),
    text=_(
        "This person can then no longer speak for you, and is told no more than a stranger. They can make a "
        "new request, and you can decline it."
    ),
    button=_("Yes, end it"),
)
_TAKE_BACK = EndQuestion(
    title=_("Take the request back?"),
    text=_("Nobody checks it any more. You can make a new one later."),
    button=_("Yes, take it back"),
)
_DECLINE = EndQuestion(
    title=_("Decline the request?"),
    text=_("This person is told only that the request was not accepted, and nothing about you."),
    button=_("Yes, decline it"),
)
_DISPUTE = EndQuestion(
    title=_("Dispute this guardian?"),
    text=_(
        "From now on this guardian is told no more than a stranger, until our staff has decided. The "
        "guardian and the person are told of it. Please do this only if it is wrong that they speak for this "
        "person, and keep your papers at hand."
    ),
    button=_("Yes, dispute it"),
)


def end_question(relation: Relation | OtherGuardian) -> EndQuestion:
    """Return what is asked before a relation ends, or before another guardian is disputed."""
    match relation:
        case OtherGuardian():
            return _DISPUTE
        case Relation(role=Role.GUARDIAN, state=RelationState.WAITING):
            return _TAKE_BACK
        case Relation(role=Role.GUARDIAN):
            return _END
        case Relation(state=RelationState.WAITING):
            return _DECLINE
        case _:
            return _END_FOR_ME
