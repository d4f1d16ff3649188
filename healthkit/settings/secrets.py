"""What a secret must be like before a server starts with it."""

import base64
import binascii

_SHORTEST_SECRET = 32  # bytes
_FEWEST_DIFFERENT_BYTES = 10


def is_weak_secret(secret: bytes) -> bool:
    """Tell whether a secret is a demo's, shorter than 32 bytes, or of fewer than 10 different bytes."""
    is_demo = secret.lower().startswith(b"demo")
    return is_demo or len(secret) < _SHORTEST_SECRET or len(set(secret)) < _FEWEST_DIFFERENT_BYTES


def parse_sealing_keys(text: str) -> dict[int, bytes]:
    """Read "1:BASE64,2:BASE64" into keys of 32 bytes by id.

    Raises ValueError, without key material, if that is not what the text is.
    """
    keys: dict[int, bytes] = {}
    for part in text.split(","):
        key_id, _, encoded = part.strip().partition(":")
        if not key_id.isascii() or not key_id.isdigit() or not 1 <= int(key_id) <= 255:
            raise ValueError("each key is written ID:BASE64, with an id from 1 to 255")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            raise ValueError(f"key {int(key_id)} is not base64") from None
        if len(key) != _SHORTEST_SECRET:
            raise ValueError(f"key {int(key_id)} has not 32 bytes")
        if is_weak_secret(key):
            raise ValueError(f"key {int(key_id)} is a demo key or too plain")
        keys[int(key_id)] = key
    return keys
