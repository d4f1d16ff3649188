"""The account's own people as pages name them in addresses: "me", or the id of a kinship."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404

from lookup.own_people import OwnPerson

ME = "me"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of the people that a page offers."""

    person: OwnPerson
    about: str
    is_chosen: bool


def about_in(text: str) -> UUID | None:
    """Return the kinship that an address names, or None for the account itself.

    Raises Http404 for what is neither, as for a kinship of somebody else.
    """
    if text == ME:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def about_of(person: OwnPerson) -> str:
    """Return how an address names a person."""
    return ME if person.kinship_id is None else str(person.kinship_id)


def choices(people: Iterable[OwnPerson], *, chosen: OwnPerson) -> tuple[Choice, ...]:
    """Return the people to choose from; whoever is shown is marked."""
    return tuple(
        Choice(person=person, about=about_of(person), is_chosen=person.subject_key == chosen.subject_key)
        for person in people
    )
