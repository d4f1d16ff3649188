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
    if len(secret) < _SHORTEST_SECRET:
        raise ValueError(f"the secret of person_key needs at least {_SHORTEST_SECRET} bytes")
    message = f"{document.type.value}:{document.number}".encode("ascii")
    return UUID(bytes=hmac.digest(secret, message, hashlib.sha256)[:16])
