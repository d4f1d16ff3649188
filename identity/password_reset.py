"""Resetting a password: a code sent to the mobile number, and the document and face of the account's person.

A mobile number alone opens nothing: numbers are given to somebody else after a while. Every failure is
one refusal with the same work. Source: docs/domain.md, 4, "Accounts".
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import QuerySet

from identity import accounts, identity_check, lock_out, notices, one_time_codes, proof_attempts, registry
from identity.document import Document
from identity.face_match import UnreadablePicture
from identity.identity_check import Comparison
from identity.keyring import key_of, mobile_key, prefix_key
from identity.models import Notice, OneTimeCode, User
from identity.proof_attempts import Tried

_PURPOSE = OneTimeCode.Purpose.PASSWORD_RESET


@dataclass(frozen=True, kw_only=True, repr=False)
class PasswordReset:
    """What somebody resets a password with. The photo lives no longer than the comparison.

    ``mobile`` is E.164; the password has passed the validators.
    """

    mobile: str = field(repr=False)
    code: str = field(repr=False)
    password: str = field(repr=False)
    document: Document
    photo: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class PasswordChanged:
    """The new password is in force; every session of the account is closed, and its lock-out lifted."""


@dataclass(frozen=True, kw_only=True)
class ResetNotConfirmed:
    """Code, document or face are not those of the account, or there is none; all of them are this one."""


def ask_for_code(mobile: str, *, language: str, at: datetime) -> datetime:
    """Have a code sent to a mobile number (E.164); return when it expires.

    A number without a citizen's account is sent a sentence that says so, and no code.
    """
    has_account = _accounts(mobile).exists()
    return one_time_codes.order(mobile, purpose=_PURPOSE, is_decoy=not has_account, language=language, at=at)


def confirm(
    request: PasswordReset, *, at: datetime
) -> PasswordChanged | ResetNotConfirmed | UnreadablePicture:
    """Set a new password for the account of somebody who proves mobile number and identity.

    Raises OSError if the matcher cannot be reached; then no try is used up.
    """
    password_hash = make_password(request.password)
    tried = Tried(
        person_key=key_of(request.document),
        mobile_key=mobile_key(request.mobile),
        prefix_key=prefix_key(request.document),
    )
    person = registry.find(tried.person_key)
    compared = identity_check.compare_face(request.photo, registered=identity_check.registered_of(person))
    if isinstance(compared, UnreadablePicture):
        return compared
    is_proved = compared is Comparison.MATCHED and person is not None and person.died_on is None
    with transaction.atomic():
        one_time_codes.lock(tried.mobile_key)
        code = one_time_codes.spend_try(tried.mobile_key, request.code, purpose=_PURPOSE, at=at)
        account = _accounts(request.mobile).first()
        is_within_limits = proof_attempts.may_reset(tried, at=at)
        is_owner = account is not None and account.person_id == tried.person_key
        if code is None or account is None or not (is_proved and is_within_limits and is_owner):
            # Without the code it does not count: a stranger must not use up the owner's tries of the day.
            proof_attempts.note(tried, counts=code is not None, at=at)
            return ResetNotConfirmed()
        one_time_codes.use(code, at=at)
        _change(account, password_hash, at=at)
    return PasswordChanged()


def _accounts(mobile: str) -> QuerySet[User]:
    """Return the account whose owner can prove an identity; what opens the admin is not reset here."""
    mine = User.objects.filter(mobile_key=mobile_key(mobile), is_active=True)
    return mine.filter(is_staff=False, person__isnull=False)


def _change(account: User, password_hash: str, *, at: datetime) -> None:
    # Sessions of the browser carry a hash of the password, so they end with it.
    accounts.change_password(account, password_hash=password_hash)
    lock_out.forgive(account.mobile_key)
    notices.post(account, Notice.Kind.PASSWORD_CHANGED, subject_key=None, at=at)
