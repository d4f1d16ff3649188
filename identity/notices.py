"""What accounts are told: writing notices down, and wording them when they are read.

A row holds neither text nor name. Whoever reads it gets a sentence in the language of the moment,
with a masked name at most. Source: docs/domain.md, 4.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection, models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from identity.masking import mask_name
from identity.models import Kinship, Notice, Person, User

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_WRITE = """
    INSERT INTO identity_notice
        (id, recipient_id, kind, subject_key, happened_at, next_try_at, tries)
    SELECT told.id, told.recipient_id, %s, %s, %s, %s, 0
    FROM unnest(%s::uuid[], %s::uuid[]) AS told (id, recipient_id)
"""


@dataclass(frozen=True, kw_only=True)
class NoticeShown:
    """One notice as its recipient reads it; the name is masked, None where it is about the account."""

    id: UUID
    kind: Notice.Kind
    happened_at: datetime
    subject_name: str | None = field(repr=False)
    is_about_me: bool
    text: str = field(repr=False)


def post(
    recipient: User, kind: Notice.Kind, *, subject_key: UUID | None, at: datetime, reference: str = ""
) -> Notice:
    """Tell one account something; the scheduled task sends it later. ``reference`` is a case's number."""
    return Notice.objects.create(
        recipient=recipient,
        kind=kind,
        subject_key=subject_key,
        reference=reference,
        happened_at=at,
        next_try_at=at,
    )


def tell_subject_and_guardians(
    subject_key: UUID, kind: Notice.Kind, *, at: datetime, besides: UUID | None = None
) -> None:
    """Tell the accounts of a person and of every guardian in force, but not the user ``besides``.

    Always two statements, whether or not anybody is told: what is done says nothing about the number.
    """
    guardians = Kinship.objects.in_force(at).filter(ward_id=subject_key).values("guardian_id")
    accounts = User.objects.filter(
        models.Q(person_id=subject_key) | models.Q(person_id__in=guardians), is_active=True
    )
    told = [user_id for user_id in accounts.values_list("id", flat=True) if user_id != besides]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [kind.value, subject_key, at, at, [uuid7() for _ in told], told])


def page_of(recipient: User, *, before: UUID | None, limit: int) -> tuple[NoticeShown, ...]:
    """Return up to ``limit`` notices of an account, newest first, older than the one with id ``before``."""
    mine = Notice.objects.filter(recipient=recipient)
    if before is not None:
        mine = mine.filter(id__lt=before)
    notices = list(mine.select_related("recipient").order_by("-id")[:limit])
    names = _masked_names(notice.subject_key for notice in notices)
    return tuple(_shown(notice, names) for notice in notices)


def text_of(notice: Notice) -> str:
    """Return what a notice says, in the active language."""
    return _shown(notice, _masked_names([notice.subject_key])).text


def _masked_names(keys: Iterable[UUID | None]) -> dict[UUID, str]:
    people = Person.objects.in_bulk({key for key in keys if key is not None})
    return {key: person.masked_name for key, person in people.items()}


def _shown(notice: Notice, names: dict[UUID, str]) -> NoticeShown:
    kind, key = Notice.Kind(notice.kind), notice.subject_key
    is_about_me = key is not None and key == notice.recipient.person_id
    name = names.get(key, mask_name("")) if key is not None else None
    to_the_subject, to_others = _TEXTS[kind]
    text = str(to_the_subject if is_about_me else to_others)
    return NoticeShown(
        id=notice.id,
        kind=kind,
        happened_at=notice.happened_at,
        subject_name=name,
        is_about_me=is_about_me,
        text=text % {"name": name or mask_name(""), "number": notice.reference},
    )


_CLAIM_NOT_VERIFIED = _(
    "Your request to speak for somebody was not accepted. Please open “My people”: it says there what you "
    "can do."
)
_PASSWORD_CHANGED = _(
    "The password of your account was changed. If that was not you, please reset it now from the sign-in "
    "page."
)
# Of a case they tell the number alone: who it is about stands on its page, for whoever may read that.
_CASE_ANSWERED = _(
    "There is an answer to your case %(number)s. Please sign in and open “My cases”. You can write back "
    "there."
)
_CASE_CLOSED = _(
    "Your case %(number)s is closed. Please sign in and open “My cases”: it says there why. You can reopen "
    "it."
)
_ANSWER_CHANGED = _(
    "There is something new about an answer that you are watching. Please sign in and ask again."
)
# Comes after a set time, whether or not anything is new, and so tells nothing.
_ASK_AGAIN = _(
    "You asked about somebody, and the answer was open. We do not know whether it is another by now. Please "
    "sign in and ask again."
)

# For each kind: what the subject reads, and what others do (guardians, or the account it is about).
_TEXTS: "dict[Notice.Kind, tuple[_StrPromise, _StrPromise]]" = {
    Notice.Kind.THIRD_PARTY_ANSWERED: (
        _(
            "Somebody looked up your health code by name, document number and face. If you know nothing of "
            "it, please open “Who looked” and close the lock there."
        ),
        _(
            "Somebody looked up the health code of %(name)s by name, document number and face. If you know "
            "nothing of it, please open “Who looked” and close the lock there."
        ),
    ),
    Notice.Kind.RECORDS_ANSWERED: (
        _(
            "Your tests and doses were shown to somebody who proved your name, document number and face. If "
            "you know nothing of it, please open “Who looked” and close the lock there."
        ),
        _(
            "The tests and doses of %(name)s were shown to somebody who proved name, document number and "
            "face. If you know nothing of it, please open “Who looked” and close the lock there."
        ),
    ),
    Notice.Kind.LOCK_CLOSED: (
        _(
            "Your lock is closed. Only you, your verified guardians and checkpoints are answered about you. "
            "You can open it again under “Lock”."
        ),
        _(
            "The lock of %(name)s is closed. Only verified guardians and checkpoints are answered. You can "
            "open it again under “Lock”."
        ),
    ),
    Notice.Kind.LOCK_OPENED: (
        _(
            "Your lock is open. Others can look you up again, within narrow limits. You can close it under "
            "“Lock”."
        ),
        _(
            "The lock of %(name)s is open. Others can look this person up again, within narrow limits. You "
            "can close it under “Lock”."
        ),
    ),
    Notice.Kind.KINSHIP_CLAIMED: (
        _(
            "Somebody asks to speak for you. They learn nothing about you until it is checked. Please open "
            "“My people”: an adult may agree or say no there."
        ),
        _(
            "Somebody else asks to speak for %(name)s. They learn nothing until the evidence is checked. We "
            "tell you what comes of it; there is nothing to do now."
        ),
    ),
    Notice.Kind.KINSHIP_VERIFIED: (
        _(
            "Somebody may now speak for you and see your health code. Please open “My people” to see who it "
            "is. If it is wrong, an adult can end it there."
        ),
        _(
            "Somebody was verified as a guardian of %(name)s and sees the whole health code from now on. "
            "Please open “My people”. If another guardian is there by mistake, please say so there."
        ),
    ),
    Notice.Kind.KINSHIP_REFUSED: (_CLAIM_NOT_VERIFIED, _CLAIM_NOT_VERIFIED),
    Notice.Kind.KINSHIP_ENDED: (
        _(
            "Somebody who spoke for you no longer does. Please open “My people” to see who still speaks for "
            "you."
        ),
        _(
            "A guardian of %(name)s no longer speaks for this person. Please open “My people” to see how it "
            "stands."
        ),
    ),
    Notice.Kind.KINSHIP_DISPUTED: (
        _(
            "One of your guardians says that another may not speak for you. The other is told nothing more "
            "until our staff has decided. Please open “My people” to see how it stands."
        ),
        _(
            "A guardian of %(name)s is disputed by another and is told nothing more until our staff has "
            "decided. Please open “My people” to see how it stands."
        ),
    ),
    Notice.Kind.PASSWORD_CHANGED: (_PASSWORD_CHANGED, _PASSWORD_CHANGED),
    Notice.Kind.CASE_ANSWERED: (_CASE_ANSWERED, _CASE_ANSWERED),
    Notice.Kind.CASE_CLOSED: (_CASE_CLOSED, _CASE_CLOSED),
    Notice.Kind.ANSWER_CHANGED: (_ANSWER_CHANGED, _ANSWER_CHANGED),
    Notice.Kind.ASK_AGAIN: (_ASK_AGAIN, _ASK_AGAIN),
}
