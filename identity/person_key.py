"""The key by which every table knows a person without holding the number."""

import hashlib
import hmac
from uuid import UUID

from identity.document import Document

_SHORTEST_SECRET = 32
_BLOCK = 64  # bytes, of SHA-256


def person_key(document: Document, *, secret: bytes) -> UUID:
    """Return the key of the person whom a document belongs to.

    The first 16 bytes of HMAC-SHA256 over type and number. The secret never rotates: another secret is
    another key for everybody (docs/adr, person_key).

    Raises ValueError if the secret is shorter than 32 bytes.
    """
    _check(secret)
    message = f"{document.type.value}:{document.number}".encode("ascii")
    return UUID(bytes=hmac.digest(secret, message, hashlib.sha256)[:16])


class PersonKeys:
    """``person_key`` for one number after the other: the secret is worked into the hash only once.

    Raises ValueError if the secret is shorter than 32 bytes.
    """

    __slots__ = ("_inner", "_outer")

    def __init__(self, *, secret: bytes) -> None:
        _check(secret)
        # RFC 2104 with both halves begun: several times as fast as a copied hmac object.
        block = (hashlib.sha256(secret).digest() if len(secret) > _BLOCK else secret).ljust(_BLOCK, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def text_of(self, document_type: str, number: str) -> str:
        """Return the key of a number in normal form, as a UUID is written."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(f"{document_type}:{number}".encode("ascii"))
        outer.update(inner.digest())
        key = outer.hexdigest()
        return f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:32]}"


def _check(secret: bytes) -> None:
    if len(secret) < _SHORTEST_SECRET:
        raise ValueError(f"the secret of person_key needs at least {_SHORTEST_SECRET} bytes")
