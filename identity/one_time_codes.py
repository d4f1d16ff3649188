"""One-time codes: they prove who holds a mobile number. Six digits, once, ten minutes, five tries.

Everything is counted in PostgreSQL under a lock on the mobile number. A code is asked for, stored and
tried in the same way whether or not the number has an account. Source: docs/domain.md, 4, "Accounts".
"""

import hmac
import secrets
import unicodedata
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from civil_time import civil_date, start_of
from identity.keyring import mobile_key, sealing_ring
from identity.models import OneTimeCode, code_context, code_mobile_context

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

DIGITS = 6
GOOD_FOR = timedelta(minutes=10)
MOST_TRIES = 5
MOST_A_DAY = 5
"""Codes per mobile number and Shanghai day, whatever they are for."""
PAUSE = timedelta(seconds=60)
"""Between two codes for the same purpose."""

_NOBODY = UUID(int=0)


def order(
    mobile: str, *, purpose: OneTimeCode.Purpose, is_decoy: bool, language: str, at: datetime
) -> datetime:
    """Store a code for a mobile number (E.164), to be sent by the scheduled task; return when it expires.

    A decoy is sent a sentence without a code. Over the limit nothing is stored and nothing is sent; the
    answer is the same.
    """
    key = mobile_key(mobile)
    with transaction.atomic():
        lock(key)
        if _may_have_another(key, purpose, at=at):
            _store(key, mobile, purpose=purpose, is_decoy=is_decoy, language=language, at=at)
    return at + GOOD_FOR


def parse_code(raw: str) -> str | None:
    """Return the six digits that somebody typed, spaces and full-width digits understood; else None."""
    code = "".join(unicodedata.normalize("NFKC", raw[:40]).split())
    return code if len(code) == DIGITS and code.isascii() and code.isdigit() else None


def lock(key: UUID) -> None:
    """Let everything about one mobile number come one after the other, until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"mobile:{key}"])


def spend_try(key: UUID, code: str, *, purpose: OneTimeCode.Purpose, at: datetime) -> OneTimeCode | None:
    """Use up one try of the newest code of a mobile number; return it if the code is right and good.

    Must run in a transaction, after ``lock``. The same work and the same statements whether there is a
    code, whether it is right, and whether it is a decoy.
    """
    newest = (
        OneTimeCode.objects.filter(mobile_key=key, purpose=purpose).order_by("-created_at", "-id").first()
    )
    is_right = hmac.compare_digest(_code_of(newest).encode(), code.encode())
    newest_id = _NOBODY if newest is None else newest.id
    left = OneTimeCode.objects.filter(id=newest_id, tries_left__gt=0, used_at__isnull=True, expires_at__gt=at)
    has_try = left.update(tries_left=F("tries_left") - 1) == 1
    if newest is None or not (is_right and has_try) or newest.is_decoy:
        return None
    return newest


def use(code: OneTimeCode, *, at: datetime) -> None:
    """Use a code up: it is never good again."""
    OneTimeCode.objects.filter(id=code.id).update(used_at=at)


def forget(*, before: datetime) -> int:
    """Delete the codes that expired before an instant; return how many."""
    return OneTimeCode.objects.filter(expires_at__lt=before).delete()[0]


def mobile_of(code: OneTimeCode) -> str:
    """Return the mobile number of a code, for the notifier alone."""
    return sealing_ring().unseal(bytes(code.mobile_sealed), context=code_mobile_context(code.id))


def text_of(code: OneTimeCode) -> str:
    """Return the message that brings a code, or says why there is none, in the active language."""
    for_a_number, for_a_decoy = _TEXTS[OneTimeCode.Purpose(code.purpose)]
    # A decoy's text has no place for a code.
    return str(for_a_decoy) if code.is_decoy else str(for_a_number) % {"code": _code_of(code)}


def _may_have_another(key: UUID, purpose: OneTimeCode.Purpose, *, at: datetime) -> bool:
    midnight = start_of(civil_date(at))
    made = list(
        OneTimeCode.objects.filter(mobile_key=key, created_at__gte=min(midnight, at - PAUSE)).values_list(
            "purpose", "created_at"
        )
    )
    today = [created_at for _purpose, created_at in made if created_at >= midnight]
    is_too_soon = any(made_for == purpose and created_at > at - PAUSE for made_for, created_at in made)
    return len(today) < MOST_A_DAY and not is_too_soon


def _store(
    key: UUID,
    mobile: str,
    *,
    purpose: OneTimeCode.Purpose,
    is_decoy: bool,
    language: str,
    at: datetime,
) -> None:
    code_id = uuid7()
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    OneTimeCode.objects.create(
        id=code_id,
        purpose=purpose,
        mobile_key=key,
        mobile_sealed=sealing_ring().seal(mobile, context=code_mobile_context(code_id)),
        # A decoy has one as well, which nobody is ever told.
        code_sealed=sealing_ring().seal(code, context=code_context(code_id)),
        is_decoy=is_decoy,
        language=language,
        created_at=at,
        expires_at=at + GOOD_FOR,
        tries_left=MOST_TRIES,
        next_try_at=at,
    )


def _code_of(code: OneTimeCode | None) -> str:
    if code is None:
        return sealing_ring().unseal(_sealed_for_nobody(), context=code_context(_NOBODY))
    return sealing_ring().unseal(bytes(code.code_sealed), context=code_context(code.id))


@lru_cache(maxsize=1)
def _sealed_for_nobody() -> bytes:
    return sealing_ring().seal("·" * DIGITS, context=code_context(_NOBODY))


# For each purpose: what brings the code, and what a number reads that gets none.
_TEXTS: "dict[OneTimeCode.Purpose, tuple[_StrPromise, _StrPromise]]" = {
    OneTimeCode.Purpose.SIGN_UP: (
        _(
            "Health Kit Proxy: your code to sign up is %(code)s. It is good for 10 minutes. Please tell it "
            "to nobody. If you did not ask for it, please do nothing."
        ),
        _(
            "Health Kit Proxy: somebody asked to sign up with this number, which has an account already. If "
            "that was you, please sign in, or reset your password from the sign-in page. If not, please do "
            "nothing."
        ),
    ),
    OneTimeCode.Purpose.PASSWORD_RESET: (
        _(
            "Health Kit Proxy: your code to reset the password is %(code)s. It is good for 10 minutes. "
            "Please tell it to nobody. If you did not ask for it, please do nothing: your password stays."
        ),
        _(
            "Health Kit Proxy: somebody asked to reset the password of this number, which has no citizen's "
            "account. If that was you, please sign up first; staff ask their administrator. If not, please "
            "do nothing."
        ),
    ),
}
