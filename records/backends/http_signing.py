"""Signatures of pages: Ed25519 over the path, the cursor and the page, so that only its source can make one.

Source: docs/feed.md, 8, "Signature".
"""

import base64
import re
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from records.models import Trouble
from records.upstream import UpstreamUnavailable

_HEADER = re.compile(r'keyid="([A-Za-z0-9._-]{1,40})", signature="([A-Za-z0-9+/]{86}==)"')


def signature_header(key: Ed25519PrivateKey, *, key_id: str, path: str, cursor: str, body: bytes) -> str:
    """Return the header ``Signature`` of a page. ``path`` stands below the base address, without a query."""
    signature = base64.b64encode(key.sign(_signed(path, cursor=cursor, body=body))).decode()
    return f'keyid="{key_id}", signature="{signature}"'


def check_signature(
    header: str | None, keys: Mapping[str, Ed25519PublicKey], *, path: str, cursor: str, body: bytes
) -> None:
    """Do nothing if the page was signed with one of these keys. Raises UpstreamUnavailable if not."""
    if header is None:
        raise UpstreamUnavailable("the page is not signed", problem=Trouble.NOT_SIGNED)
    found = _HEADER.fullmatch(header)
    if found is None:
        raise UpstreamUnavailable("the signature cannot be read", problem=Trouble.BAD_SIGNATURE)
    key_id, signature = found.groups()
    if key_id not in keys:
        raise UpstreamUnavailable(f"there is no key {key_id} for this source", problem=Trouble.UNKNOWN_KEY)
    try:
        keys[key_id].verify(base64.b64decode(signature), _signed(path, cursor=cursor, body=body))
    except InvalidSignature:
        raise UpstreamUnavailable(
            "the signature does not fit the page", problem=Trouble.BAD_SIGNATURE
        ) from None


def _signed(path: str, *, cursor: str, body: bytes) -> bytes:
    # Neither a path nor a cursor holds a line feed, so that nothing can be moved from one to the other.
    return f"{path}\n{cursor}\n".encode() + body
