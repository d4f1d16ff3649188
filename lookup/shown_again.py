"""An answer shown again to its asker: decided again from its audit row while it lives, then gone.

Source: docs/adr/0004-answers-are-replayed-not-cached.md.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from identity import kinship
from identity.models import User
from lookup import answering, on_file
from lookup.admission import Proof
from lookup.answer import Answer
from lookup.models import AccessLock, Lookup, PolicyRevision


@dataclass(frozen=True, kw_only=True)
class NotYours:
    """No such answer, or another account's: the two look alike."""


@dataclass(frozen=True, kw_only=True)
class Closed:
    """The status is closed. ``answer`` holds what stays.

    To kin reasons and remedies stay for good; records, orders and alerts until the answer's
    ``valid_until``, since a gate may want to see them for longer than a minute. Of a result that a newer one
    has voided, or that a lock has met, nothing but reasons stays.
    """

    answer: Answer


def show_again(asker: User, lookup_id: UUID, *, at: datetime) -> Answer | Closed | NotYours:
    """Return an account's own answer once more, or say that it is closed or not theirs."""
    row = _own_row(asker, lookup_id)
    if row is None or not _still_speaks_for(asker, row, at=at):
        return NotYours()
    policy = PolicyRevision.objects.get(name=row.policy).read()
    recorded = answering.Recorded(
        row=row,
        decision=answering.decide_again(row, policy),
        policy=policy,
        masked_name=on_file.masked_name_of(row.subject_key),
    )
    answer = answering.tell(recorded)
    if row.voided_at is not None or _is_locked_since(row):
        return Closed(answer=_bare(answer))
    return answer if at < answer.closes_at else Closed(answer=_what_stays(answer, at=at))


def subject_of(asker: User, lookup_id: UUID) -> UUID | NotYours:
    """Return the key of the person whom an account's own answer is about, closed or not."""
    row = _own_row(asker, lookup_id)
    return NotYours() if row is None else row.subject_key


def row_of(asker: User, lookup_id: UUID, *, at: datetime) -> Lookup | NotYours:
    """Return the audit row of an account's own answer, closed or not, as long as it may still be shown."""
    row = _own_row(asker, lookup_id)
    return NotYours() if row is None or not _still_speaks_for(asker, row, at=at) else row


def _own_row(asker: User, lookup_id: UUID) -> Lookup | None:
    rows = Lookup.objects.with_id(lookup_id).asked_by(asker.id).filter(outcome=Lookup.Outcome.ANSWERED)
    return rows.filter(facts__isnull=False).first()


def _still_speaks_for(asker: User, row: Lookup, *, at: datetime) -> bool:
    """Tell whether the kinship behind an answer still holds; the other proofs end with the answer."""
    if row.proof != Proof.KINSHIP or asker.person_id is None:
        return row.proof != Proof.KINSHIP
    return kinship.is_verified(guardian_key=asker.person_id, ward_key=row.subject_key, at=at)


def _what_stays(answer: Answer, *, at: datetime) -> Answer:
    if answer.valid_until is None or at < answer.valid_until:
        return answer
    return _bare(answer)


def _bare(answer: Answer) -> Answer:
    return replace(answer, naat=None, vaccination=None, alerts=(), orders=(), subject_name=None, data=None)


def _is_locked_since(row: Lookup) -> bool:
    """Tell whether a result that a face proved, and that lives for hours, has met a lock since."""
    return row.proof == Proof.FACE_MATCHED and AccessLock.objects.filter(subject_key=row.subject_key).exists()
