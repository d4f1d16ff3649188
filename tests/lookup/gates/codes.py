"""Codes on a screen, for tests of gates."""

from datetime import datetime, timedelta
from uuid import UUID

from uuid_utils.compat import uuid7

from lookup import codes
from lookup.admission import Proof
from lookup.models import RotatingCode

LIFE = timedelta(seconds=60)


def make_code(subject_key: UUID, *, at: datetime, has_row: bool = True) -> str:
    """Return the text of a code issued at an instant, with its row unless it was forgotten."""
    code_id = uuid7()
    if has_row:
        RotatingCode.objects.create(
            id=code_id,
            subject_key=subject_key,
            asker_id=uuid7(),
            lookup_id=uuid7(),
            proof=Proof.OWN,
            issued_at=at,
            expires_at=at + LIFE,
        )
    return codes.issue(code_id, issued_at=at, expires_at=at + LIFE)
