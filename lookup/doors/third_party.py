"""Third-party query, 他人健康码代查询: by name, document and face, for people of any age."""

from datetime import datetime
from uuid import UUID

from identity.models import User
from lookup.admission import Door
from lookup.answer import Answer
from lookup.doors import face_checked
from lookup.doors.face_checked import Presented, Refused


def ask(asker: User, presented: Presented, *, at: datetime) -> Answer | Refused:
    """Answer an account about somebody; what is answered registers them. Source: docs/domain.md, 3 to 5."""
    return face_checked.ask(Door.THIRD_PARTY, asker, presented, at=at)


def ask_as_kin(asker: User, subject_key: UUID, *, at: datetime) -> Answer | None:
    """Answer verified kin at once, without number, name or photo; None for anybody else."""
    return face_checked.ask_as_kin(Door.THIRD_PARTY, asker, subject_key, at=at)
