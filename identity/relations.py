"""My people: whom an account speaks for, who speaks for it, and the claims on both sides, in one list.

Of a claim that is not verified, the claimant reads only what they typed, masked, and nothing of the
registry. Source: docs/domain.md, 4.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from django.db.models import Q, QuerySet

from identity import claim_review, claims, kinship
from identity.claim_review import OF_AN_ADULT
from identity.claims import NotWaiting, typed_name, typed_number
from identity.kinship import Ended, NotYours, OverAlready, UnderAge
from identity.masking import mask_name, mask_number
from identity.models import Kinship, KinshipClaim, KinshipQuerySet, Person, User


class Role(StrEnum):
    """What the account is in a relation."""

    GUARDIAN = "guardian"
    WARD = "ward"


class RelationState(StrEnum):
    """How a relation stands at the moment of reading."""

    IN_FORCE = "IN_FORCE"
    WAITING = "WAITING"
    REFUSED = "REFUSED"
    DISPUTED = "DISPUTED"
    ENDED = "ENDED"


@dataclass(frozen=True, kw_only=True)
class OtherGuardian:
    """Somebody else who speaks for the same ward; the id is that of their kinship."""

    id: UUID
    kind: Kinship.Kind
    state: RelationState
    name: str | None = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Relation:
    """One kinship or claim as the account reads it; names, numbers and mobile numbers are masked."""

    id: UUID
    role: Role
    state: RelationState
    kind: Kinship.Kind
    evidence: Kinship.Evidence
    name: str | None = field(repr=False)
    document_number: str | None = field(default=None, repr=False)
    mobile: str | None = field(default=None, repr=False)
    in_force_from: datetime | None = None
    in_force_until: datetime | None = None
    others: tuple[OtherGuardian, ...] = ()
    may_confirm: bool = False
    may_end: bool = False


def page_of(user: User, *, before: UUID | None, limit: int, at: datetime) -> tuple[Relation, ...]:
    """Return up to ``limit`` relations of an account, newest first, older than the one with id ``before``."""
    older = Q() if before is None else Q(id__lt=before)
    return _relations(user, older, limit=limit, at=at)


def find(user: User, relation_id: UUID, *, at: datetime) -> Relation | NotYours:
    """Return one relation of an account."""
    return next(iter(_relations(user, Q(id=relation_id), limit=1, at=at)), NotYours())


def find_other(user: User, kinship_id: UUID, *, at: datetime) -> OtherGuardian | NotYours:
    """Return the kinship of somebody else who speaks for a ward of the account."""
    found = kinship.unsettled(at).filter(id=kinship_id).exclude(guardian_id=user.person_id).first()
    if found is None or user.person_id is None:
        return NotYours()
    if not kinship.is_verified(guardian_key=user.person_id, ward_key=found.ward_id, at=at):
        return NotYours()
    return _other(found, Person.objects.in_bulk([found.guardian_id]))


def end(user: User, relation_id: UUID, *, at: datetime) -> RelationState | UnderAge | NotYours:
    """Say no to a relation: end or dispute a kinship, take back the own claim, decline one about oneself.

    Returns how it stands now. The second time it is over already, and nothing changes.
    """
    settled = _settled(user, relation_id, at=at)
    match settled:
        case Ended(end=word):
            return RelationState.DISPUTED if word is Kinship.End.DISPUTED else RelationState.ENDED
        case KinshipClaim():
            return _CLAIM_STATES[KinshipClaim.State(settled.state)]
        case OverAlready() | NotWaiting():
            shown = (find(user, relation_id, at=at), find_other(user, relation_id, at=at))
            states = (each.state for each in shown if not isinstance(each, NotYours))
            return next(states, RelationState.ENDED)
        case UnderAge() | NotYours():
            return settled
        case _:
            assert_never(settled)


def _settled(
    user: User, relation_id: UUID, *, at: datetime
) -> Ended | KinshipClaim | OverAlready | NotWaiting | UnderAge | NotYours:
    ended = kinship.end(user, relation_id, at=at)
    if not isinstance(ended, NotYours):
        return ended
    withdrawn = claims.withdraw(user, relation_id, at=at)
    if not isinstance(withdrawn, NotYours):
        return withdrawn
    return claim_review.decline(user, relation_id, at=at)


def _relations(user: User, which: Q, *, limit: int, at: datetime) -> tuple[Relation, ...]:
    if user.person_id is None:
        return ()
    me = Person.objects.filter(person_key=user.person_id).first()
    is_adult = me is not None and kinship.is_grown_up(me, at=at)
    kinships = list(_kinships(user.person_id, at=at).filter(which).order_by("-id")[:limit])
    asked = list(_claims(user.person_id, is_adult=is_adult).filter(which).order_by("-id")[:limit])
    beside = _read_beside(user.person_id, kinships, is_adult=is_adult, at=at)
    found = [_of_kinship(each, beside) for each in kinships] + [_of_claim(each, beside) for each in asked]
    return tuple(sorted(found, key=lambda relation: relation.id, reverse=True)[:limit])


def _kinships(me: UUID, *, at: datetime) -> KinshipQuerySet:
    return Kinship.objects.filter(Q(guardian_id=me) | Q(ward_id=me), in_force_from__lte=at)


def _claims(me: UUID, *, is_adult: bool) -> QuerySet[KinshipClaim]:
    """Claims of mine that are not verified, and those about me that wait for my word."""
    mine = Q(guardian_key=me) & ~Q(state=KinshipClaim.State.VERIFIED)
    about_me = Q(ward_key=me, state=KinshipClaim.State.WAITING)
    found = KinshipClaim.objects.filter(mine | about_me if is_adult else mine)
    return found.select_related("claimed_by__person")


@dataclass(frozen=True, kw_only=True)
class _Beside:
    """What stands beside the rows of a page, read at once for all of them."""

    me: UUID
    is_adult: bool
    in_force: frozenset[UUID]
    people: dict[UUID, Person] = field(repr=False)
    mobiles: dict[UUID, str] = field(repr=False)
    others: dict[UUID, list[Kinship]] = field(repr=False)


def _read_beside(me: UUID, kinships: list[Kinship], *, is_adult: bool, at: datetime) -> _Beside:
    ids, my_wards = [each.id for each in kinships], {each.ward_id for each in kinships} - {me}
    others = defaultdict(list)
    for other in kinship.unsettled(at).filter(ward_id__in=my_wards).exclude(guardian_id=me).order_by("id"):
        others[other.ward_id].append(other)
    guardians = {each.guardian_id for each in kinships} - {me}
    all_guardians = guardians | {other.guardian_id for found in others.values() for other in found}
    accounts = User.objects.filter(person_id__in=guardians)
    return _Beside(
        me=me,
        is_adult=is_adult,
        in_force=frozenset(Kinship.objects.in_force(at).filter(id__in=ids).values_list("id", flat=True)),
        people=Person.objects.in_bulk(my_wards | all_guardians),
        mobiles={account.person_id: account.masked_mobile for account in accounts if account.person_id},
        others=others,
    )


def _of_kinship(found: Kinship, beside: _Beside) -> Relation:
    role = Role.GUARDIAN if found.guardian_id == beside.me else Role.WARD
    state = _state(found, is_in_force=found.id in beside.in_force)
    is_told = role is Role.GUARDIAN and state is RelationState.IN_FORCE
    person = beside.people.get(found.ward_id if role is Role.GUARDIAN else found.guardian_id)
    is_unsettled = state in (RelationState.IN_FORCE, RelationState.DISPUTED)
    return Relation(
        id=found.id,
        role=role,
        state=state,
        kind=Kinship.Kind(found.kind),
        evidence=Kinship.Evidence(found.evidence),
        name=None if person is None else person.masked_name,
        document_number=person.masked_number if is_told and person is not None else None,
        mobile=beside.mobiles.get(found.guardian_id) if role is Role.WARD else None,
        in_force_from=found.in_force_from,
        in_force_until=found.in_force_until,
        others=tuple(_other(each, beside.people) for each in beside.others[found.ward_id]) if is_told else (),
        may_end=is_unsettled and (role is Role.GUARDIAN or beside.is_adult),
    )


def _of_claim(claim: KinshipClaim, beside: _Beside) -> Relation:
    kind, evidence = Kinship.Kind(claim.kind), Kinship.Evidence(claim.evidence)
    if claim.ward_key == beside.me:
        claimant = claim.claimed_by.person
        return Relation(
            id=claim.id,
            role=Role.WARD,
            state=RelationState.WAITING,
            kind=kind,
            evidence=evidence,
            name=None if claimant is None else claimant.masked_name,
            mobile=claim.claimed_by.masked_mobile,
            may_confirm=kind in OF_AN_ADULT,
            may_end=True,
        )
    state = _CLAIM_STATES[KinshipClaim.State(claim.state)]
    return Relation(
        id=claim.id,
        role=Role.GUARDIAN,
        state=state,
        kind=kind,
        evidence=evidence,
        name=mask_name(typed_name(claim)),
        document_number=mask_number(typed_number(claim)),
        may_end=state is RelationState.WAITING,
    )


_CLAIM_STATES = {
    KinshipClaim.State.WAITING: RelationState.WAITING,
    KinshipClaim.State.REFUSED: RelationState.REFUSED,
    KinshipClaim.State.WITHDRAWN: RelationState.ENDED,
    # Stands in the list as its kinship.
    KinshipClaim.State.VERIFIED: RelationState.IN_FORCE,
}


def _other(found: Kinship, people: dict[UUID, Person]) -> OtherGuardian:
    person = people.get(found.guardian_id)
    return OtherGuardian(
        id=found.id,
        kind=Kinship.Kind(found.kind),
        state=_state(found, is_in_force=found.end == ""),
        name=None if person is None else person.masked_name,
    )


def _state(found: Kinship, *, is_in_force: bool) -> RelationState:
    if is_in_force:
        return RelationState.IN_FORCE
    return RelationState.DISPUTED if found.end == Kinship.End.DISPUTED else RelationState.ENDED
