"""The next code beside a living answer; a new one voids the former of the same asker about the same person.

Whether an answer carries a code at all is decided by lookup.disclosure; whether it still lives, by whoever
shows it. Source: docs/domain.md, 3.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import connection, transaction
from uuid_utils.compat import uuid7

from lookup import codes
from lookup.admission import Proof
from lookup.answer import Answer
from lookup.codes import LIFE, NEXT_AFTER, NoSigningKeyError
from lookup.models import Lookup, RotatingCode

_log = structlog.get_logger(__name__)

KEPT_FOR = timedelta(days=7)
"""So long a flag can be looked into; then the rows are forgotten."""

_SHORTEST_LIFE = timedelta(seconds=1)
_DELETED_AT_ONCE = 10_000


@dataclass(frozen=True, kw_only=True)
class CodeShown:
    """A code for a screen. Its text opens a gate for a minute, so it stands in no log."""

    text: str = field(repr=False)
    issued_at: datetime
    expires_at: datetime
    next_after: timedelta
    """After so long the screen asks for the next one; while there is one."""


def next_code(answer: Answer, *, asker_id: UUID, at: datetime) -> CodeShown | None:
    """Return a new code beside an answer that its asker is being shown, and void the former one.

    None where the answer carries no code, has closed or was voided. No code outlives its answer. Without
    a key to sign with there is none either: the status is worth showing without it.
    """
    expires_at = min(at + LIFE, answer.closes_at)
    if not answer.carries_code or expires_at - at < _SHORTEST_LIFE:
        return None
    code_id = uuid7()
    try:
        text = codes.issue(code_id, issued_at=at, expires_at=expires_at)
    except NoSigningKeyError:
        _log.error("no key to sign codes with")
        return None
    with transaction.atomic():
        _wait_for_others(asker_id)
        row = _row_of(answer, asker_id)
        if row is None:
            return None
        _void(asker_id, row.subject_key, at=at)
        RotatingCode.objects.create(
            id=code_id,
            subject_key=row.subject_key,
            asker_id=asker_id,
            lookup_id=row.id,
            proof=row.proof,
            issued_at=at.replace(microsecond=0),
            expires_at=expires_at.replace(microsecond=0),
        )
    return CodeShown(
        text=text,
        issued_at=at.replace(microsecond=0),
        expires_at=expires_at.replace(microsecond=0),
        next_after=min(NEXT_AFTER, expires_at - at),
    )


def void_beside(lookup_ids: Collection[UUID], *, asker_id: UUID, subject_key: UUID, at: datetime) -> None:
    """Void the codes beside answers that a newer one has voided; inside the transaction that does so."""
    _wait_for_others(asker_id)
    living = RotatingCode.objects.filter(asker_id=asker_id, subject_key=subject_key, voided_at__isnull=True)
    living.filter(lookup_id__in=lookup_ids).update(voided_at=at)


def void_of_strangers(subject_key: UUID, *, at: datetime) -> None:
    """Void the codes about somebody that are held without kinship: a lock has met them."""
    living = RotatingCode.objects.filter(expires_at__gt=at, voided_at__isnull=True)
    living.filter(subject_key=subject_key, proof=Proof.FACE_MATCHED).update(voided_at=at)


def forget(*, at: datetime) -> int:
    """Delete the codes that ended longer than KEPT_FOR ago; return how many. Twice or by two does no harm."""
    forgotten = 0
    while True:
        old = RotatingCode.objects.filter(expires_at__lt=at - KEPT_FOR).order_by("expires_at")
        deleted, _ = RotatingCode.objects.filter(id__in=old.values("id")[:_DELETED_AT_ONCE]).delete()
        forgotten += deleted
        if deleted < _DELETED_AT_ONCE:
            return forgotten


def _row_of(answer: Answer, asker_id: UUID) -> Lookup | None:
    """Return the audit row of the asker's own answer, unless a newer result has voided it."""
    rows = Lookup.objects.on_day_of(answer.asked_at).asked_by(asker_id).filter(id=answer.id)
    return rows.filter(voided_at__isnull=True).only("id", "asked_on", "subject_key", "proof").first()


def _void(asker_id: UUID, subject_key: UUID, *, at: datetime) -> None:
    former = RotatingCode.objects.filter(asker_id=asker_id, subject_key=subject_key, voided_at__isnull=True)
    former.update(voided_at=at)


def _wait_for_others(asker_id: UUID) -> None:
    """Let the codes of one asker follow one another, until this transaction ends: two never both live."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"codes of:{asker_id}"])
