"""HTTP_SOURCES as text: JSON in, checked entries out. What is wrong is said without a secret."""

import base64
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

_KINDS = ("registry", "kinship", "tests", "tubes", "doses", "orders", "alerts")
_REQUIRED = frozenset({"source", "url", "token", "keys", "kinds"})
_SOURCE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{8,400}=*")
_KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,40}")
_VISIBLE = re.compile(r"[!-~]+")
_HERE = frozenset({"127.0.0.1", "::1", "localhost"})


def parse_http_sources(text: str, *, allow_plain_here: bool = False) -> tuple[Mapping[str, Any], ...]:
    """Read the entries of HTTP_SOURCES; with ``allow_plain_here`` also http:// to this machine.

    Raises ValueError, without a token.
    """
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("it must be JSON: a list of sources (docs/feed.md, 8)") from None
    if not isinstance(entries, list):
        raise ValueError("it must be a list of sources (docs/feed.md, 8)")
    for number, entry in enumerate(entries, start=1):
        wrong = _what_is_wrong(entry, allow_plain_here=allow_plain_here)
        if wrong:
            raise ValueError(f"source {number}: {wrong}")
    names = [entry["source"] for entry in entries]
    if len(set(names)) < len(names):
        raise ValueError("a source stands there twice")
    return tuple(entries)


def _what_is_wrong(entry: Any, *, allow_plain_here: bool) -> str:
    if not isinstance(entry, dict) or not _REQUIRED <= entry.keys() <= _REQUIRED | {"ca_file"}:
        return "it has source, url, token, keys, kinds, and ca_file where needed, and nothing else"
    if not _is_text(entry["source"], _SOURCE):
        return "its name has a-z, 0-9 and -, at most 40 of them"
    if not _is_address(entry["url"], allow_plain_here=allow_plain_here):
        return "its url begins with https:// and has neither a user, a query nor a fragment"
    if not _is_text(entry["token"], _TOKEN):
        return "its token is none"
    if not _are_kinds(entry["kinds"]):
        return f"its kinds are some of {', '.join(_KINDS)}, each once"
    keys = entry["keys"]
    if not isinstance(keys, dict) or not keys or not all(_is_key(*item) for item in keys.items()):
        return "its keys are Ed25519 public keys, 32 bytes in base64, by their ids"
    if not isinstance(entry.get("ca_file", ""), str):
        return "its ca_file is a path"
    return ""


def _is_text(value: Any, form: re.Pattern[str]) -> bool:
    return isinstance(value, str) and form.fullmatch(value) is not None


def _is_address(value: Any, *, allow_plain_here: bool) -> bool:
    if not _is_text(value, _VISIBLE):
        return False
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return False
    is_plain_here = allow_plain_here and parts.scheme == "http" and parts.hostname in _HERE
    is_bare = not (parts.username or parts.password or parts.query or parts.fragment)
    return bool(parts.hostname) and is_bare and (parts.scheme == "https" or is_plain_here)


def _are_kinds(value: Any) -> bool:
    return isinstance(value, list) and 0 < len(value) == sum(value.count(kind) == 1 for kind in _KINDS)


def _is_key(key_id: str, text: Any) -> bool:
    try:
        return _is_text(key_id, _KEY_ID) and len(base64.b64decode(text, validate=True)) == 32
    except (TypeError, ValueError):
        return False
