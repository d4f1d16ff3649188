"""The keys of a device: issued and shown once, known by their prefix, two at most, revoked for good.

A key's row is never addressed by its primary key, which holds the hash. What a key opens at a gate is read by
lookup.gates.memory, at most some seconds later.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from lookup.models import Device, DeviceKey, DeviceScope

MOST_LIVING_KEYS = 2
"""The old and the new one of a rotation; a third would be one that nobody watches over."""


@dataclass(frozen=True, kw_only=True)
class IssuedKey:
    """A new key; the only moment at which it is known."""

    prefix: str
    key: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class KeyShown:
    """What may be shown of a key later on."""

    prefix: str
    name: str
    created_at: datetime
    starts_at: datetime | None
    expires_at: datetime | None
    scopes: tuple[str, ...]
    waits: bool
    expired: bool
    revoked: bool


@dataclass(frozen=True, kw_only=True)
class TooManyKeys:
    """The device has two keys that work, or will: one has to be revoked, or to expire, first."""


@dataclass(frozen=True, kw_only=True)
class NothingToRotate:
    """The device has no key that works, so there is none whose place a new one could take."""


@dataclass(frozen=True, kw_only=True)
class NoSuchKey:
    """This device has no such key, or it is revoked already."""


def issue_key(
    device: Device,
    *,
    name: str,
    at: datetime,
    starts_at: datetime | None = None,
    expires_at: datetime | None = None,
    scopes: Collection[DeviceScope] = tuple(DeviceScope),
) -> IssuedKey | TooManyKeys:
    """Make a key for a device; without times it works at once, and until it is revoked."""
    with transaction.atomic():
        Device.objects.select_for_update().get(pk=device.pk)
        if _living(device, at=at).count() >= MOST_LIVING_KEYS:
            return TooManyKeys()
        row, key = DeviceKey.objects.create_key(
            device=device,
            name=name,
            starts_at=starts_at,
            expiry_date=expires_at,
            scopes=sorted(scope.value for scope in scopes),
        )
    return IssuedKey(prefix=row.prefix, key=key)


def rotate_key(
    device: Device, *, name: str, at: datetime, overlap: timedelta
) -> IssuedKey | TooManyKeys | NothingToRotate:
    """Make a key with the scopes of the one that works, which then ends after the overlap at the latest."""
    with transaction.atomic():
        Device.objects.select_for_update().get(pk=device.pk)
        former = _living(device, at=at).order_by("-created").first()
        if former is None:
            return NothingToRotate()
        issued = issue_key(
            device, name=name, at=at, scopes=tuple(DeviceScope(scope) for scope in former.scopes)
        )
        if isinstance(issued, IssuedKey):
            DeviceKey.objects.filter(pk=former.pk).exclude(expiry_date__lt=at + overlap).update(
                expiry_date=at + overlap
            )
    return issued


def revoke_key(device: Device, *, prefix: str) -> None | NoSuchKey:
    """Revoke a key for good; every process has forgotten it within seconds."""
    revoked = DeviceKey.objects.filter(device=device, prefix=prefix, revoked=False).update(revoked=True)
    return None if revoked else NoSuchKey()


def keys_of(device: Device, *, at: datetime) -> tuple[KeyShown, ...]:
    """Return the keys of a device, newest first."""
    return tuple(
        KeyShown(
            prefix=row.prefix,
            name=row.name,
            created_at=row.created,
            starts_at=row.starts_at,
            expires_at=row.expiry_date,
            scopes=tuple(row.scopes),
            waits=row.starts_at is not None and row.starts_at > at,
            expired=row.expiry_date is not None and row.expiry_date <= at,
            revoked=row.revoked,
        )
        for row in DeviceKey.objects.filter(device=device).order_by("-created")
    )


def _living(device: Device, *, at: datetime) -> QuerySet[DeviceKey]:
    ends_later = Q(expiry_date__isnull=True) | Q(expiry_date__gt=at)
    return DeviceKey.objects.filter(ends_later, device=device, revoked=False)
