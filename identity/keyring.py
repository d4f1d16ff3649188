"""The keys of this deployment: how people and accounts are found, and how text is sealed."""

import hashlib
import hmac
from functools import lru_cache
from uuid import UUID

from django.conf import settings

from identity import person_key as keying
from identity.document import Document
from identity.name_marks import NameMarks
from identity.sealed import SealingRing


@lru_cache(maxsize=1)
def sealing_ring() -> SealingRing:
    """Return the ring that opens every sealed column, from SEALING_KEYS and SEALING_PRIMARY."""
    return SealingRing(settings.SEALING_KEYS, primary=settings.SEALING_PRIMARY)


def key_of(document: Document) -> UUID:
    """Return the key under which everything about the holder of a document is kept."""
    return keying.person_key(document, secret=settings.PERSON_KEY_SECRET)


def person_keys() -> keying.PersonKeys:
    """Return what makes ``key_of`` for one number after the other, faster."""
    return keying.PersonKeys(secret=settings.PERSON_KEY_SECRET)


def name_marks() -> NameMarks:
    """Return what marks registered names (docs/security.md, 6)."""
    return NameMarks(secret=settings.PERSON_KEY_SECRET)


def mobile_key(mobile: str) -> UUID:
    """Return the key under which an account is found by its mobile number (E.164)."""
    mac = hmac.new(settings.PERSON_KEY_SECRET, b"mobile:" + mobile.encode(), hashlib.sha256)
    return UUID(bytes=mac.digest()[:16])


def prefix_key(document: Document) -> UUID:
    """Return the key under which failing numbers are counted that differ in their last four characters.

    Numbers of different types are never counted together.
    """
    message = f"prefix:{document.type.value}:{document.prefix}".encode("ascii")
    mac = hmac.new(settings.PERSON_KEY_SECRET, message, hashlib.sha256)
    return UUID(bytes=mac.digest()[:16])
