"""Claiming to speak for somebody: a claim is stored and waits for a reviewer, or for the ward's own word.

Nothing about the ward is read to answer it. So neither the answer nor the work done tells whether the
number exists, the name fits, or somebody speaks for that person already. Source: docs/domain.md, 4.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import models, transaction
from uuid_utils.compat import uuid7

from civil_time import civil_date, next_midnight, start_of
from identity import notices
from identity.characters import is_hidden
from identity.document import Document
from identity.keyring import key_of, sealing_ring
from identity.kinship import NotYours, take_turns, unsettled
from identity.models import Kinship, KinshipClaim, Notice, User, claim_context

MOST_WARDS_CLAIMED = 8
"""People one asker may claim: waiting, or verified by claim. As Xi'an had it; docs/domain.md, 3 and 4."""
MOST_NEW_CLAIMS_A_DAY = MOST_WARDS_CLAIMED
"""Claims about people not claimed before, per asker and Shanghai day: each one is told to somebody."""
MOST_CLAIMS_AGAIN_A_DAY = 3
"""Claims about people claimed before, per asker and Shanghai day: each one takes a reviewer's time."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Request:
    """What somebody claims: a ward by document and name (identity.names form), and what proves it."""

    document: Document
    name: str = field(repr=False)
    kind: Kinship.Kind
    evidence: Kinship.Evidence
    reference: str = field(repr=False)

    def __repr__(self) -> str:
        return f"Request({self.kind}, {self.evidence}, {self.document!r})"


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """The claim waits. Its id stays good once it is verified: the kinship takes it over."""

    id: UUID


@dataclass(frozen=True, kw_only=True)
class AlreadyClaimed:
    """The same claim was there before, or the kinship is; ``id`` is that one's."""

    id: UUID


@dataclass(frozen=True, kw_only=True)
class TooManyWards:
    """The asker has claimed as many people as may be; one has to end first."""


@dataclass(frozen=True, kw_only=True)
class TooManyClaims:
    """The asker has claimed too often today; the next claim is taken from ``again_at`` on."""

    again_at: datetime


@dataclass(frozen=True, kw_only=True)
class NotVerified:
    """The account has not proved whose it is, so it can speak for nobody."""


@dataclass(frozen=True, kw_only=True)
class OwnDocument:
    """The document is the asker's own."""


@dataclass(frozen=True, kw_only=True)
class NotWaiting:
    """The claim was decided or withdrawn before; nothing was changed."""


class ReferenceProblem(StrEnum):
    """Why a text is no reference of an evidence."""

    EMPTY = "EMPTY"
    TOO_LONG = "TOO_LONG"
    WRONG_CHARACTERS = "WRONG_CHARACTERS"
    DOCUMENT_NUMBER = "DOCUMENT_NUMBER"


LONGEST_REFERENCE = 60
# Long enough for the certificates and decisions that there are, too short for an identity number.
_LONGEST_RUN_OF_DIGITS = 14
_REFERENCE = re.compile(r"[\w ()（）〔〕\[\]/.-]+")

Refusal = TooManyWards | TooManyClaims | NotVerified | OwnDocument


def parse_reference(raw: str, *, evidence: Kinship.Evidence) -> str | ReferenceProblem:
    """Return the reference of an evidence, trimmed, or what is wrong with it.

    Empty where the ward's own word is the evidence. Identity numbers are refused: reviewers see the
    reference in full.
    """
    if len(raw) > 2 * LONGEST_REFERENCE:
        return ReferenceProblem.TOO_LONG
    text = unicodedata.normalize("NFKC", raw).strip(" ")
    if not text:
        is_needless = evidence == Kinship.Evidence.OWN_CONFIRMATION
        return "" if is_needless else ReferenceProblem.EMPTY
    if len(text) > LONGEST_REFERENCE:
        return ReferenceProblem.TOO_LONG
    if not _REFERENCE.fullmatch(text) or any(is_hidden(c) for c in text):
        return ReferenceProblem.WRONG_CHARACTERS
    digits = re.sub(r"[ .-]", "", text)
    if re.search(rf"\d{{{_LONGEST_RUN_OF_DIGITS + 1}}}", digits):
        return ReferenceProblem.DOCUMENT_NUMBER
    return text


def claim(user: User, request: Request, *, at: datetime) -> Claimed | AlreadyClaimed | Refusal:
    """Store a claim, WAITING, and tell whoever speaks for that person already, and the person.

    A duplicate is answered with the first one; of two at once, one is stored.
    """
    if user.person_id is None:
        return NotVerified()
    ward_key = key_of(request.document)
    if ward_key == user.person_id:
        return OwnDocument()
    with transaction.atomic():
        take_turns(user.person_id)
        first = _first_of(user.person_id, ward_key, at=at)
        if first is not None:
            return AlreadyClaimed(id=first)
        refusal = _refusal(user.person_id, ward_key, at=at)
        if refusal is not None:
            return refusal
        stored = _stored(user, user.person_id, ward_key, request, at=at)
        notices.tell_subject_and_guardians(ward_key, Notice.Kind.KINSHIP_CLAIMED, at=at, besides=user.id)
    return Claimed(id=stored.id)


def withdraw(user: User, claim_id: UUID, *, at: datetime) -> KinshipClaim | NotWaiting | NotYours:
    """Take a waiting claim back, by the word of whoever made it."""
    with transaction.atomic():
        found = KinshipClaim.objects.select_for_update().filter(id=claim_id).first()
        if found is None or found.guardian_key != user.person_id:
            return NotYours()
        if found.state != KinshipClaim.State.WAITING:
            return NotWaiting()
        found.state = KinshipClaim.State.WITHDRAWN
        found.decided_at, found.decided_by = at, user
        found.save(update_fields=["state", "decided_at", "decided_by"])
        return found


def typed_name(claim: KinshipClaim) -> str:
    """Return the ward's name as the claimant typed it, unsealed; to be masked or compared."""
    return _unsealed(claim, "ward_name")


def typed_number(claim: KinshipClaim) -> str:
    """Return the ward's document number as the claimant typed it, unsealed; to be masked or compared."""
    return _unsealed(claim, "ward_number")


def reference(claim: KinshipClaim) -> str:
    """Return the reference of the evidence, unsealed; for the reviewer."""
    return _unsealed(claim, "evidence_reference")


def _first_of(guardian_key: UUID, ward_key: UUID, *, at: datetime) -> UUID | None:
    """Return the id of the kinship, or else of the waiting claim, that stands in for a new claim."""
    held = unsettled(at).between(guardian_key, ward_key).order_by("id").values_list("id", flat=True)
    waiting = KinshipClaim.objects.filter(
        guardian_key=guardian_key, ward_key=ward_key, state=KinshipClaim.State.WAITING
    ).values_list("id", flat=True)
    return held.first() or waiting.first()


def _refusal(guardian_key: UUID, ward_key: UUID, *, at: datetime) -> TooManyWards | TooManyClaims | None:
    mine = KinshipClaim.objects.filter(guardian_key=guardian_key)
    living = mine.filter(
        models.Q(state=KinshipClaim.State.WAITING) | models.Q(kinship__in=unsettled(at).values("id"))
    )
    wards = living.values("ward_key").distinct().count()
    before = mine.filter(ward_key=models.OuterRef("ward_key"), claimed_at__lt=models.OuterRef("claimed_at"))
    today = mine.filter(claimed_at__gte=start_of(civil_date(at))).annotate(is_again=models.Exists(before))
    are_again = list(today.values_list("is_again", flat=True))
    is_again = mine.filter(ward_key=ward_key).exists()
    if wards >= MOST_WARDS_CLAIMED:
        return TooManyWards()
    most = MOST_CLAIMS_AGAIN_A_DAY if is_again else MOST_NEW_CLAIMS_A_DAY
    return TooManyClaims(again_at=next_midnight(at)) if are_again.count(is_again) >= most else None


def _stored(
    user: User, guardian_key: UUID, ward_key: UUID, request: Request, *, at: datetime
) -> KinshipClaim:
    claim_id = uuid7()
    sealed = {
        column: sealing_ring().seal(text, context=claim_context(column, claim_id))
        for column, text in (
            ("ward_number", request.document.number),
            ("ward_name", request.name),
            ("evidence_reference", request.reference),
        )
    }
    return KinshipClaim.objects.create(
        id=claim_id,
        claimed_by=user,
        guardian_key=guardian_key,
        ward_key=ward_key,
        ward_document_type=request.document.type,
        kind=request.kind,
        evidence=request.evidence,
        claimed_at=at,
        **{f"{column}_sealed": blob for column, blob in sealed.items()},
    )


def _unsealed(claim: KinshipClaim, column: str) -> str:
    sealed = bytes(getattr(claim, f"{column}_sealed"))
    return sealing_ring().unseal(sealed, context=claim_context(column, claim.id))
