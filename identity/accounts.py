"""Accounts by mobile number: reading a number, making an account, opening and closing API sessions."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import phonenumbers
from django.conf import settings

from identity.keyring import mobile_key, sealing_ring
from identity.models import ApiSession, User, mobile_context

_LONGEST_INPUT = 30


class MobileProblem(StrEnum):
    """Why a text is not a mobile number."""

    MALFORMED = "MALFORMED"


@dataclass(frozen=True, kw_only=True)
class OpenedSession:
    """A new API session; the only moment at which its token is known."""

    token: str = field(repr=False)
    expires_at: datetime


def parse_mobile(raw: str) -> str | MobileProblem:
    """Return a mobile number in E.164 form; numbers without a country code are Chinese."""
    if len(raw) > _LONGEST_INPUT or not raw.isprintable():
        return MobileProblem.MALFORMED
    try:
        number = phonenumbers.parse(raw, "CN")
    except phonenumbers.NumberParseException:
        return MobileProblem.MALFORMED
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return MobileProblem.MALFORMED
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def open_account(mobile: str, *, password_hash: str, person_key: UUID, at: datetime) -> User:
    """Make the account of a person who has proved mobile number (E.164) and identity."""
    user = User(mobile_key=mobile_key(mobile), password=password_hash, person_id=person_key, joined_at=at)
    user.mobile_sealed = sealing_ring().seal(mobile, context=mobile_context(user.id))
    user.save(force_insert=True)
    return user


def change_password(user: User, *, password_hash: str) -> None:
    """Set a password that is hashed already, and close every session that was opened with the old one."""
    User.objects.filter(id=user.id).update(password=password_hash)
    ApiSession.objects.filter(user=user).delete()


def open_session(user: User, *, at: datetime) -> OpenedSession:
    """Open an API session that lives for API_SESSION_HOURS, and drop the account's expired ones."""
    token = secrets.token_urlsafe(32)
    expires_at = at + timedelta(hours=settings.API_SESSION_HOURS)
    ApiSession.objects.filter(user=user, expires_at__lte=at).delete()
    ApiSession.objects.create(user=user, token_hash=_hash(token), created_at=at, expires_at=expires_at)
    return OpenedSession(token=token, expires_at=expires_at)


def session_of(token: str, *, at: datetime) -> ApiSession | None:
    """Return the living session of a token, with its account, or None."""
    sessions = ApiSession.objects.select_related("user")
    return sessions.filter(token_hash=_hash(token), expires_at__gt=at, user__is_active=True).first()


def close_session(session: ApiSession) -> None:
    """Close a session: its token is dead from now on; the account's other sessions stay."""
    session.delete()


def _hash(token: str) -> bytes:
    # The token has 256 random bits, so a fast hash is as good as a slow one.
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
