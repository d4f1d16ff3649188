"""Tests and doses of another person, 核酸疫苗服务查询: behind the same proof as the third-party query."""

from datetime import datetime

from identity.models import User
from lookup.admission import Door
from lookup.answer import Answer
from lookup.doors import face_checked
from lookup.doors.face_checked import Presented, Refused


def ask(asker: User, presented: Presented, *, at: datetime) -> Answer | Refused:
    """Answer an account about somebody's tests and doses; registers nobody. Source: docs/domain.md, 3."""
    return face_checked.ask(Door.RECORDS, asker, presented, at=at)
