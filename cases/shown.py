"""A case as the citizen who filed it sees it, judged by what may be told at this moment.

Kin read everything that was written to them. To an asker without proof every case of a kind reads the same,
whoever it is about and whatever was found. Source: docs/domain.md, 9.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from cases import casework, filing, timeline
from cases.models import Case, CaseEvent
from cases.patterns import door_shut
from identity.models import User
from lookup import on_file
from lookup.admission import Door
from lookup.models import Lookup


class Author(StrEnum):
    """Who did something, as far as the citizen is told."""

    YOU = "YOU"
    STAFF = "STAFF"
    SERVICE = "SERVICE"


@dataclass(frozen=True, kw_only=True)
class EventShown:
    """One line of a timeline. ``is_standard`` stands for the sentence that an asker without proof gets."""

    kind: CaseEvent.Kind
    at: datetime
    author: Author
    text: str = field(default="", repr=False)
    owner: Case.Owner | None = None
    resolution: Case.Resolution | None = None
    is_standard: bool = False


@dataclass(frozen=True, kw_only=True)
class CaseShown:
    """A case; owner, name and resolution are None where the asker may not be told."""

    id: UUID
    number: str
    kind: Case.Kind
    record: Case.Record | None
    state: Case.State
    is_told_why: bool
    owner: Case.Owner | None
    subject_name: str | None = field(repr=False)
    door: Door
    lookup_id: UUID
    asked_at: datetime
    opened_at: datetime
    respond_by: datetime
    resolve_by: datetime
    responded_at: datetime | None
    resolved_at: datetime | None
    resolution: Case.Resolution | None
    is_late: bool
    may_reopen: bool
    events: tuple[EventShown, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NotYours:
    """No such case, or another account's: the two look alike."""


def page_of(asker: User, *, before: UUID | None, limit: int, at: datetime) -> tuple[CaseShown, ...]:
    """Return up to ``limit`` cases of an account, newest first, older than the one with id ``before``."""
    mine = Case.objects.of(asker.id).select_related("opened_by")
    if before is not None:
        mine = mine.filter(id__lt=before)
    return tuple(_shown(case, asker, at=at, with_events=False) for case in mine.order_by("-id")[:limit])


def find(asker: User, number: str, *, at: datetime) -> CaseShown | NotYours:
    """Return an own case with its timeline."""
    case = Case.objects.of(asker.id).select_related("opened_by").filter(number=number).first()
    return NotYours() if case is None else _shown(case, asker, at=at, with_events=True)


def open_about(asker: User, subject_key: UUID) -> Case | None:
    """Return an account's own newest open case about somebody."""
    return Case.objects.open().of(asker.id).filter(subject_key=subject_key).order_by("-id").first()


def open_for_all(row: Lookup) -> Case | None:
    """Return the open case of the group of an answer's person, by door and reason; for kin alone."""
    patterns = [door_shut(row.door, reason) for reason in row.reasons]
    return Case.objects.open().filter(group=True, pattern__in=patterns).order_by("-id").first()


def _shown(case: Case, asker: User, *, at: datetime, with_events: bool) -> CaseShown:
    is_told_why = casework.is_told_why(case, at=at)
    if case.subject_key is None or case.lookup_id is None:
        raise ValueError("a case that an account has filed has a subject and an answer")
    is_open = case.state != Case.State.CLOSED
    return CaseShown(
        id=case.id,
        number=case.number,
        kind=Case.Kind(case.kind),
        record=Case.Record(case.record) if case.record else None,
        state=Case.State(case.state),
        is_told_why=is_told_why,
        owner=Case.Owner(case.owner) if is_told_why else None,
        subject_name=on_file.masked_name_of(case.subject_key) if is_told_why else None,
        door=Door(case.door),
        lookup_id=case.lookup_id,
        asked_at=datetime.fromisoformat(case.trace["asked_at"]),
        opened_at=case.opened_at,
        respond_by=case.respond_by,
        resolve_by=case.resolve_by,
        responded_at=case.responded_at,
        resolved_at=case.resolved_at,
        resolution=Case.Resolution(case.resolution) if case.resolution and is_told_why else None,
        is_late=is_open and (case.responded_at is None and at >= case.respond_by or at >= case.resolve_by),
        may_reopen=filing.may_reopen(case, at=at),
        events=_events(case, asker, is_told_why=is_told_why) if with_events else (),
    )


def _events(case: Case, asker: User, *, is_told_why: bool) -> tuple[EventShown, ...]:
    rows = case.events.filter(visible_to_citizen=True).order_by("id")
    if not is_told_why:
        # Which office has it says what it is about.
        rows = rows.exclude(kind=CaseEvent.Kind.HANDED_OVER)
    return tuple(_event(row, asker, is_told_why=is_told_why) for row in rows)


def _event(row: CaseEvent, asker: User, *, is_told_why: bool) -> EventShown:
    kind, author = CaseEvent.Kind(row.kind), _author(row, asker)
    is_ours = author is not Author.YOU
    resolution, owner = row.detail.get("resolution"), row.detail.get("to")
    return EventShown(
        kind=kind,
        at=row.at,
        author=author if is_told_why or author is Author.YOU else Author.SERVICE,
        text=timeline.text_of(row) if is_told_why or not is_ours else "",
        owner=Case.Owner(owner) if owner else None,
        resolution=Case.Resolution(resolution) if resolution and is_told_why else None,
        is_standard=is_ours and not is_told_why and kind in (CaseEvent.Kind.ANSWERED, CaseEvent.Kind.CLOSED),
    )


def _author(row: CaseEvent, asker: User) -> Author:
    if row.by_id is None:
        return Author.SERVICE
    return Author.YOU if row.by_id == asker.id else Author.STAFF
