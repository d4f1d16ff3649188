"""Accounts by mobile number: reading a number, making an account, opening and closing API sessions."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import phonenumbers
from django.conf import settings

from identity.models import ApiSession, User

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
