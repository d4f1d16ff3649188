"""May this door answer about this person? Pure; the other question, the status, is healthcode's.

Source: docs/domain.md, 5 (b).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, assert_never

from civil_time import civil_date, completed_years, next_midnight
from healthcode.verdict import Reason

ASSISTED_CHILD_AT_MOST = 16  # completed years, included
ASSISTED_ELDER_AT_LEAST = 60
_STANDING_VERSION = 1


class Door(StrEnum):
    """The ways in which a question about a person can be asked."""

    OWN = "OWN"
    ASSISTED = "ASSISTED"
    THIRD_PARTY = "THIRD_PARTY"
    RECORDS = "RECORDS"
    CHECKPOINT = "CHECKPOINT"
    ADMIN = "ADMIN"


class Proof(StrEnum):
    """What the asker has proved, strongest first."""

    OWN = "OWN"
    KINSHIP = "KINSHIP"
    FACE_MATCHED = "FACE_MATCHED"
    NONE = "NONE"

    @property
    def is_kin(self) -> bool:
        """Whether the asker is the person or a verified guardian, who are told everything."""
        return self in (Proof.OWN, Proof.KINSHIP)


_PROOF_NEEDED = (Door.THIRD_PARTY, Door.RECORDS)


class FaceStep(StrEnum):
    """What came of the face step of a third-party query; the true cause, for the audit row and for kin."""

    MATCHED = "MATCHED"
    PORTRAIT = "PORTRAIT"  # a photo from kin, of an age at which none is compared
    DECLINED = "DECLINED"  # kin sent no photo
    NAME_DIFFERS = "NAME_DIFFERS"
    FACE_DIFFERS = "FACE_DIFFERS"
    NOT_LIVE = "NOT_LIVE"
    NO_REFERENCE = "NO_REFERENCE"  # nothing on file that this matcher could compare with
    NO_PERSON = "NO_PERSON"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is on file about a person besides health facts; of somebody unknown, nothing is."""

    in_registry: bool
    died_on: date | None = None
    registered_at: datetime | None = None
    has_face_reference: bool = False
    locked: bool = False


@dataclass(frozen=True, kw_only=True)
class AdmissionPolicy:
    """The part of the policy in force that is about doors."""

    face_needed_for_assisted: bool


@dataclass(frozen=True, kw_only=True)
class Admitted:
    """The door may answer."""


@dataclass(frozen=True, kw_only=True)
class NotAdmitted:
    """The door stays shut and answers UNKNOWN; the reasons, in order, are for OWN and KINSHIP only."""

    reasons: tuple[Reason, ...]


def is_age_for_assisted(born_on: date, *, at: datetime) -> bool:
    """Tell whether somebody's age opens the assisted query: at most 16 or at least 60 years."""
    age = completed_years(born_on, civil_date(at))
    return age <= ASSISTED_CHILD_AT_MOST or age >= ASSISTED_ELDER_AT_LEAST


def admit(
    door: Door, proof: Proof, standing: Standing, policy: AdmissionPolicy, *, at: datetime
) -> Admitted | NotAdmitted:
    """Return whether a door may answer about somebody, or every reason why not.

    Age is settled before, by a form. The third-party query and its sister for records answer nobody without
    proof; what was wrong with it is the face step's to say. A lock binds whoever has no kinship; never kin,
    never a checkpoint.
    """
    if not standing.in_registry:
        return NotAdmitted(reasons=(Reason.NOT_IN_REGISTRY,))
    if standing.died_on is not None and standing.died_on <= civil_date(at):
        return NotAdmitted(reasons=(Reason.DECEASED,))
    reasons = _reasons_of_door(door, proof, standing, policy, at=at)
    lacks_proof = door in _PROOF_NEEDED and proof is Proof.NONE
    return NotAdmitted(reasons=reasons) if reasons or lacks_proof else Admitted()


def encode_standing(standing: Standing) -> dict[str, Any]:
    """Return a standing as small JSON for the audit row; what is not the case is left out."""
    encoded: dict[str, Any] = {"v": _STANDING_VERSION}
    if standing.in_registry:
        encoded["r"] = 1
    if standing.died_on is not None:
        encoded["d"] = standing.died_on.isoformat()
    if standing.registered_at is not None:
        encoded["g"] = int(standing.registered_at.timestamp())
    if standing.has_face_reference:
        encoded["f"] = 1
    if standing.locked:
        encoded["l"] = 1
    return encoded


def decode_standing(encoded: dict[str, Any]) -> Standing:
    """Return the standing that was encoded, to the second.

    Raises ValueError if it was written in a form of another version.
    """
    if encoded.get("v") != _STANDING_VERSION:
        raise ValueError("this standing is written in a form of another version")
    return Standing(
        in_registry="r" in encoded,
        died_on=date.fromisoformat(encoded["d"]) if "d" in encoded else None,
        registered_at=datetime.fromtimestamp(encoded["g"], tz=UTC) if "g" in encoded else None,
        has_face_reference="f" in encoded,
        locked="l" in encoded,
    )


def _reasons_of_door(
    door: Door, proof: Proof, standing: Standing, policy: AdmissionPolicy, *, at: datetime
) -> tuple[Reason, ...]:
    locked = (Reason.LOCKED_BY_SUBJECT,) if standing.locked and not proof.is_kin else ()
    match door:
        case Door.OWN | Door.CHECKPOINT | Door.ADMIN:
            return ()
        case Door.ASSISTED:
            return (*_registration_reasons(standing, at=at), *_face_reasons(standing, policy), *locked)
        case Door.THIRD_PARTY | Door.RECORDS:
            return locked
        case _:
            assert_never(door)


def _registration_reasons(standing: Standing, *, at: datetime) -> tuple[Reason, ...]:
    if standing.registered_at is None or standing.registered_at > at:
        return (Reason.NOT_REGISTERED,)
    # The assisted query sees a registration from the next Shanghai midnight on.
    if at < next_midnight(standing.registered_at):
        return (Reason.REGISTRATION_SYNCING,)
    return ()


def _face_reasons(standing: Standing, policy: AdmissionPolicy) -> tuple[Reason, ...]:
    # The rule of June 2022, which shut out every child without a card. It is one line of admission,
    # never of the verdict: a gate that knows the number is still told the status.
    if policy.face_needed_for_assisted and not standing.has_face_reference:
        return (Reason.NO_FACE_REFERENCE,)
    return ()
