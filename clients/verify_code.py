#!/usr/bin/env python3
"""Verify a rotating code offline, from the public keys alone. One file; needs Python 3.11 and `cryptography`.

    verify_code.py --keys keys.json --url https://kit.example < code.txt

reads one code from standard input. With --url it fetches the keys into the file when they are older than five
minutes, and compares this device's clock with the server's; without, it uses the file as it is.

A good code says that the service showed it on a screen within the last minute. It does not say whose screen,
what the status is, whether the code was voided, or whether another gate has read it: only the service knows.

Exit codes: 0 good, 10 expired, 11 unknown key, 12 forged, 13 clock unsure, 14 malformed, 15 no keys,
2 wrong arguments.
"""

import argparse
import base64
import email.utils
import http.client
import json
import os
import re
import sys
import time
import urllib.parse
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

PREFIX = "HKP1:"
LONGEST_TEXT = 240  # characters
LONGEST_LIFE_S = 60
CLOCK_TOLERANCE_S = 10
"""By so much this clock may differ from the server's."""
FETCH_AFTER_S = 300
CLOCK_GOOD_FOR_S = 24 * 3600
"""A clock that was compared longer ago may have drifted."""
LONGEST_KEYS = 64 * 1024  # bytes

_ALPHABET = {letter: value for value, letter in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")}
_KEY_ID = re.compile(rb"[A-Za-z0-9._-]{1,16}")


class Outcome(IntEnum):
    """What came of a code; also the exit code."""

    GOOD = 0
    EXPIRED = 10
    UNKNOWN_KEY = 11
    FORGED = 12
    CLOCK_UNSURE = 13
    MALFORMED = 14
    NO_KEYS = 15


WORDS = {
    Outcome.GOOD: (
        "签名有效且在有效期内。离线核验:健康状态未知,也无法得知此码是否已作废或已在别处使用。",
        "GOOD: signed by the service and in time. OFFLINE: the status is not known, nor whether the code "
        "was voided or used elsewhere.",
    ),
    Outcome.EXPIRED: (
        "此码已过期。请对方刷新页面后重新扫码。",
        "EXPIRED: ask to reload the page, and scan again.",
    ),
    Outcome.UNKNOWN_KEY: (
        "此码的密钥不在列表中。请联网更新密钥后再试;若仍如此,请勿采信。",
        "UNKNOWN KEY: fetch the keys again. If it stays so, do not trust this code.",
    ),
    Outcome.FORGED: (
        "此码签名不符,系伪造或已被改动。请勿采信。",
        "FORGED: the signature does not fit. Do not trust this code.",
    ),
    Outcome.CLOCK_UNSURE: (
        "签名有效,但本机时钟不可靠,无法判断此码是否过期。请校准时钟。",
        "CLOCK UNSURE: signed by the service, but this device's clock cannot tell whether it has expired. "
        "Set the clock.",
    ),
    Outcome.MALFORMED: ("这不是本服务的动态码。", "MALFORMED: this is no code of the service."),
    Outcome.NO_KEYS: ("没有可用的公钥。请先联网获取。", "NO KEYS: fetch them once while there is a network."),
}


@dataclass(frozen=True, kw_only=True)
class Keys:
    """Public keys by id, with their times; and what is known about this device's clock."""

    by_id: dict[bytes, tuple[ec.EllipticCurvePublicKey, float, float]]
    fetched_at: float | None
    clock_is_off_by: float | None
    """Seconds between the server's clock and this one, when the keys came; None: never compared."""

    def is_clock_sure(self, now: float) -> bool:
        if self.clock_is_off_by is None or self.fetched_at is None:
            return False
        is_recent = -CLOCK_TOLERANCE_S <= now - self.fetched_at <= CLOCK_GOOD_FOR_S
        return is_recent and abs(self.clock_is_off_by) <= CLOCK_TOLERANCE_S


def verify(text: str, keys: Keys, *, now: float, trusts_clock: bool = False) -> Outcome:
    """Return what comes of a code at ``now``, in seconds since 1970. Any text gets its answer."""
    code = _take_apart(text)
    if code is None:
        return Outcome.MALFORMED
    key_id, issued, expires, signed, signature = code
    if key_id not in keys.by_id:
        return Outcome.UNKNOWN_KEY
    key, not_before, not_after = keys.by_id[key_id]
    if not not_before <= issued < not_after:
        return Outcome.UNKNOWN_KEY
    der = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    try:
        key.verify(der, signed, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return Outcome.FORGED
    if not (trusts_clock or keys.is_clock_sure(now)) or now < issued - CLOCK_TOLERANCE_S:
        return Outcome.CLOCK_UNSURE
    return Outcome.EXPIRED if now >= expires else Outcome.GOOD


def read_keys(path: Path) -> Keys:
    """Read a file of keys: one that ``fetch_keys`` wrote, or a bare JWK set. Raises ValueError, OSError."""
    if path.stat().st_size > LONGEST_KEYS:
        raise ValueError("the file of keys is too large")
    stored = json.loads(path.read_text("utf-8"))
    try:
        by_id = dict(_key(entry) for entry in stored["keys"])
    except (KeyError, TypeError, AttributeError):
        raise ValueError("the file holds no JWK set") from None
    return Keys(
        by_id=by_id, fetched_at=stored.get("fetched_at"), clock_is_off_by=stored.get("clock_is_off_by")
    )


def fetch_keys(url: str, path: Path, *, timeout: float = 5.0) -> None:
    """Fetch the keys and the server's time, and replace the file by them in one step.

    Raises OSError where the server cannot be reached, and ValueError where it says something else.
    """
    asked = time.time()
    status, headers, body = get(url, "/api/v1/code-keys", timeout=timeout)
    answered = time.time()
    if status != 200:
        raise ValueError(f"the server said {status}")
    keys = json.loads(body)["keys"]
    for entry in keys:
        _key(entry)
    date = headers.get("Date")
    server = email.utils.parsedate_to_datetime(date).timestamp() + 0.5 if date else None
    stored = {
        "keys": keys,
        "fetched_at": answered,
        "clock_is_off_by": None if server is None else round(server - (asked + answered) / 2, 1),
    }
    partly = path.with_name(path.name + ".new")
    partly.write_text(json.dumps(stored), "utf-8")
    os.replace(partly, path)


def is_to_be_fetched(path: Path, *, now: float) -> bool:
    """Tell whether the keys of a file are missing, unreadable or older than five minutes."""
    try:
        fetched_at = read_keys(path).fetched_at
    except (OSError, ValueError):
        return True
    return fetched_at is None or not 0 <= now - fetched_at < FETCH_AFTER_S


def get(url: str, path: str, *, timeout: float) -> tuple[int, Any, bytes]:
    """GET from a server, over TLS unless it is this machine; follows nobody elsewhere."""
    parts = urllib.parse.urlsplit(url)
    host = parts.hostname or ""
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(host, parts.port, timeout=timeout)
    elif parts.scheme == "http" and host in {"localhost", "127.0.0.1", "::1"}:
        connection = http.client.HTTPConnection(host, parts.port, timeout=timeout)
    else:
        raise ValueError("the address begins with https://")
    try:
        connection.request("GET", parts.path.rstrip("/") + path, headers={"Accept": "application/json"})
        response = connection.getresponse()
        body = response.read(LONGEST_KEYS + 1)
    except http.client.HTTPException as error:
        raise ValueError(f"the server does not speak HTTP ({type(error).__name__})") from None
    finally:
        connection.close()
    if len(body) > LONGEST_KEYS:
        raise ValueError("the server says too much")
    return response.status, response.headers, body


def _key(entry: dict[str, Any]) -> tuple[bytes, tuple[ec.EllipticCurvePublicKey, float, float]]:
    if (entry["kty"], entry["crv"], entry["alg"]) != ("EC", "P-256", "ES256"):
        raise ValueError("a key is on another curve")
    x, y = (int.from_bytes(_base64url(entry[name]), "big") for name in ("x", "y"))
    times = (_time(entry.get("not_before"), float("-inf")), _time(entry.get("not_after"), float("inf")))
    return entry["kid"].encode(), (
        ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key(),
        *times,
    )


def _base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _time(text: str | None, otherwise: float) -> float:
    return otherwise if text is None else datetime.fromisoformat(text).timestamp()


def _take_apart(text: str) -> tuple[bytes, int, int, bytes, bytes] | None:
    """Return key id, issued, expires, what is signed, and the signature; None for any other form.

    A code has one form, byte by byte: COSE_Sign1, ES256, and three claims. Nothing else is one.
    """
    if len(text) > LONGEST_TEXT:
        return None
    text = text.strip("\r\n\t ")
    token = _base45(text[len(PREFIX) :]) if text.startswith(PREFIX) else None
    if token is None or not 108 < len(token) <= 124:
        return None
    size = len(token) - 108
    key_id, rest = token[8 : 8 + size], token[8 + size :]
    protected = bytes([0x45 + size]) + b"\xa2\x01\x26\x04" + bytes([0x40 + size]) + key_id
    payload, signature = rest[3:34], rest[36:]
    if token[: 8 + size] != b"\xd2\x84" + protected or not _KEY_ID.fullmatch(key_id):
        return None
    if rest[:3] != b"\xa0\x58\x1f" or rest[34:36] != b"\x58\x40" or len(signature) != 64:
        return None
    if (payload[:3], payload[7:9], payload[13:15]) != (b"\xa3\x04\x1a", b"\x06\x1a", b"\x07\x50"):
        return None
    expires, issued = int.from_bytes(payload[3:7], "big"), int.from_bytes(payload[9:13], "big")
    if not 0 < expires - issued <= LONGEST_LIFE_S:
        return None
    return key_id, issued, expires, b"\x84\x6aSignature1" + protected + b"\x40\x58\x1f" + payload, signature


def _base45(text: str) -> bytes | None:
    try:
        values = [_ALPHABET[letter] for letter in text]
    except KeyError:
        return None
    token = bytearray()
    for at in range(0, len(values), 3):
        group = values[at : at + 3]
        number = sum(value * 45**place for place, value in enumerate(group))
        if len(group) == 1 or number >= 256 ** (len(group) - 1):
            return None
        token += number.to_bytes(len(group) - 1, "big")
    return bytes(token)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--keys", type=Path, required=True, help="file in which the public keys are kept")
    parser.add_argument(
        "--url", help="address of the service, to fetch the keys from while there is a network"
    )
    parser.add_argument("--trust-clock", action="store_true", help="this clock is set by other means")
    parser.add_argument("--language", choices=("zh-Hans", "en"), default="zh-Hans")
    given = parser.parse_args(arguments)
    if given.url and is_to_be_fetched(given.keys, now=time.time()):
        try:
            fetch_keys(given.url, given.keys)
        except (OSError, ValueError, KeyError, TypeError) as error:
            print(f"keys not fetched ({type(error).__name__}); using the file", file=sys.stderr)
    try:
        keys = read_keys(given.keys)
        outcome = verify(
            sys.stdin.readline(LONGEST_TEXT + 1), keys, now=time.time(), trusts_clock=given.trust_clock
        )
    except (OSError, ValueError):
        outcome = Outcome.NO_KEYS
    print(WORDS[outcome][given.language == "en"])
    return int(outcome)


if __name__ == "__main__":
    sys.exit(main())
