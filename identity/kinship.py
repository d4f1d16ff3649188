"""Who may speak for whom, judged at the moment of asking, and how somebody's word ends it.

From the registry it works at once; by claim it comes from `identity.claim_review`. It ends by age, by
date, by death, or by a word that is written down here. Source: docs/domain.md, 2 and 4.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never
from uuid import UUID

from django.db import connection, models, transaction

from civil_time import civil_date, completed_years
from identity import notices
from identity.models import GUARDIANSHIP_ENDS_AT, Kinship, KinshipQuerySet, Notice, Person, User

MOST_GUARDIANS = 4
"""People who may speak for one person at once, disputed ones among them. Source: docs/domain.md, 4."""


@dataclass(frozen=True, kw_only=True)
class Ended:
    """The kinship holds no longer; ``end`` says by whose word. DISPUTED waits for the staff."""

    end: Kinship.End


@dataclass(frozen=True, kw_only=True)
class OverAlready:
    """It held no longer before this word; nothing was changed."""


@dataclass(frozen=True, kw_only=True)
class UnderAge:
    """Wards under 18 do not end who speaks for them."""


@dataclass(frozen=True, kw_only=True)
class NotYours:
    """No such kinship or claim, or none in which the account has a say: these look alike."""


@dataclass(frozen=True, kw_only=True)
class NotDisputed:
    """The kinship is not up for a decision, or it was decided a moment ago; nothing was changed."""


@dataclass(frozen=True, kw_only=True)
class ReviewerInvolved:
    """Whoever decides may be neither guardian nor ward, nor the one who raised it."""


def is_verified(*, guardian_key: UUID, ward_key: UUID, at: datetime) -> bool:
    """Tell whether the one is a verified guardian of the other at an instant."""
    return Kinship.objects.in_force(at).between(guardian_key, ward_key).exists()


def is_grown_up(person: Person, *, at: datetime) -> bool:
    """Tell whether a person has completed 18 years on the Shanghai date of an instant."""
    return completed_years(person.born_on, civil_date(at)) >= GUARDIANSHIP_ENDS_AT


def unsettled(at: datetime) -> KinshipQuerySet:
    """Return the kinships that hold, and those that are suspended by a dispute: both take a place."""
    in_force = Kinship.objects.in_force(at).values("id")
    return Kinship.objects.filter(models.Q(id__in=in_force) | models.Q(end=Kinship.End.DISPUTED))


def has_room_for(guardian_key: UUID, ward_key: UUID, *, at: datetime) -> bool:
    """Tell whether somebody may have one guardian more; inside ``taking_turns`` about the ward."""
    others = unsettled(at).filter(ward_id=ward_key).exclude(guardian_id=guardian_key)
    return others.values("guardian_id").distinct().count() < MOST_GUARDIANS


def end(user: User, kinship_id: UUID, *, at: datetime) -> Ended | OverAlready | UnderAge | NotYours:
    """End a kinship by the word of its guardian or its ward; another guardian's word suspends it.

    The same pair may be linked twice, by the registry and by a claim: the word ends both. A dispute waits
    for the staff; the word of guardian or ward goes over it.
    """
    with transaction.atomic():
        kinship = Kinship.objects.filter(id=kinship_id, in_force_from__lte=at).first()
        if kinship is None or user.person_id is None:
            return NotYours()
        take_turns(kinship.ward_id)
        word = _word_of(user.person_id, kinship, at=at)
        if not isinstance(word, Kinship.End):
            return word
        pair = unsettled(at).between(kinship.guardian_id, kinship.ward_id)
        if word is Kinship.End.DISPUTED:
            pair = pair.exclude(end=Kinship.End.DISPUTED)
        if not pair.exists():
            return OverAlready()
        pair.update(ended_at=at, end=word, ended_by=user)
        mark_changed(kinship.ward_id)
        _tell_of_the_end(kinship, _notice_of(word), at=at, besides=user.id)
        return Ended(end=word)


def reinstate(kinship: Kinship, *, reviewer: User, at: datetime) -> Kinship | NotDisputed | ReviewerInvolved:
    """Let a disputed kinship hold again, by a colleague's decision; the admin's log keeps who."""
    with transaction.atomic():
        take_turns(kinship.ward_id)
        disputed = _pair_of(kinship).filter(end=Kinship.End.DISPUTED)
        refusal = _refusal_to_decide(kinship, disputed, reviewer)
        if refusal is not None:
            return refusal
        disputed.update(ended_at=None, end="", ended_by=None)
        mark_changed(kinship.ward_id)
        notices.tell_subject_and_guardians(
            kinship.ward_id, Notice.Kind.KINSHIP_VERIFIED, at=at, besides=reviewer.id
        )
        kinship.refresh_from_db()
        return kinship


def end_by_review(
    kinship: Kinship, *, reviewer: User, at: datetime
) -> Ended | NotDisputed | ReviewerInvolved:
    """End a disputed kinship for good, or one that a colleague verified by mistake.

    What the registry says and nobody disputes is the registry's to end.
    """
    with transaction.atomic():
        take_turns(kinship.ward_id)
        open_to_review = may_end_by_review(at).between(kinship.guardian_id, kinship.ward_id)
        refusal = _refusal_to_decide(kinship, open_to_review, reviewer)
        if refusal is not None:
            return refusal
        ids = list(open_to_review.values_list("id", flat=True))
        Kinship.objects.filter(id__in=ids).update(ended_at=at, end=Kinship.End.BY_REVIEW, ended_by=reviewer)
        mark_changed(kinship.ward_id)
        _tell_of_the_end(kinship, Notice.Kind.KINSHIP_ENDED, at=at, besides=reviewer.id)
        return Ended(end=Kinship.End.BY_REVIEW)


def may_end_by_review(at: datetime) -> KinshipQuerySet:
    """Return the kinships that a colleague may end: disputed ones, and those that come from a claim."""
    return unsettled(at).filter(models.Q(end=Kinship.End.DISPUTED) | models.Q(verified_by__isnull=False))


def take_turns(key: UUID) -> None:
    """Let whoever changes something about one person, or for one asker, come one after the other.

    Held to the end of the transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"kinship:{key}"])


def mark_changed(ward_key: UUID) -> None:
    """Count a ward as changed, as the registry's merge does: what kin is told has changed with it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE identity_person SET changed_seq = nextval('identity_changed_seq') WHERE person_key = %s",
            [ward_key],
        )


def is_involved(reviewer: User, *keys: UUID) -> bool:
    """Tell whether a colleague is one of the people whom a decision is about."""
    return reviewer.person_id is not None and reviewer.person_id in keys


def _word_of(
    person_key: UUID, kinship: Kinship, *, at: datetime
) -> Kinship.End | OverAlready | UnderAge | NotYours:
    """Return what the word of a person means for a kinship."""
    if person_key == kinship.guardian_id:
        return Kinship.End.BY_GUARDIAN
    if person_key == kinship.ward_id:
        ward = Person.objects.filter(person_key=person_key).first()
        return Kinship.End.BY_WARD if ward is not None and is_grown_up(ward, at=at) else UnderAge()
    if not is_verified(guardian_key=person_key, ward_key=kinship.ward_id, at=at):
        return NotYours()
    # What was over before is nothing that another guardian is shown.
    is_shown = unsettled(at).filter(id=kinship.id).exists()
    return Kinship.End.DISPUTED if is_shown else NotYours()


def _notice_of(word: Kinship.End) -> Notice.Kind:
    match word:
        case Kinship.End.DISPUTED:
            return Notice.Kind.KINSHIP_DISPUTED
        case Kinship.End.BY_GUARDIAN | Kinship.End.BY_WARD | Kinship.End.BY_REVIEW:
            return Notice.Kind.KINSHIP_ENDED
        case _:
            assert_never(word)


def _refusal_to_decide(
    kinship: Kinship, open_to_review: KinshipQuerySet, reviewer: User
) -> NotDisputed | ReviewerInvolved | None:
    """Tell why a colleague may not decide; None if they may. Inside the turn for the ward."""
    rows = list(open_to_review.values_list("ended_by_id", "ended_by__person_id"))
    if not rows:
        return NotDisputed()
    raised_by = {key for row in rows for key in row if key is not None}
    people = {kinship.guardian_id, kinship.ward_id, *raised_by}
    return ReviewerInvolved() if reviewer.id in raised_by or is_involved(reviewer, *people) else None


def _pair_of(kinship: Kinship) -> KinshipQuerySet:
    return Kinship.objects.between(kinship.guardian_id, kinship.ward_id)


def _tell_of_the_end(kinship: Kinship, kind: Notice.Kind, *, at: datetime, besides: UUID) -> None:
    notices.tell_subject_and_guardians(kinship.ward_id, kind, at=at, besides=besides)
    # In force no longer, so not among the guardians who were just told.
    accounts = User.objects.filter(person_id=kinship.guardian_id, is_active=True).exclude(id=besides)
    for account in accounts:
        notices.post(account, kind, subject_key=kinship.ward_id, at=at)
