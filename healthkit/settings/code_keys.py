"""CODE_KEYS as text: JSON in, checked entries out. What is wrong is said without key material."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    load_pem_public_key,
)

_KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,16}")
_TIMES = ("not_before", "not_after")

CodeKeys = Mapping[str, Mapping[str, Any]]


def parse_code_keys(text: str) -> CodeKeys:
    """Read {"id": "PEM"} or {"id": {"pem": …, "not_before": …, "not_after": …}} into entries by id.

    The keys are on P-256, private or public. Raises ValueError, without key material, and for the demo's.
    """
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError('it must be JSON: {"id": "PEM"}') from None
    if not isinstance(entries, dict) or not entries:
        raise ValueError('it must be an object of at least one key: {"id": "PEM"}')
    return {key_id: _entry(key_id, entry) for key_id, entry in entries.items()}


def is_private(entry: Mapping[str, Any]) -> bool:
    """Tell whether an entry can sign."""
    return "PRIVATE KEY" in entry["pem"]


def demo_code_keys() -> CodeKeys:
    """Return the keys of the embedded run, which everybody can make: never good on a server."""
    pem = _demo_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return {"demo-1": {"pem": pem, "not_before": None, "not_after": None}}


def _entry(key_id: str, entry: Any) -> Mapping[str, Any]:
    if not _KEY_ID.fullmatch(key_id):
        raise ValueError("a key id has 1 to 16 of A-Z, a-z, 0-9, dot, dash and underscore")
    if isinstance(entry, str):
        entry = {"pem": entry}
    if not isinstance(entry, dict) or not {"pem"} <= entry.keys() <= {"pem", *_TIMES}:
        raise ValueError(f"key {key_id}: it has pem, not_before and not_after, and nothing else")
    public = _public_key(key_id, entry["pem"])
    if public.public_numbers() == _demo_key().public_key().public_numbers():
        raise ValueError(f"key {key_id} is the demo's, which everybody knows")
    times = {name: _time(key_id, name, entry.get(name)) for name in _TIMES}
    return {"pem": entry["pem"], **times}


def _public_key(key_id: str, pem: Any) -> ec.EllipticCurvePublicKey:
    key: object = None
    try:
        if "PRIVATE KEY" in pem:
            key = load_pem_private_key(pem.encode(), password=None)
        else:
            key = load_pem_public_key(pem.encode())
    except Exception:  # cryptography raises many kinds, and some quote what they read
        raise ValueError(f"key {key_id}: its pem cannot be read") from None
    if isinstance(key, ec.EllipticCurvePrivateKey):
        key = key.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError(f"key {key_id} is not on the curve P-256")
    return key


def _time(key_id: str, name: str, value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        at = None
    if at is None or at.tzinfo is None:
        raise ValueError(f"key {key_id}: {name} is a time with its offset, like 2026-12-01T00:00:00+08:00")
    return at


def _demo_key() -> ec.EllipticCurvePrivateKey:
    secret = int.from_bytes(hashlib.sha256(b"demo-code-key-known-to-all").digest())
    return ec.derive_private_key(secret, ec.SECP256R1())
