"""What happens in a case, written down: the one place that writes events and closes cases.

Call it inside a transaction that has locked the case.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from cases.models import Case, CaseEvent, text_context
from cases.reference import reference
from cases.scrubbing import Scrubbed, scrub
from civil_time import SHANGHAI
from identity import notices
from identity.keyring import sealing_ring
from identity.models import Notice, User

LONGEST_TEXT = 2000


def next_number(*, at: datetime) -> str:
    """Return the number of a new case. Numbers are never used twice; some are left out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('cases_serial')")
        [serial] = cursor.fetchone()
    return reference(at.astimezone(SHANGHAI).year, serial)


def lock(case_id: UUID) -> Case:
    """Return a case, locked until the transaction ends. Raises Case.DoesNotExist."""
    return Case.objects.select_for_update().get(id=case_id)


def append(
    case: Case,
    kind: CaseEvent.Kind,
    *,
    at: datetime,
    by: User | None,
    visible: bool,
    text: str = "",
    **detail: Any,
) -> CaseEvent:
    """Write an event; its text is scrubbed, whoever wrote it, and sealed."""
    event = CaseEvent(
        case=case,
        kind=kind,
        at=at,
        by=by,
        visible_to_citizen=visible,
        detail=detail,
    )
    kept = cleaned(text).text
    if kept:
        event.text_sealed = sealing_ring().seal(kept, context=text_context(event.id))
    event.save(force_insert=True)
    return event


def cleaned(text: str) -> Scrubbed:
    """Return a text as it is stored: without ID numbers and phones, without what no screen shows."""
    visible = "".join(each for each in text if each in "\n\t" or each.isprintable() or each.isspace())
    return scrub(visible.replace("\r\n", "\n").strip()[:LONGEST_TEXT])


def text_of(event: CaseEvent) -> str:
    """Return what was written, unsealed; empty where nothing was."""
    if event.text_sealed is None:
        return ""
    return sealing_ring().unseal(bytes(event.text_sealed), context=text_context(event.id))


def close(
    case: Case, resolution: Case.Resolution, *, at: datetime, by: User | None, text: str = "", **detail: Any
) -> None:
    """Close a locked case that is open, and tell whoever filed it, once.

    Raises ValueError for a case that is closed already: look at its state after locking it.
    """
    if case.state == Case.State.CLOSED:
        raise ValueError("this case is closed already")
    case.state, case.resolution, case.resolved_at = Case.State.CLOSED, resolution, at
    case.responded_at = case.responded_at or at
    case.save(update_fields=["state", "resolution", "resolved_at", "responded_at"])
    append(
        case,
        CaseEvent.Kind.CLOSED,
        at=at,
        by=by,
        visible=True,
        text=text,
        resolution=resolution.value,
        **detail,
    )
    if case.opened_by is not None and by != case.opened_by:
        tell(case, Notice.Kind.CASE_CLOSED, at=at)


def tell(case: Case, kind: Notice.Kind, *, at: datetime) -> None:
    """Tell whoever filed a case that something happened in it: its number and no name."""
    if case.opened_by is not None:
        notices.post(case.opened_by, kind, subject_key=None, reference=case.number, at=at)
