"""Signing up: a mobile number confirmed by a code, and an identity proved by name, document and face.

Whatever is wrong, the same work is done: one password hash, one comparison of the matcher, the same
statements in each class of refusal. Source: docs/domain.md, 4, "Accounts".
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from identity import accounts, identity_check, one_time_codes, proof_attempts, registry
from identity.document import Document
from identity.face_match import UnreadablePicture
from identity.identity_check import Comparison
from identity.keyring import key_of, mobile_key, prefix_key
from identity.models import OneTimeCode, User
from identity.proof_attempts import Tried

_PURPOSE = OneTimeCode.Purpose.SIGN_UP


@dataclass(frozen=True, kw_only=True, repr=False)
class SignUp:
    """What somebody signs up with. The photo lives no longer than the comparison.

    ``mobile`` is E.164, ``name`` in the form of identity.names; the password has passed the validators.
    """

    mobile: str = field(repr=False)
    code: str = field(repr=False)
    password: str = field(repr=False)
    name: str = field(repr=False)
    document: Document
    photo: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class NotConfirmed:
    """The mobile number was not confirmed: code wrong, used, expired, none; or the number is taken."""


@dataclass(frozen=True, kw_only=True)
class IdentityNotConfirmed:
    """The identity was not proved, or cannot be today, or has an account; all of them are this one."""


def ask_for_code(mobile: str, *, language: str, at: datetime) -> datetime:
    """Have a code sent to a mobile number (E.164); return when it expires.

    A number that has an account is sent a sentence that says so, and no code.
    """
    is_taken = User.objects.filter(mobile_key=mobile_key(mobile)).exists()
    return one_time_codes.order(mobile, purpose=_PURPOSE, is_decoy=is_taken, language=language, at=at)


def confirm(
    request: SignUp, *, at: datetime
) -> User | NotConfirmed | IdentityNotConfirmed | UnreadablePicture:
    """Make the account of somebody who proves mobile number and identity, and register the person.

    Raises OSError if the matcher cannot be reached; then no try is used up.
    """
    # Hashed here and once, before anything is known: a new account would show by the time it takes.
    password_hash = make_password(request.password)
    tried = _tried(request)
    person = registry.find(tried.person_key)
    compared = identity_check.compare(
        request.name, request.photo, registered=identity_check.registered_of(person)
    )
    if isinstance(compared, UnreadablePicture):
        return compared
    is_proved = compared is Comparison.MATCHED and person is not None and person.died_on is None
    with transaction.atomic():
        one_time_codes.lock(tried.mobile_key)
        code = one_time_codes.spend_try(tried.mobile_key, request.code, purpose=_PURPOSE, at=at)
        is_taken = User.objects.filter(mobile_key=tried.mobile_key).exists()
        if code is None or is_taken:
            return NotConfirmed()
        return _open(request, code, password_hash, tried=tried, is_proved=is_proved, at=at)


def _tried(request: SignUp) -> Tried:
    return Tried(
        person_key=key_of(request.document),
        mobile_key=mobile_key(request.mobile),
        prefix_key=prefix_key(request.document),
    )


def _open(
    request: SignUp, code: OneTimeCode, password_hash: str, *, tried: Tried, is_proved: bool, at: datetime
) -> User | IdentityNotConfirmed:
    is_within_limits = proof_attempts.may_sign_up(tried, at=at)
    has_account = User.objects.filter(person_id=tried.person_key).exists()
    if not (is_proved and is_within_limits) or has_account:
        proof_attempts.note(tried, counts=True, at=at)
        return IdentityNotConfirmed()
    one_time_codes.use(code, at=at)
    registry.register(tried.person_key, at=at)
    return accounts.open_account(
        request.mobile, password_hash=password_hash, person_key=tried.person_key, at=at
    )
