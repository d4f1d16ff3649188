"""Failed proofs of identity, counted: nobody can try faces, names or numbers on anybody for long.

Counted in PostgreSQL under locks, per Shanghai day: whoever is over a limit is refused like everybody
who fails, and is whole again the next day. Source: docs/domain.md, 4, "Accounts".
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from uuid_utils.compat import uuid7

from civil_time import civil_date, start_of
from identity.models import IdentityAttempt

MOST_PER_PERSON = 5
MOST_PER_MOBILE = 10
MOST_PEOPLE_PER_PREFIX = 20
"""Distinct people whose proof failed, among those whose numbers differ in the last four characters."""

_NOTE = """
    INSERT INTO identity_identityattempt (id, person_key, mobile_key, prefix_key, failed_at)
    SELECT %s, %s, %s, %s, %s WHERE %s
"""


@dataclass(frozen=True, kw_only=True)
class Tried:
    """Who tried whose proof: keys alone."""

    person_key: UUID
    mobile_key: UUID
    prefix_key: UUID


def may_sign_up(tried: Tried, *, at: datetime) -> bool:
    """Tell whether person, mobile and prefix are all within their limits today.

    Locks person and prefix until the transaction ends, after the caller has locked the mobile number:
    one order for everybody, so nobody waits in a circle.
    """
    _lock(f"person:{tried.person_key}")
    _lock(f"prefix:{tried.prefix_key}")
    today = IdentityAttempt.objects.filter(failed_at__gte=start_of(civil_date(at)))
    of_person = today.filter(person_key=tried.person_key).count()
    of_mobile = today.filter(mobile_key=tried.mobile_key).count()
    failing = set(today.filter(prefix_key=tried.prefix_key).values_list("person_key", flat=True).distinct())
    return (
        of_person < MOST_PER_PERSON
        and of_mobile < MOST_PER_MOBILE
        and len(failing | {tried.person_key}) <= MOST_PEOPLE_PER_PREFIX
    )


def may_reset(tried: Tried, *, at: datetime) -> bool:
    """Tell whether a mobile number is within its limits today, in all and with this person.

    What others tried on the person at sign-up does not count: nobody can shut an owner out of a reset
    without the owner's phone. The caller has locked the mobile number.
    """
    today = IdentityAttempt.objects.filter(
        failed_at__gte=start_of(civil_date(at)), mobile_key=tried.mobile_key
    )
    with_person = list(today.values_list("person_key", flat=True))
    return len(with_person) < MOST_PER_MOBILE and with_person.count(tried.person_key) < MOST_PER_PERSON


def note(tried: Tried, *, counts: bool, at: datetime) -> None:
    """Write a failed proof down; one statement also where it does not count, so that both look alike."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [uuid7(), tried.person_key, tried.mobile_key, tried.prefix_key, at, counts])


def forget(*, before: datetime) -> int:
    """Delete the failed proofs from before an instant; return how many."""
    return IdentityAttempt.objects.filter(failed_at__lt=before).delete()[0]


def _lock(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"proof:{name}"])
