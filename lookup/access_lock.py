"""The lock: the subject or a guardian shuts the doors to everybody without kinship, and opens them again.

It binds the assisted query, the third-party query and the query for records, at once; never kin, never a
gate, never the own code. Source: docs/domain.md, 4.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from identity import notices
from identity.models import Notice, User
from lookup import code_issue, own_people
from lookup.models import AccessLock
from lookup.own_people import AccountWithoutPerson, NotYours, OwnPerson


@dataclass(frozen=True, kw_only=True)
class LockState:
    """Whether the doors to a person are locked, since when, and whether the one who asks did it."""

    person: OwnPerson
    locked_at: datetime | None
    is_by_you: bool

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None


def state_of(user: User, *, at: datetime) -> tuple[LockState, ...] | AccountWithoutPerson:
    """Return the state for everybody whom an account may speak for now: itself first, then the wards."""
    people = own_people.people_of(user, at=at)
    if isinstance(people, AccountWithoutPerson):
        return people
    locks = AccessLock.objects.in_bulk([person.subject_key for person in people])
    return tuple(_state(person, locks.get(person.subject_key), user) for person in people)


def close(user: User, *, about: UUID | None, at: datetime) -> LockState | NotYours | AccountWithoutPerson:
    """Lock the doors to the account's person (None) or to a ward (id of the kinship).

    A lock that is closed already stays as it is, with its time and its name. Whoever else may speak for
    the person is told of a change.
    """
    person = own_people.find(user, about, at=at)
    if not isinstance(person, OwnPerson):
        return person
    with transaction.atomic():
        _wait_for_others(person.subject_key)
        lock, is_new = AccessLock.objects.get_or_create(
            subject_key=person.subject_key, defaults={"locked_at": at, "locked_by": user}
        )
        if is_new:
            code_issue.void_of_strangers(person.subject_key, at=at)
            _tell(person.subject_key, Notice.Kind.LOCK_CLOSED, user, at=at)
    return _state(person, lock, user)


def open_again(
    user: User, *, about: UUID | None, at: datetime
) -> LockState | NotYours | AccountWithoutPerson:
    """Open the doors to the account's person (None) or to a ward, whoever has locked them.

    Doors that are open already stay so. Whoever else may speak for the person is told of a change.
    """
    person = own_people.find(user, about, at=at)
    if not isinstance(person, OwnPerson):
        return person
    with transaction.atomic():
        _wait_for_others(person.subject_key)
        deleted, _ = AccessLock.objects.filter(subject_key=person.subject_key).delete()
        if deleted:
            _tell(person.subject_key, Notice.Kind.LOCK_OPENED, user, at=at)
    return _state(person, None, user)


def _wait_for_others(subject_key: UUID) -> None:
    """Let changes of one lock follow one another, until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"access lock:{subject_key}"]
        )


def _tell(subject_key: UUID, kind: Notice.Kind, user: User, *, at: datetime) -> None:
    notices.tell_subject_and_guardians(subject_key, kind, at=at, besides=user.id)


def _state(person: OwnPerson, lock: AccessLock | None, user: User) -> LockState:
    if lock is None:
        return LockState(person=person, locked_at=None, is_by_you=False)
    return LockState(person=person, locked_at=lock.locked_at, is_by_you=lock.locked_by_id == user.id)
