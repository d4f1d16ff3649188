"""An answer shown again to its asker: decided again from its audit row while it lives, then gone.

Source: docs/adr/0004-answers-are-replayed-not-cached.md.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from identity.models import User
from lookup import answering, on_file
from lookup.disclosure import Answer
from lookup.models import Lookup, PolicyRevision


@dataclass(frozen=True, kw_only=True)
class NotYours:
    """No such answer, or another account's: the two look alike."""


@dataclass(frozen=True, kw_only=True)
class Closed:
    """The status is closed. To kin the answer's reasons and remedies stay; they stand in ``answer``."""

    answer: Answer


def show_again(asker: User, lookup_id: UUID, *, at: datetime) -> Answer | Closed | NotYours:
    """Return an account's own answer once more, or say that it is closed or not theirs."""
    asked_at = _asked_at(lookup_id)
    if asked_at is None:
        return NotYours()
    rows = Lookup.objects.asked_by(asker.id).on_day_of(asked_at).filter(outcome=Lookup.Outcome.ANSWERED)
    row = rows.filter(id=lookup_id, facts__isnull=False).first()
    if row is None:
        return NotYours()
    policy = PolicyRevision.objects.get(name=row.policy).read()
    recorded = answering.Recorded(
        row=row,
        decision=answering.decide_again(row, policy),
        policy=policy,
        masked_name=on_file.masked_name_of(row.subject_key),
    )
    answer = answering.tell(recorded)
    return answer if at < answer.closes_at else Closed(answer=answer)


def _asked_at(lookup_id: UUID) -> datetime | None:
    """Read the time of asking from an id, so that one partition is searched and not all."""
    if lookup_id.version != 7:
        return None
    try:
        return datetime.fromtimestamp((lookup_id.int >> 80) / 1000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
