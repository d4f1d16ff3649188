"""Slowing down whoever guesses passwords, without shutting out the owner. On the tables of django-axes.

Counted per mobile number and address, in one statement, before the password is looked at: so many tries
at once never pass the limit. A number without an account is counted like any other, and a mobile
number stands here as its key alone. Source: docs/security.md, "Accounts and signing in".
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any
from uuid import UUID

from axes.models import AccessAttempt
from django.db import connection, models
from django.http import HttpRequest

from identity.accounts import MobileProblem, parse_mobile
from identity.keyring import mobile_key

MOST_FAILURES = 10
"""Per mobile number and address; then that pair waits for COOL_OFF."""
COOL_OFF = timedelta(minutes=15)
UNDER_ATTACK_FROM = 50
"""Failures of one mobile number within WATCHED_FOR, from all addresses together."""
WATCHED_FOR = timedelta(hours=1)
MOST_FAILURES_UNDER_ATTACK = 3
"""Instead of MOST_FAILURES. Never 0: an address that has not failed may always try, and the owner's may."""

_NOBODY = UUID(int=0)
_IPV6_HOUSEHOLD = 64  # bits: whoever has one address of such a network has all of them

_TAKE_PLACE = """
    INSERT INTO axes_accessattempt AS tried
        (username, ip_address, user_agent, http_accept, path_info, get_data, post_data,
         attempt_time, failures_since_start)
    VALUES (%(username)s, %(address)s, '', '', '', '', '', %(at)s, 1)
    ON CONFLICT (username, ip_address, user_agent) DO UPDATE SET
        attempt_time = excluded.attempt_time,
        failures_since_start =
            CASE WHEN tried.attempt_time <= %(cooled)s THEN 1 ELSE tried.failures_since_start + 1 END
    WHERE tried.attempt_time <= %(cooled)s OR tried.failures_since_start < %(most)s
    RETURNING id
"""


def username_of(request: HttpRequest | None, credentials: Mapping[str, Any] | None) -> str:
    """Return under what a try to sign in is counted: the mobile number's key, never the number."""
    typed = (credentials or {}).get("username")
    if isinstance(typed, UUID):
        return typed.hex
    parsed = parse_mobile(typed) if isinstance(typed, str) else MobileProblem.MALFORMED
    return (_NOBODY if isinstance(parsed, MobileProblem) else mobile_key(parsed)).hex


def take_place(username: str, address: str, *, at: datetime) -> bool:
    """Count a try as failed before it is made; False if there is none left, and then nothing is counted.

    Whoever gets in gives all places back, with ``forgive``.
    """
    most = MOST_FAILURES_UNDER_ATTACK if _is_under_attack(username, at=at) else MOST_FAILURES
    values: dict[str, str | int | datetime] = {
        "username": username,
        "address": _network(address),
        "at": at,
        "cooled": at - COOL_OFF,
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_PLACE, values)
        return cursor.fetchone() is not None


def again_at(username: str, address: str, *, at: datetime) -> datetime:
    """Return when a locked-out pair may try again; ``at`` if it may now."""
    tried = AccessAttempt.objects.filter(username=username, ip_address=_network(address)).first()
    return at if tried is None else max(at, tried.attempt_time + COOL_OFF)


def forgive(key: UUID, *, address: str | None = None) -> None:
    """Forget the failures of a mobile number: at one address after signing in, everywhere after a reset."""
    tried = AccessAttempt.objects.filter(username=key.hex)
    if address is not None:
        tried = tried.filter(ip_address=_network(address))
    tried.delete()


def forget(*, before: datetime) -> int:
    """Delete what has not been tried since an instant; return how many."""
    deleted: int = AccessAttempt.objects.filter(attempt_time__lt=before).delete()[0]
    return deleted


def _is_under_attack(username: str, *, at: datetime) -> bool:
    lately = AccessAttempt.objects.filter(username=username, attempt_time__gt=at - WATCHED_FOR)
    failures = lately.aggregate(total=models.Sum("failures_since_start"))["total"] or 0
    return int(failures) >= UNDER_ATTACK_FROM


def _network(address: str) -> str:
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network((int(parsed), _IPV6_HOUSEHOLD), strict=False).network_address)
    return address
