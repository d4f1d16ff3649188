"""The key by which every table knows a person without holding the number."""

import hashlib
import hmac
from uuid import UUID

from identity.document import Document

_SHORTEST_SECRET = 32


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

    __slots__ = ("_begun",)

    def __init__(self, *, secret: bytes) -> None:
        _check(secret)
        self._begun = hmac.new(secret, digestmod=hashlib.sha256)

    def text_of(self, document_type: str, number: str) -> str:
        """Return the key of a number in normal form, as a UUID is written."""
        mac = self._begun.copy()
        mac.update(f"{document_type}:{number}".encode("ascii"))
        key = mac.hexdigest()
        return f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:32]}"


def _check(secret: bytes) -> None:
    if len(secret) < _SHORTEST_SECRET:
        raise ValueError(f"the secret of person_key needs at least {_SHORTEST_SECRET} bytes")
