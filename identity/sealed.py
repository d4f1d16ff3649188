"""Sealed text: how a number or a name is stored, and the ring of keys that opens it."""

import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_KEY_BYTES = 32
_NONCE_BYTES = 12
_TAG_BYTES = 16
_SHORTEST_BLOB = 1 + _NONCE_BYTES + _TAG_BYTES


class SealBroken(Exception):
    """A sealed value that this ring does not open: damaged, moved to another row, or under a lost key.

    Says which key was asked for, never what was sealed or where.
    """


class SealingRing:
    """Keys by id, one of them primary: it seals, all of them open.

    A sealed value is key id (1 byte) ‖ nonce (12) ‖ ciphertext and tag (16), AES-256-GCM. The context,
    "table:column:row", is authenticated with it, so that a value copied into another row does not open.
    To rotate: add a key, make it primary, reseal whatever needs_reseal, then take the old key away.
    """

    __slots__ = ("_ciphers", "_primary")

    def __init__(self, keys: Mapping[int, bytes], *, primary: int) -> None:
        """Take keys of 32 bytes by id from 1 to 255.

        Raises ValueError, without key material, if the ring is empty or a key is unfit, if two ids share
        a key, or if the primary is not among them.
        """
        if primary not in keys:
            raise ValueError(f"the primary key {primary} is not in the ring")
        for key_id, key in keys.items():
            if not 1 <= key_id <= 255:
                raise ValueError(f"key id {key_id} is not between 1 and 255")
            if len(key) != _KEY_BYTES:
                raise ValueError(f"key {key_id} has not {_KEY_BYTES} bytes")
        if len(set(keys.values())) < len(keys):
            raise ValueError("two ids of the ring have the same key")
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._primary = primary

    def __repr__(self) -> str:
        return f"SealingRing(ids={sorted(self._ciphers)}, primary={self._primary})"

    @property
    def primary(self) -> int:
        """The id of the key that seals."""
        return self._primary

    def seal(self, text: str, *, context: str) -> bytes:
        """Return the text sealed under the primary key for one place, "table:column:row".

        Raises ValueError, without the text, if it is not valid Unicode, or if the context is empty.
        """
        # Not an encoding error: that one would carry the whole text.
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise ValueError("the text has a lone surrogate and cannot be sealed")
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._ciphers[self._primary].encrypt(nonce, text.encode(), _authenticated(context))
        return bytes([self._primary]) + nonce + sealed

    def unseal(self, blob: bytes | memoryview, *, context: str) -> str:
        """Return the text of a sealed value; takes a memoryview too, as the database driver gives it.

        Raises SealBroken if it does not open here, ValueError if the context is empty.
        """
        blob = bytes(blob)
        if len(blob) < _SHORTEST_BLOB:
            raise SealBroken("too short to be a sealed value")
        cipher = self._ciphers.get(blob[0])
        if cipher is None:
            raise SealBroken(f"sealed under key {blob[0]}, which is not in the ring")
        nonce, sealed = blob[1 : 1 + _NONCE_BYTES], blob[1 + _NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, sealed, _authenticated(context)).decode()
        except InvalidTag:
            raise SealBroken(f"does not open with key {blob[0]} in this place") from None

    def needs_reseal(self, blob: bytes | memoryview) -> bool:
        """Tell whether a value is sealed under another key than the primary one."""
        return bytes(blob[:1]) != bytes([self._primary])


def _authenticated(context: str) -> bytes:
    if not context:
        raise ValueError("a sealed value needs its context, table:column:row")
    return context.encode()
