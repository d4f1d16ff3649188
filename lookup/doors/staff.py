"""A member of staff opens a person's file in the admin: seeing is asking, so it leaves its row."""

from datetime import datetime
from uuid import UUID

from identity.models import User
from lookup import answering
from lookup.admission import Door, Proof
from lookup.answering import Question
from lookup.models import Lookup, PolicyRevision


def open_file(staff: User | None, subject_key: UUID, *, at: datetime) -> Lookup:
    """Write the audit row of opening somebody's page in the admin, before anything of it is shown.

    Without a name it is somebody at the server's own command line.
    """
    question = Question(
        door=Door.ADMIN,
        proof=Proof.NONE,
        asked_at=at,
        subject_key=subject_key,
        asker_id=None if staff is None else staff.id,
    )
    return answering.record_opening(question, policy=PolicyRevision.objects.in_force(at))
