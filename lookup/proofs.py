"""What an account has proved about itself and a person before anything is asked: own, kin, or nothing."""

from datetime import datetime
from uuid import UUID

from identity import kinship
from identity.models import User
from lookup.admission import Proof


def proof_of(asker: User, subject_key: UUID, *, at: datetime) -> Proof:
    """Return OWN, KINSHIP or NONE for an account and a subject. A face is matched later, or not."""
    if asker.person_id is None:
        return Proof.NONE
    if asker.person_id == subject_key:
        return Proof.OWN
    is_guardian = kinship.is_verified(guardian_key=asker.person_id, ward_key=subject_key, at=at)
    return Proof.KINSHIP if is_guardian else Proof.NONE
