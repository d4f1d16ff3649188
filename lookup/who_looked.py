"""Who looked: every question about a person, for that person and the verified guardians, newest first.

Reading it leaves no audit row: it tells what was asked and nothing of anybody's health, and a row for each
reading would bury the others. Source: docs/domain.md, 4.
"""

import base64
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from django.db.models import Q

from civil_time import civil_date
from healthcode.verdict import StatusCode
from identity.keyring import sealing_ring
from identity.models import User
from identity.sealed import SealBroken
from lookup import own_people
from lookup.admission import Door, Proof
from lookup.budgets import Budget
from lookup.doors.face_checked import PHOTO_UNREADABLE
from lookup.models import Lookup, LookupQuerySet
from lookup.own_people import AccountWithoutPerson, NotYours, OwnPerson

KEPT_FOR_DAYS = 180
"""Shanghai days of look-ups that are read, today among them. Source: docs/domain.md, 5, "Retention"."""


class AskerKind(StrEnum):
    """What kind of asker it was, as proved when it was asked; never who, and never from where."""

    SUBJECT = "SUBJECT"
    GUARDIAN = "GUARDIAN"
    CITIZEN = "CITIZEN"
    GATE = "GATE"
    STAFF = "STAFF"


class LookOutcome(StrEnum):
    """What came of a look-up, in general."""

    ANSWERED = "ANSWERED"
    UNKNOWN = "UNKNOWN"
    TOO_MANY_QUESTIONS = "TOO_MANY_QUESTIONS"
    PHOTO_UNREADABLE = "PHOTO_UNREADABLE"
    SERVICE_AWAY = "SERVICE_AWAY"
    UNFINISHED = "UNFINISHED"

    @property
    def is_refusal(self) -> bool:
        return self in _REFUSALS


_REFUSALS = (LookOutcome.TOO_MANY_QUESTIONS, LookOutcome.PHOTO_UNREADABLE, LookOutcome.SERVICE_AWAY)


@dataclass(frozen=True, kw_only=True)
class Look:
    """One look-up as it is shown: no place, no device, no account, no name, no exact time."""

    asked_at: datetime  # to the minute
    door: Door
    asker: AskerKind
    is_you: bool
    is_machine: bool
    outcome: LookOutcome


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some look-ups about a person, newest first, and the cursors that lead on; None at an end."""

    person: OwnPerson
    looks: tuple[Look, ...]
    older: str | None
    newer: str | None


@dataclass(frozen=True, kw_only=True)
class CursorNotValid:
    """No cursor of ours, or one that was made for another account or person."""


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where a page begins: beside this row, towards the older or the newer ones."""

    asked_at: datetime
    id: UUID
    is_newer: bool


_CURSOR = re.compile(r"[A-Za-z0-9_-]{1,300}")


def page_of(
    viewer: User, *, about: UUID | None, cursor: str = "", limit: int, at: datetime
) -> Page | NotYours | AccountWithoutPerson | CursorNotValid:
    """Return the look-ups about the viewer (None) or a ward (id of the kinship), judged at this moment.

    At most ``limit`` rows of the last KEPT_FOR_DAYS, from the newest or from where a cursor leads.
    """
    person = own_people.find(viewer, about, at=at)
    if not isinstance(person, OwnPerson):
        return person
    context = f"lookup_lookup:cursor:{viewer.id}:{person.subject_key}"
    place = _opened(cursor, context=context) if cursor else None
    if isinstance(place, CursorNotValid):
        return place
    found = list(_rows(person.subject_key, place, at=at)[: limit + 1])
    rows, has_more = found[:limit], len(found) > limit
    is_newer = place is not None and place.is_newer
    if is_newer:
        rows.reverse()
    # A cursor comes from a row on its other side, so there is something that way.
    has_older, has_newer = (True, has_more) if is_newer else (has_more, place is not None)
    return Page(
        person=person,
        looks=tuple(_shown(row, viewer) for row in rows),
        older=_cursor(rows[-1], is_newer=False, context=context) if rows and has_older else None,
        newer=_cursor(rows[0], is_newer=True, context=context) if rows and has_newer else None,
    )


def _rows(subject_key: UUID, place: _Place | None, *, at: datetime) -> LookupQuerySet:
    # Facts and standing stay in the database. The range of days prunes the partitions.
    today = civil_date(at)
    kept = Lookup.objects.about(subject_key).on_days(today - timedelta(days=KEPT_FOR_DAYS - 1), today)
    rows = kept.defer("facts", "standing", "reasons")
    if place is None:
        return rows.order_by("-asked_at", "-id")
    day = civil_date(place.asked_at)
    if place.is_newer:
        beyond = Q(asked_at__gt=place.asked_at) | Q(id__gt=place.id)
        return rows.filter(beyond, asked_on__gte=day, asked_at__gte=place.asked_at).order_by("asked_at", "id")
    beyond = Q(asked_at__lt=place.asked_at) | Q(id__lt=place.id)
    return rows.filter(beyond, asked_on__lte=day, asked_at__lte=place.asked_at).order_by("-asked_at", "-id")


def _shown(row: Lookup, viewer: User) -> Look:
    door = Door(row.door)
    return Look(
        asked_at=row.asked_at.replace(second=0, microsecond=0),
        door=door,
        asker=_asker_kind(door, Proof(row.proof)),
        is_you=row.asker_id == viewer.id,
        is_machine=door is Door.CHECKPOINT,
        outcome=_outcome(row),
    )


def _asker_kind(door: Door, proof: Proof) -> AskerKind:
    if door is Door.CHECKPOINT:
        return AskerKind.GATE
    if door is Door.ADMIN:
        return AskerKind.STAFF
    match proof:
        case Proof.OWN:
            return AskerKind.SUBJECT
        case Proof.KINSHIP:
            return AskerKind.GUARDIAN
        case Proof.FACE_MATCHED | Proof.NONE:
            return AskerKind.CITIZEN
        case _:
            assert_never(proof)


def _outcome(row: Lookup) -> LookOutcome:
    match Lookup.Outcome(row.outcome):
        case Lookup.Outcome.OPEN:
            return LookOutcome.UNFINISHED
        case Lookup.Outcome.ANSWERED:
            is_unknown = row.shown_status == StatusCode.UNKNOWN
            return LookOutcome.UNKNOWN if is_unknown else LookOutcome.ANSWERED
        case Lookup.Outcome.REFUSED:
            return _refusal(row.refusal)
        case outcome:
            assert_never(outcome)


def _refusal(refusal: str) -> LookOutcome:
    if refusal in set(Budget):
        return LookOutcome.TOO_MANY_QUESTIONS
    is_photo = refusal == PHOTO_UNREADABLE
    return LookOutcome.PHOTO_UNREADABLE if is_photo else LookOutcome.SERVICE_AWAY


def _cursor(row: Lookup, *, is_newer: bool, context: str) -> str:
    """Return a place as text that tells nothing, and that opens for this viewer and person alone."""
    place = f"{int(is_newer)} {row.asked_at.isoformat()} {row.id}"
    return _encoded(sealing_ring().seal(place, context=context))


def _opened(cursor: str, *, context: str) -> _Place | CursorNotValid:
    if not _CURSOR.fullmatch(cursor):
        return CursorNotValid()
    try:
        blob = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        place = sealing_ring().unseal(blob, context=context)
    except (ValueError, SealBroken):
        return CursorNotValid()
    if _encoded(blob) != cursor:  # the last character has bits that say nothing
        return CursorNotValid()
    is_newer, asked_at, row_id = place.split(" ")
    return _Place(asked_at=datetime.fromisoformat(asked_at), id=UUID(row_id), is_newer=is_newer == "1")


def _encoded(blob: bytes) -> str:
    return base64.urlsafe_b64encode(blob).rstrip(b"=").decode()
