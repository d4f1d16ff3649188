"""The rotating codes of this deployment: issued with one key, read with all that are still listed.

A code is a number that stands on a screen for a minute; whom it is about stands in its row
(lookup.models.RotatingCode). Reading needs no database. Source: docs/domain.md, 3.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from django.conf import settings

from lookup.code_format import CodeContent, SignedCode, signed_bytes, take_apart, write

LIFE = timedelta(seconds=60)
NEXT_AFTER = timedelta(seconds=45)
"""After so long a screen fetches the next code, so that none ends while somebody scans it."""
CLOCK_LEEWAY = timedelta(seconds=5)
"""By so much the clocks of our servers may differ."""

_ES256 = ec.ECDSA(SHA256())


class CodeFault(StrEnum):
    """Why a code is not good. The last two are found in its row, never by ``read_code``."""

    MALFORMED = "MALFORMED"
    UNKNOWN_KEY = "UNKNOWN_KEY"
    FORGED = "FORGED"
    EXPIRED = "EXPIRED"
    NOT_YET = "NOT_YET"
    VOIDED = "VOIDED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, kw_only=True)
class CodeRead:
    """A code of ours that has not ended. Whether it was voided, and whom it is about, its row says."""

    code_id: UUID
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class BadCode:
    """A code that is not good. ``code_id`` is known where the signature is ours, and only there."""

    fault: CodeFault
    code_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class CodeKey:
    """A key for codes. Good for codes issued from ``not_before`` (included) to ``not_after`` (excluded)."""

    public: ec.EllipticCurvePublicKey
    private: ec.EllipticCurvePrivateKey | None
    not_before: datetime | None
    not_after: datetime | None

    def is_in_force(self, at: datetime) -> bool:
        begun = self.not_before is None or at >= self.not_before
        return begun and (self.not_after is None or at < self.not_after)


class NoSigningKeyError(Exception):
    """CODE_SIGNING_KEY names no private key that is in force."""


def issue(code_id: UUID, *, issued_at: datetime, expires_at: datetime) -> str:
    """Return the signed text of a code; its times are cut to whole seconds.

    Raises NoSigningKeyError; ValueError for a life of no second or of more than LIFE.
    """
    issued_at, expires_at = issued_at.replace(microsecond=0), expires_at.replace(microsecond=0)
    if not timedelta(0) < expires_at - issued_at <= LIFE:
        raise ValueError("a code lives for a second at least and a minute at most")
    key_id = settings.CODE_SIGNING_KEY
    key = code_keys().get(key_id)
    if key is None or key.private is None or not key.is_in_force(issued_at):
        raise NoSigningKeyError
    content = CodeContent(key_id=key_id, code_id=code_id, issued_at=issued_at, expires_at=expires_at)
    r, s = decode_dss_signature(key.private.sign(signed_bytes(content), _ES256))
    return write(content, r.to_bytes(32) + s.to_bytes(32))


def read_code(text: str, *, at: datetime) -> CodeRead | BadCode:
    """Return what a code says, or why it is not good; the first fault in the order of CodeFault.

    Any text gets its answer in bounded work: one look at its length, one decoding, one signature.
    """
    code = take_apart(text)
    if code is None or not timedelta(0) < code.content.expires_at - code.content.issued_at <= LIFE:
        return BadCode(fault=CodeFault.MALFORMED)
    content = code.content
    key = code_keys().get(content.key_id)
    if key is None or not key.is_in_force(content.issued_at):
        return BadCode(fault=CodeFault.UNKNOWN_KEY)
    if not _is_signed_by(key, code):
        return BadCode(fault=CodeFault.FORGED)
    if at < content.issued_at - CLOCK_LEEWAY:
        return BadCode(fault=CodeFault.NOT_YET, code_id=content.code_id)
    if at >= content.expires_at:
        return BadCode(fault=CodeFault.EXPIRED, code_id=content.code_id)
    return CodeRead(code_id=content.code_id, issued_at=content.issued_at, expires_at=content.expires_at)


def code_keys() -> Mapping[str, CodeKey]:
    """Return the keys of CODE_KEYS by their ids."""
    return _parsed(_Settings(settings.CODE_KEYS))


class _Settings:
    """CODE_KEYS as an argument of a cache: the same object is the same keys."""

    def __init__(self, entries: Mapping[str, Mapping[str, Any]]) -> None:
        self.entries = entries

    def __hash__(self) -> int:
        return id(self.entries)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Settings) and self.entries is other.entries


@lru_cache(maxsize=4)
def _parsed(of: _Settings) -> Mapping[str, CodeKey]:
    return {key_id: _key(entry) for key_id, entry in of.entries.items()}


def _key(entry: Mapping[str, Any]) -> CodeKey:
    private: ec.EllipticCurvePrivateKey | None = None
    pem: bytes = entry["pem"].encode()
    if b"PRIVATE KEY" in pem:
        loaded = load_pem_private_key(pem, password=None)
        assert isinstance(loaded, ec.EllipticCurvePrivateKey)  # healthkit.settings.code_keys has looked
        private, public = loaded, loaded.public_key()
    else:
        public_loaded = load_pem_public_key(pem)
        assert isinstance(public_loaded, ec.EllipticCurvePublicKey)
        public = public_loaded
    return CodeKey(
        public=public, private=private, not_before=entry["not_before"], not_after=entry["not_after"]
    )


def _is_signed_by(key: CodeKey, code: SignedCode) -> bool:
    signature = code.signature
    der = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
    try:
        key.public.verify(der, code.signed, _ES256)
    except InvalidSignature:
        return False
    return True
