"""Does somebody's name and face agree with the registry? One comparison, for sign-up and for the doors.

Whatever is wrong, the same work is done: one sealed name opened, one name compared, one call of the
matcher, against a decoy where nothing is on file. Source: docs/domain.md, 4, "The uniform unknown".
"""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import assert_never
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from identity.face_match import FaceMatch, FaceMatcher, Liveness, UnreadablePicture, UnusableReference
from identity.keyring import sealing_ring
from identity.models import Person, name_context
from identity.names import is_same_name

_NOBODY = UUID(int=0)
_DECOY_NAME = "查无此人"


class Comparison(StrEnum):
    """What came of comparing; only MATCHED proves anything. The first that applies."""

    NO_PERSON = "NO_PERSON"
    NAME_DIFFERS = "NAME_DIFFERS"
    NO_REFERENCE = "NO_REFERENCE"
    FACE_DIFFERS = "FACE_DIFFERS"
    NOT_LIVE = "NOT_LIVE"
    MATCHED = "MATCHED"


@dataclass(frozen=True, kw_only=True, repr=False)
class Registered:
    """What the registry holds of a person, still sealed; of somebody unknown there is none."""

    person_key: UUID
    name_sealed: bytes = field(repr=False)
    face_reference: str = field(repr=False)


def compare(name: str, photo: bytes, *, registered: Registered | None) -> Comparison | UnreadablePicture:
    """Compare a name (identity.names form) and a photo with what the registry holds.

    A picture that cannot be read is told apart before anything of the person counts, so it says nothing
    about anybody. Raises OSError if the matcher cannot be reached.
    """
    on_file = registered or nobody()
    has_name = is_same_name(_name_of(on_file), name)
    reference = on_file.face_reference
    match matcher().compare(photo, reference=reference or _decoy_reference()):
        case UnreadablePicture() as unreadable:
            return unreadable
        case FaceMatch() | UnusableReference() as compared:
            return _first_cause(
                registered, has_name=has_name, has_reference=bool(reference), compared=compared
            )
        case _ as never:
            assert_never(never)


def compare_face(photo: bytes, *, registered: Registered | None) -> Comparison | UnreadablePicture:
    """Compare a photo alone, with the same work; for whoever is known by another proof than a name."""
    return compare(_name_of(registered or nobody()), photo, registered=registered)


def registered_of(person: Person | None) -> Registered | None:
    """Return what a person of the registry is compared with."""
    if person is None:
        return None
    return Registered(
        person_key=person.person_key,
        name_sealed=bytes(person.name_sealed),
        face_reference=person.face_reference,
    )


def is_name_of(name: str, *, registered: Registered | None) -> bool:
    """Tell whether a name is that of a registered person, with the same work for somebody unknown."""
    has_name = is_same_name(_name_of(registered or nobody()), name)
    return has_name and registered is not None


@lru_cache(maxsize=1)
def matcher() -> FaceMatcher:
    """Return this deployment's matcher, from FACE_MATCHER."""
    made: FaceMatcher = import_string(settings.FACE_MATCHER)()
    return made


def _first_cause(
    registered: Registered | None,
    *,
    has_name: bool,
    has_reference: bool,
    compared: FaceMatch | UnusableReference,
) -> Comparison:
    is_live = isinstance(compared, FaceMatch) and _is_live(compared.liveness)
    holds = {
        Comparison.NO_PERSON: registered is None,
        Comparison.NAME_DIFFERS: not has_name,
        Comparison.NO_REFERENCE: not has_reference or isinstance(compared, UnusableReference),
        Comparison.FACE_DIFFERS: isinstance(compared, FaceMatch) and not compared.matched,
        Comparison.NOT_LIVE: not is_live,
    }
    return next((cause for cause, applies in holds.items() if applies), Comparison.MATCHED)


def _is_live(liveness: Liveness) -> bool:
    match liveness:
        case Liveness.LIVE:
            return True
        case Liveness.NOT_LIVE:
            return False
        case Liveness.NOT_ASSESSED:
            # A matcher that assesses none is for a demo; a server asks for one that does.
            return not settings.FACE_LIVENESS_REQUIRED
        case _:
            assert_never(liveness)


def _name_of(registered: Registered) -> str:
    return sealing_ring().unseal(registered.name_sealed, context=name_context(registered.person_key))


@lru_cache(maxsize=1)
def nobody() -> Registered:
    """Return what stands in for somebody unknown, so that the same work is done."""
    sealed = sealing_ring().seal(_DECOY_NAME, context=name_context(_NOBODY))
    return Registered(person_key=_NOBODY, name_sealed=sealed, face_reference="")


@lru_cache(maxsize=1)
def _decoy_reference() -> str:
    made = matcher().make_reference(Path(settings.DECOY_PORTRAIT).read_bytes())
    if isinstance(made, UnreadablePicture):
        raise ValueError("the matcher cannot read DECOY_PORTRAIT; name a portrait that it can")
    return made
