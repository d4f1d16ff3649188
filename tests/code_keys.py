"""Keys for rotating codes, made for a test: entries as settings hold them, and as an operator writes them."""

import json
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)


def make_private_pem(curve: ec.EllipticCurve | None = None) -> str:
    key = ec.generate_private_key(curve or ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_pem(private: str) -> str:
    """Return the public half of a private key."""
    key = load_pem_private_key(private.encode(), password=None)
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def make_entry(pem: str, *, not_before: datetime | None = None, not_after: datetime | None = None) -> Any:
    """Return an entry of CODE_KEYS as the settings hold it."""
    return {"pem": pem, "not_before": not_before, "not_after": not_after}


def make_code_keys_text(key_id: str = "2026-11") -> str:
    """Return CODE_KEYS as a server reads it, with one new key."""
    return json.dumps({key_id: make_private_pem()})
