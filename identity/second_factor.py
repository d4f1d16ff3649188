"""The second step of the staff's sign-in: enrolling a phone, one-time codes, and codes on paper.

Time-based codes of RFC 6238: six digits, 30 seconds, one step early or late. A code is taken once. Wrong
ones are counted in PostgreSQL, under a lock on the row. Source: docs/security.md, "Accounts and signing in".
"""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote

from django.db import transaction
from django_otp.oath import TOTP

from identity.keyring import sealing_ring
from identity.models import RecoveryCode, SecondFactor, User, secret_context

ENROLMENT_FOR = timedelta(hours=72)
RECOVERY_CODES = 10
FREE_FAILURES = 5
"""Wrong codes one after the other; from then on each takes a wait."""
WAIT_AFTER_FAILURE = timedelta(minutes=15)
ISSUER = "Health Kit Proxy"

_STEP_S = 30
_SECRET_BYTES = 20
_CODE_BYTES = 10  # 80 bits: nobody finds such a code from its hash
_SPACES = re.compile(r"[\s-]+")


@dataclass(frozen=True, kw_only=True)
class WrongCode:
    """No code of this moment, a code that was used already, or none of those on paper."""


@dataclass(frozen=True, kw_only=True)
class TooManyTries:
    """Wrong too often; the next try counts from an instant on."""

    again_at: datetime


@dataclass(frozen=True, kw_only=True)
class Enrolled:
    """The phone is enrolled; these codes are shown once and belong on paper."""

    factor: SecondFactor
    recovery_codes: tuple[str, ...] = field(repr=False)


def renew(user: User, *, at: datetime) -> str:
    """Forget a colleague's phone and codes, and return the code with which to enrol another one.

    Such a code is good for 72 hours, and until a phone is enrolled.
    """
    code = _new_code()
    with transaction.atomic():
        SecondFactor.objects.filter(user=user).delete()
        SecondFactor.objects.create(
            user=user,
            secret_sealed=_new_secret(user),
            enrolment_hash=_hash(code),
            enrolment_ends_at=at + ENROLMENT_FOR,
            made_at=at,
        )
    return code


def begin(user: User, *, at: datetime) -> SecondFactor:
    """Return what is to be enrolled, for a colleague who needs no enrolment code (the demo's)."""
    values = {"secret_sealed": _new_secret(user), "made_at": at}
    factor: SecondFactor = SecondFactor.objects.get_or_create(user=user, defaults=values)[0]
    return factor


def may_enrol(user: User, code: str, *, at: datetime) -> SecondFactor | WrongCode | TooManyTries:
    """Return what is to be enrolled to whoever knows the enrolment code."""
    with transaction.atomic():
        factor = _held(user, confirmed=False)
        if factor is None:
            return WrongCode()
        if (wait := _wait(factor, at=at)) is not None:
            return wait
        ends_at = factor.enrolment_ends_at
        is_open = ends_at is not None and at < ends_at
        if not is_open or not hmac.compare_digest(bytes(factor.enrolment_hash), _hash(code)):
            return _failed(factor, at=at)
        return factor


def enrol(user: User, token: str, *, at: datetime) -> Enrolled | WrongCode | TooManyTries:
    """Take the first code of a phone: from now on it is asked for."""
    with transaction.atomic():
        factor = _held(user, confirmed=False)
        if factor is None:
            return WrongCode()
        if (wait := _wait(factor, at=at)) is not None:
            return wait
        if not _takes(factor, token, at=at):
            return _failed(factor, at=at)
        factor.confirmed, factor.enrolment_hash, factor.enrolment_ends_at = True, b"", None
        _passed(factor)
        codes = tuple(_new_code() for _ in range(RECOVERY_CODES))
        RecoveryCode.objects.bulk_create(RecoveryCode(factor=factor, code_hash=_hash(each)) for each in codes)
    return Enrolled(factor=factor, recovery_codes=codes)


def verify(user: User, typed: str, *, at: datetime) -> SecondFactor | WrongCode | TooManyTries:
    """Take a code of the enrolled phone, or one of those on paper; each once."""
    with transaction.atomic():
        factor = _held(user, confirmed=True)
        if factor is None:
            return WrongCode()
        if (wait := _wait(factor, at=at)) is not None:
            return wait
        if not _takes(factor, typed, at=at) and not _takes_from_paper(factor, typed, at=at):
            return _failed(factor, at=at)
        _passed(factor)
        return factor


def codes_left(factor: SecondFactor) -> int:
    """Return how many codes on paper are unused."""
    return RecoveryCode.objects.filter(factor=factor, used_at__isnull=True).count()


def secret_of(factor: SecondFactor) -> str:
    """Return the secret as a person types it into an app: Base32."""
    return base64.b32encode(_secret(factor)).decode()


def address_of(factor: SecondFactor) -> str:
    """Return the otpauth address that an app reads from a picture; it holds the secret."""
    label = quote(f"{ISSUER}:{factor.user.staff_name}")
    return f"otpauth://totp/{label}?secret={secret_of(factor)}&issuer={quote(ISSUER)}"


def token_at(factor: SecondFactor, at: datetime) -> str:
    """Return the code that the enrolled phone shows at an instant."""
    return f"{_totp(factor, at=at).token():06}"


def _held(user: User, *, confirmed: bool) -> SecondFactor | None:
    """Return a colleague's factor, its row held to the end of the transaction."""
    factors = SecondFactor.objects.select_for_update().filter(user=user, confirmed=confirmed)
    factor: SecondFactor | None = factors.first()
    return factor


def _takes(factor: SecondFactor, typed: str, *, at: datetime) -> bool:
    token = _SPACES.sub("", typed)
    # Only these digits: int() would take those of other scripts, and underscores.
    if not re.fullmatch(r"[0-9]{6}", token):
        return False
    totp = _totp(factor, at=at)
    if not totp.verify(int(token), tolerance=1, min_t=factor.last_step + 1):
        return False
    factor.last_step = totp.t()
    return True


def _takes_from_paper(factor: SecondFactor, typed: str, *, at: datetime) -> bool:
    unused = RecoveryCode.objects.filter(factor=factor, code_hash=_hash(typed), used_at__isnull=True)
    return bool(unused.update(used_at=at))


def _wait(factor: SecondFactor, *, at: datetime) -> TooManyTries | None:
    again_at = factor.next_try_at
    return TooManyTries(again_at=again_at) if again_at is not None and at < again_at else None


def _failed(factor: SecondFactor, *, at: datetime) -> WrongCode:
    factor.failures += 1
    if factor.failures >= FREE_FAILURES:
        factor.next_try_at = at + WAIT_AFTER_FAILURE
    factor.save(update_fields=["failures", "next_try_at"])
    return WrongCode()


def _passed(factor: SecondFactor) -> None:
    factor.failures, factor.next_try_at = 0, None
    factor.save()


def _totp(factor: SecondFactor, *, at: datetime) -> TOTP:
    totp = TOTP(_secret(factor), step=_STEP_S, digits=6)
    totp.time = at.timestamp()
    return totp


def _secret(factor: SecondFactor) -> bytes:
    sealed = sealing_ring().unseal(bytes(factor.secret_sealed), context=secret_context(factor.user_id))
    return base64.b32decode(sealed)


def _new_secret(user: User) -> bytes:
    secret = base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()
    return sealing_ring().seal(secret, context=secret_context(user.pk))


def _new_code() -> str:
    text = base64.b32encode(secrets.token_bytes(_CODE_BYTES)).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _hash(code: str) -> bytes:
    return hashlib.sha256(_SPACES.sub("", code).lower().encode("utf-8", "replace")).digest()
