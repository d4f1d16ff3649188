"""A claim beside the registry, for whoever reviews it: masked, and whether the two agree."""

from dataclasses import dataclass, field
from datetime import datetime

from identity.claims import reference, typed_name, typed_number
from identity.kinship import is_grown_up
from identity.masking import mask_name, mask_number
from identity.models import Kinship, KinshipClaim, Person
from identity.names import is_same_name


@dataclass(frozen=True, kw_only=True)
class SideBySide:
    """What was typed beside what the registry has. The reference is in full: the evidence is found by it."""

    typed_name: str = field(repr=False)
    typed_number: str = field(repr=False)
    reference: str = field(repr=False)
    registered_name: str | None = field(repr=False)
    registered_number: str | None = field(repr=False)
    names_agree: bool
    numbers_agree: bool
    is_alive: bool
    is_grown_up: bool | None
    claimant_name: str | None = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Former:
    """What there was before between the two: a claim or a kinship."""

    at: datetime
    what: str
    state: str


def side_by_side(claim: KinshipClaim, *, at: datetime) -> SideBySide:
    """Put a claim beside what the registry has, masked."""
    people = Person.objects.filter(withdrawn=False).in_bulk([claim.ward_key, claim.guardian_key])
    ward, claimant = people.get(claim.ward_key), people.get(claim.guardian_key)
    name, number = typed_name(claim), typed_number(claim)
    return SideBySide(
        typed_name=mask_name(name),
        typed_number=mask_number(number),
        reference=reference(claim),
        registered_name=None if ward is None else ward.masked_name,
        registered_number=None if ward is None else ward.masked_number,
        names_agree=ward is not None and is_same_name(name, ward.name),
        numbers_agree=ward is not None and number == ward.number,
        is_alive=ward is not None and ward.died_on is None,
        is_grown_up=None if ward is None else is_grown_up(ward, at=at),
        claimant_name=None if claimant is None else claimant.masked_name,
    )


def formerly(claim: KinshipClaim) -> tuple[Former, ...]:
    """Return earlier claims and kinships of the same two people, newest first."""
    claims = KinshipClaim.objects.filter(guardian_key=claim.guardian_key, ward_key=claim.ward_key)
    kinships = Kinship.objects.between(claim.guardian_key, claim.ward_key)
    found = [
        Former(at=each.claimed_at, what=each.get_kind_display(), state=_claim_state(each))
        for each in claims.exclude(id=claim.id)
    ]
    found += [
        Former(at=each.in_force_from, what=each.get_kind_display(), state=_kinship_state(each))
        for each in kinships
    ]
    return tuple(sorted(found, key=lambda former: former.at, reverse=True))


def _claim_state(claim: KinshipClaim) -> str:
    reason = claim.get_refusal_display() if claim.refusal else ""
    return ": ".join(part for part in (claim.get_state_display(), reason) if part)


def _kinship_state(kinship: Kinship) -> str:
    return kinship.get_end_display() if kinship.end else kinship.get_evidence_display()
