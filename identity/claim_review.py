"""Deciding a claim: a colleague compares it with registry and evidence, or the ward has the word.

The reviewer is named, and is neither claimant nor ward. A claim that was decided stays decided.
Source: docs/domain.md, 4.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from identity import notices
from identity.claims import NotWaiting, typed_name, typed_number
from identity.kinship import (
    NotYours,
    ReviewerInvolved,
    has_room_for,
    is_grown_up,
    is_involved,
    mark_changed,
    take_turns,
)
from identity.models import Kinship, KinshipClaim, Notice, Person, User
from identity.names import is_same_name

OF_AN_ADULT = (Kinship.Kind.CARER, Kinship.Kind.LEGAL_GUARDIAN)
"""What somebody who has come of age can confirm; a parent speaks for a child alone."""


@dataclass(frozen=True, kw_only=True)
class TooManyGuardians:
    """As many people speak for the ward as may; one has to end first."""


@dataclass(frozen=True, kw_only=True)
class PersonDiffers:
    """Number and name do not agree with anybody in the registry who is alive."""


@dataclass(frozen=True, kw_only=True)
class KindDoesNotFit:
    """A parent of somebody who has come of age, or a carer of a child: neither would ever be in force."""


CannotVerify = TooManyGuardians | NotWaiting | PersonDiffers | KindDoesNotFit | ReviewerInvolved
CannotConfirm = TooManyGuardians | NotWaiting | KindDoesNotFit | NotYours


def verify(claim: KinshipClaim, *, reviewer: User, at: datetime) -> Kinship | CannotVerify:
    """Make the kinship that a claim asks for, by the word of a colleague who has seen the evidence."""
    with transaction.atomic():
        refusal = _may_decide(claim, reviewer)
        if refusal is not None:
            return refusal
        ward = _living(claim.ward_key)
        if ward is None or not _agrees(claim, ward):
            return PersonDiffers()
        return _made(claim, ward, evidence=Kinship.Evidence(claim.evidence), verified_by=reviewer, at=at)


def refuse(
    claim: KinshipClaim, *, reviewer: User, refusal: KinshipClaim.Refusal, at: datetime
) -> KinshipClaim | NotWaiting | ReviewerInvolved:
    """Refuse a claim. The claimant reads that it was refused; why is for the staff (docs/domain.md, 4)."""
    with transaction.atomic():
        may_not = _may_decide(claim, reviewer)
        return may_not or _refused(claim, refusal, decided_by=reviewer, at=at)


def confirm(user: User, claim_id: UUID, *, at: datetime) -> Kinship | CannotConfirm:
    """Make the kinship by the word of the ward: an able adult with an account of their own."""
    with transaction.atomic():
        ward = _ward_with_a_say(user, at=at)
        if ward is None:
            return NotYours()
        claim = _held_about(ward, claim_id)
        if not isinstance(claim, KinshipClaim):
            return claim
        evidence = Kinship.Evidence.OWN_CONFIRMATION
        return _made(claim, ward, evidence=evidence, verified_by=user, at=at)


def decline(user: User, claim_id: UUID, *, at: datetime) -> KinshipClaim | NotWaiting | NotYours:
    """Refuse a claim by the word of the ward, an adult with an account of their own."""
    with transaction.atomic():
        claim = _held_about(_ward_with_a_say(user, at=at), claim_id)
        if not isinstance(claim, KinshipClaim):
            return claim
        return _refused(claim, KinshipClaim.Refusal.REFUSED_BY_WARD, decided_by=user, at=at)


def _may_decide(claim: KinshipClaim, reviewer: User) -> NotWaiting | ReviewerInvolved | None:
    """Hold the claim and the ward's turn; return why a colleague may not decide, None if they may."""
    if not _is_held_waiting(claim):
        return NotWaiting()
    is_claimant = reviewer.id == claim.claimed_by_id
    if is_claimant or is_involved(reviewer, claim.guardian_key, claim.ward_key):
        return ReviewerInvolved()
    return None


def _ward_with_a_say(user: User, *, at: datetime) -> Person | None:
    person = None if user.person_id is None else _living(user.person_id)
    return person if person is not None and is_grown_up(person, at=at) else None


def _held_about(ward: Person | None, claim_id: UUID) -> KinshipClaim | NotWaiting | NotYours:
    """Return a waiting claim about somebody, held to the end of the transaction."""
    claim = KinshipClaim.objects.filter(id=claim_id).first()
    if claim is None or ward is None or claim.ward_key != ward.person_key:
        return NotYours()
    return claim if _is_held_waiting(claim) else NotWaiting()


def _is_held_waiting(claim: KinshipClaim) -> bool:
    """Hold the ward's turn and the claim's row, and tell whether the claim waits still."""
    take_turns(claim.ward_key)
    claim.refresh_from_db(from_queryset=KinshipClaim.objects.select_for_update())
    return claim.state == KinshipClaim.State.WAITING


def _living(person_key: UUID) -> Person | None:
    return Person.objects.filter(person_key=person_key, withdrawn=False, died_on__isnull=True).first()


def _agrees(claim: KinshipClaim, ward: Person) -> bool:
    return typed_number(claim) == ward.number and is_same_name(typed_name(claim), ward.name)


def _made(
    claim: KinshipClaim, ward: Person, *, evidence: Kinship.Evidence, verified_by: User, at: datetime
) -> Kinship | TooManyGuardians | KindDoesNotFit:
    kind = _kind_in_force(Kinship.Kind(claim.kind), is_adult=is_grown_up(ward, at=at))
    if kind is None:
        return KindDoesNotFit()
    if not has_room_for(claim.guardian_key, claim.ward_key, at=at):
        return TooManyGuardians()
    kinship = Kinship.objects.create(
        # The claim's own id, so that whoever holds it finds the kinship under it.
        id=claim.id,
        guardian_id=claim.guardian_key,
        ward_id=claim.ward_key,
        kind=kind,
        evidence=evidence,
        verified_by=verified_by,
        in_force_from=at,
    )
    _settle(claim, KinshipClaim.State.VERIFIED, decided_by=verified_by, at=at, kinship=kinship)
    mark_changed(claim.ward_key)
    notices.tell_subject_and_guardians(
        claim.ward_key, Notice.Kind.KINSHIP_VERIFIED, at=at, besides=verified_by.id
    )
    return kinship


def _kind_in_force(kind: Kinship.Kind, *, is_adult: bool) -> Kinship.Kind | None:
    """Return the kind under which a claim can hold, None if it cannot.

    A legal guardian's kinship ends when the ward comes of age; of an adult, it is kept as a carer's.
    """
    if is_adult:
        return Kinship.Kind.CARER if kind in OF_AN_ADULT else None
    return None if kind is Kinship.Kind.CARER else kind


def _refused(
    claim: KinshipClaim, refusal: KinshipClaim.Refusal, *, decided_by: User, at: datetime
) -> KinshipClaim:
    _settle(claim, KinshipClaim.State.REFUSED, decided_by=decided_by, at=at, refusal=refusal)
    # Without the subject: what the registry calls that person is not for somebody who was refused.
    notices.post(claim.claimed_by, Notice.Kind.KINSHIP_REFUSED, subject_key=None, at=at)
    return claim


def _settle(
    claim: KinshipClaim,
    state: KinshipClaim.State,
    *,
    decided_by: User,
    at: datetime,
    refusal: str = "",
    kinship: Kinship | None = None,
) -> None:
    claim.state, claim.decided_by, claim.decided_at = state, decided_by, at
    claim.refusal, claim.kinship = refusal, kinship
    claim.save(update_fields=["state", "decided_by", "decided_at", "refusal", "kinship"])
