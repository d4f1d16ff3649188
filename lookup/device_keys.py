"""The keys of a device: issued and shown once, known by their prefix, revoked for good.

A key's row is never addressed by its primary key, which holds the hash.
"""

from dataclasses import dataclass, field
from datetime import datetime

from lookup.models import Device, DeviceKey


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
    expires_at: datetime | None
    expired: bool
    revoked: bool


@dataclass(frozen=True, kw_only=True)
class NoSuchKey:
    """This device has no such key, or it is revoked already."""


def issue_key(device: Device, *, name: str, expires_at: datetime | None = None) -> IssuedKey:
    """Make a key for a device; without ``expires_at`` it lives until it is revoked."""
    row, key = DeviceKey.objects.create_key(device=device, name=name, expiry_date=expires_at)
    return IssuedKey(prefix=row.prefix, key=key)


def revoke_key(device: Device, *, prefix: str) -> None | NoSuchKey:
    """Revoke a key for good."""
    revoked = DeviceKey.objects.filter(device=device, prefix=prefix, revoked=False).update(revoked=True)
    return None if revoked else NoSuchKey()


def keys_of(device: Device, *, at: datetime) -> tuple[KeyShown, ...]:
    """Return the keys of a device, newest first."""
    return tuple(
        KeyShown(
            prefix=row.prefix,
            name=row.name,
            created_at=row.created,
            expires_at=row.expiry_date,
            expired=row.expiry_date is not None and row.expiry_date <= at,
            revoked=row.revoked,
        )
        for row in DeviceKey.objects.filter(device=device).order_by("-created")
    )
