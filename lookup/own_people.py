"""The people whom an account may speak for: its own person and its wards of this moment."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from identity.models import Kinship, KinshipQuerySet, Person, User


@dataclass(frozen=True, kw_only=True)
class OwnPerson:
    """Somebody whom an account may speak for. The id is that of the kinship; None is the account itself."""

    kinship_id: UUID | None
    subject_key: UUID
    # Both masked; None where the registry has nobody any more. Brothers and sisters share the masked name.
    name: str | None
    number: str | None

    @property
    def is_self(self) -> bool:
        return self.kinship_id is None


@dataclass(frozen=True, kw_only=True)
class AccountWithoutPerson:
    """The account has not proved whose it is, so it speaks for nobody."""


@dataclass(frozen=True, kw_only=True)
class NotYours:
    """No such kinship, another account's, or one that is over: the three look alike."""


def people_of(user: User, *, at: datetime) -> tuple[OwnPerson, ...] | AccountWithoutPerson:
    """Return the account's own person, then each ward once, oldest kinship first."""
    if user.person_id is None:
        return AccountWithoutPerson()
    wards: dict[UUID, OwnPerson] = {}
    for kinship in _kinships(user.person_id, at=at).order_by("id"):
        wards.setdefault(kinship.ward_id, _ward(kinship))
    return (_self(user.person_id), *wards.values())


def wards_of(user: User, *, at: datetime) -> tuple[OwnPerson, ...]:
    """Return the wards of an account alone, oldest kinship first; of an account without person, none."""
    people = people_of(user, at=at)
    return (
        () if isinstance(people, AccountWithoutPerson) else tuple(each for each in people if not each.is_self)
    )


def find(user: User, kinship_id: UUID | None, *, at: datetime) -> OwnPerson | NotYours | AccountWithoutPerson:
    """Return the person whom an account means: itself (None), or the ward of a kinship that holds now."""
    if user.person_id is None:
        return AccountWithoutPerson()
    if kinship_id is None:
        return _self(user.person_id)
    kinship = _kinships(user.person_id, at=at).filter(id=kinship_id).first()
    return NotYours() if kinship is None else _ward(kinship)


def _kinships(guardian_key: UUID, *, at: datetime) -> KinshipQuerySet:
    return Kinship.objects.in_force(at).filter(guardian_id=guardian_key).select_related("ward")


def _self(person_key: UUID) -> OwnPerson:
    person = Person.objects.filter(person_key=person_key).first()
    return OwnPerson(
        kinship_id=None,
        subject_key=person_key,
        name=None if person is None else person.masked_name,
        number=None if person is None else person.masked_number,
    )


def _ward(kinship: Kinship) -> OwnPerson:
    ward = kinship.ward
    return OwnPerson(
        kinship_id=kinship.id, subject_key=ward.person_key, name=ward.masked_name, number=ward.masked_number
    )
