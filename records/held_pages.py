"""What two colleagues do with a held page: one proposes, another one decides. Source: docs/feed.md, 10."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from identity.keyring import sealing_ring
from identity.models import User
from records import summary
from records.feed import decode_line
from records.feed_fields import RejectionReason
from records.merge_again import MergedAgain, merge_again
from records.models import HeldPage, Quarantined, Source
from records.quarantine import row_context

_TOLD_OF = ("kind", "authority", "reference", "cause", "laboratory", "result")


@dataclass(frozen=True, kw_only=True)
class NotOpen:
    """The page was decided, or its rows are no longer kept."""


@dataclass(frozen=True, kw_only=True)
class ProposedAlready:
    """A colleague has made a proposal; another one has to agree or to take it back."""


@dataclass(frozen=True, kw_only=True)
class NothingProposed:
    """There is nothing to decide on yet."""


@dataclass(frozen=True, kw_only=True)
class OwnProposal:
    """Who proposes does not decide."""


@dataclass(frozen=True, kw_only=True)
class Released:
    """The rows were merged; ``again`` says what became of each."""

    again: MergedAgain


@dataclass(frozen=True, kw_only=True)
class Rejected:
    """The rows stay out; the same versions are refused from now on."""

    rows: int


def propose(
    page: HeldPage, decision: HeldPage.Decision, *, colleague: User, at: datetime
) -> HeldPage | NotOpen | ProposedAlready:
    """Propose to release or to reject a held page."""
    with transaction.atomic():
        locked = HeldPage.objects.select_for_update().get(pk=page.pk)
        if not locked.is_open:
            return NotOpen()
        if locked.proposal:
            return ProposedAlready()
        locked.proposal, locked.proposed_by, locked.proposed_at = decision, colleague, at
        locked.save(update_fields=["proposal", "proposed_by", "proposed_at"])
    return locked


def take_back(page: HeldPage) -> HeldPage | NotOpen | NothingProposed:
    """Take a proposal back, one's own or a colleague's: the page waits as before."""
    with transaction.atomic():
        locked = HeldPage.objects.select_for_update().get(pk=page.pk)
        if not locked.is_open:
            return NotOpen()
        if not locked.proposal:
            return NothingProposed()
        locked.proposal, locked.proposed_by, locked.proposed_at = "", None, None
        locked.save(update_fields=["proposal", "proposed_by", "proposed_at"])
    return locked


def decide(
    page: HeldPage, *, expected: HeldPage.Decision, colleague: User, at: datetime
) -> Released | Rejected | NotOpen | NothingProposed | OwnProposal:
    """Carry out what a colleague has proposed; ``expected`` is what was on the screen.

    Released rows are merged by the way of every page, never over something newer. All or nothing.
    """
    with transaction.atomic():
        # The source first, as the sync locks it.
        source = Source.objects.select_for_update().get(pk=page.source_id)
        locked = HeldPage.objects.select_for_update().get(pk=page.pk)
        if not locked.is_open:
            return NotOpen()
        if locked.proposal != expected:
            return NothingProposed()
        if locked.proposed_by_id == colleague.pk:
            return OwnProposal()
        locked.decided_by, locked.decided_at = colleague, at
        locked.save(update_fields=["decided_by", "decided_at"])
        rows = list(rows_of(locked).filter(resolved_at__isnull=True))
        if expected == HeldPage.Decision.RELEASE:
            return Released(again=merge_again(rows, source=source, at=at, released=True))
        people: set[UUID] = {row.person_key for row in rows if row.person_key}
        Quarantined.objects.filter(pk__in=[row.pk for row in rows]).update(resolved_at=at)
        summary.review_again(people, at=at)
        return Rejected(rows=len(rows))


def rows_of(page: HeldPage) -> QuerySet[Quarantined]:
    """Return the rows of a page that were held."""
    return Quarantined.objects.filter(
        run_id=page.pk, reason=RejectionReason.TOO_MANY_TURNED_ADVERSE
    ).order_by("id")


def what_they_say(page: HeldPage) -> list[tuple[str, int]]:
    """Return what the held rows say in common, with the number of each, most first; nothing personal."""
    said: Counter[str] = Counter()
    for row in rows_of(page).iterator(chunk_size=1000):
        if not bytes(row.row_sealed):
            continue
        fields = decode_line(sealing_ring().unseal(row.row_sealed, context=row_context(row.id)).encode())
        if isinstance(fields, dict):
            said[" · ".join(str(fields[name]) for name in _TOLD_OF if fields.get(name))] += 1
    return said.most_common()
