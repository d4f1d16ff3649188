"""The rotating code as text: a CWT in COSE_Sign1 with ES256, in base45 behind a prefix of our own. Pure.

A code has one form, byte by byte, and what has another is none. So there is no algorithm to choose, no map
to nest and no header to double: those attacks have nothing to talk to. Any library for CWT reads our codes
(tests compare with one); reading is by hand, since a general reader takes twice the time and takes more.

    D2 84                             COSE_Sign1, four parts
       protected    A2 01 26 04 kid   ES256, id of the key (1 to 16 bytes)
       A0                             nothing unprotected
       payload      A3 04 exp 06 iat 07 cti
       signature    64 bytes

Times are whole seconds; the id is 16 bytes. Nothing in it is about anybody. Source: RFC 9052, RFC 8392,
RFC 9285; docs/domain.md, 3.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from base45 import b45decode, b45encode

PREFIX = "HKP1:"
KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,16}")
LONGEST_TEXT = 240
"""Characters. A code with the longest key id has 197; nothing longer is looked at."""

_OPENING = b"\xd2\x84"
_ALGORITHM_AND_KEY = b"\xa2\x01\x26\x04"
_BYTES = 0x40  # a CBOR byte string of fewer than 24 bytes: this, plus how many
_NOTHING_THEN_PAYLOAD = b"\xa0\x58\x1f"
_EXPIRES, _ISSUED, _ID = b"\xa3\x04\x1a", b"\x06\x1a", b"\x07\x50"
_SIGNATURE = b"\x58\x40"
_PAYLOAD_BYTES, _SIGNATURE_BYTES = 31, 64
_SIGNED_OPENING = b"\x84\x6aSignature1"


@dataclass(frozen=True, kw_only=True)
class CodeContent:
    """All that a code says: which key signed it, which code it is, from when and until when."""

    key_id: str
    code_id: UUID
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class SignedCode:
    """A code taken apart, with a signature that nobody has looked at yet."""

    content: CodeContent
    signed: bytes = field(repr=False)
    signature: bytes = field(repr=False)


def signed_bytes(content: CodeContent) -> bytes:
    """Return what is signed: the Sig_structure of RFC 9052, 4.4."""
    return _sig_structure(_protected(content.key_id), _payload(content))


def write(content: CodeContent, signature: bytes) -> str:
    """Return the text of a code, from its content and the 64 bytes r ‖ s of its signature."""
    token = b"".join(
        (
            _OPENING,
            _protected(content.key_id),
            _NOTHING_THEN_PAYLOAD,
            _payload(content),
            _SIGNATURE,
            signature,
        )
    )
    return PREFIX + str(b45encode(token), "ascii")


def take_apart(text: str) -> SignedCode | None:
    """Return a code's parts, or None for whatever has not the one form. Never raises for a text.

    The length is bounded before anything is decoded. White space that a scanner adds at the ends is not
    counted against a code.
    """
    if len(text) > LONGEST_TEXT:
        return None
    text = text.strip("\r\n\t ")
    if not text.startswith(PREFIX):
        return None
    try:
        return _parts(b45decode(text[len(PREFIX) :]))
    except ValueError:
        return None


def _parts(token: bytes) -> SignedCode | None:
    key_bytes = len(token) - _LEAST_BYTES
    if not 1 <= key_bytes <= 16:
        return None
    key_id = token[8 : 8 + key_bytes]
    payload_at = 8 + key_bytes + len(_NOTHING_THEN_PAYLOAD)
    payload = token[payload_at : payload_at + _PAYLOAD_BYTES]
    signature = token[-_SIGNATURE_BYTES:]
    if not key_id.isascii() or not KEY_ID.fullmatch(key_id.decode("ascii")):
        return None
    expires, issued = int.from_bytes(payload[3:7]), int.from_bytes(payload[9:13])
    content = CodeContent(
        key_id=key_id.decode("ascii"),
        code_id=UUID(bytes=payload[15:31]),
        issued_at=datetime.fromtimestamp(issued, tz=UTC),
        expires_at=datetime.fromtimestamp(expires, tz=UTC),
    )
    protected, again = _protected(content.key_id), _payload(content)
    # Written again from what was read: a byte that stands anywhere else than in the one form shows.
    if token != _OPENING + protected + _NOTHING_THEN_PAYLOAD + again + _SIGNATURE + signature:
        return None
    return SignedCode(content=content, signed=_sig_structure(protected, again), signature=signature)


def _protected(key_id: str) -> bytes:
    name = key_id.encode("ascii")
    header = _ALGORITHM_AND_KEY + bytes([_BYTES + len(name)]) + name
    return bytes([_BYTES + len(header)]) + header


def _payload(content: CodeContent) -> bytes:
    return b"".join(
        (
            _EXPIRES + _seconds(content.expires_at),
            _ISSUED + _seconds(content.issued_at),
            _ID + content.code_id.bytes,
        )
    )


def _seconds(at: datetime) -> bytes:
    return int(at.timestamp()).to_bytes(4)


def _sig_structure(protected: bytes, payload: bytes) -> bytes:
    # Between the two: no external data; then how long the payload is.
    return _SIGNED_OPENING + protected + b"\x40\x58\x1f" + payload


# Everything but the key id.
_LEAST_BYTES = len(_OPENING) + 6 + len(_NOTHING_THEN_PAYLOAD) + _PAYLOAD_BYTES + 2 + _SIGNATURE_BYTES
