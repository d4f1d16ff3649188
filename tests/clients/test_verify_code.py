"""clients/verify_code.py as a process: it tells good, expired, unknown, forged and an unsure clock apart."""

import importlib.util
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from base45 import b45decode, b45encode
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from lookup.codes import LIFE, BadCode, CodeFault, code_keys, read_code
from tests.clients.running import CLIENTS, make_code, run, write_keys
from tests.code_keys import make_entry, make_private_pem

PREFIX = "HKP1:"


def jwks() -> dict[str, Any]:
    """Return what the service says its keys are."""
    return dict(Client().get("/api/v1/code-keys").json())


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return write_keys(tmp_path / "keys.json", jwks())


def outcome_of(keys: Path, code: str, *more: str) -> tuple[int, str]:
    done = run("verify_code.py", "--keys", str(keys), *more, typed=code)
    assert done.stderr == ""
    assert not code.strip() or code.strip() not in done.stdout
    return done.returncode, done.stdout.split(":")[0]


def test_client_takes_a_code_that_is_on_a_screen_and_says_that_it_is_offline(keys: Path) -> None:
    done = run("verify_code.py", "--keys", str(keys), typed=make_code() + "\r\n")
    assert done.returncode == 0
    assert done.stdout.startswith("GOOD")
    assert "OFFLINE: the status is not known" in done.stdout


def test_client_tells_what_is_wrong_apart(keys: Path, settings: Any, subtests: pytest.Subtests) -> None:
    good = make_code()
    token = bytearray(b45decode(good[len(PREFIX) :]))
    token[-1] ^= 1
    forged = PREFIX + b45encode(bytes(token)).decode()
    settings.CODE_KEYS, settings.CODE_SIGNING_KEY = {"other": make_entry(make_private_pem())}, "other"
    expected = {
        make_code(): (11, "UNKNOWN KEY"),
        forged: (12, "FORGED"),
        "HC1:NCFOXN": (14, "MALFORMED"),
        "": (14, "MALFORMED"),
        "x" * 1024 * 1024: (14, "MALFORMED"),
        good: (0, "GOOD"),
    }
    for code, outcome in expected.items():
        with subtests.test(outcome[1]):
            assert outcome_of(keys, code) == outcome


def test_client_tells_expired_from_a_clock_that_is_behind(keys: Path) -> None:
    assert outcome_of(keys, make_code(ago=timedelta(minutes=2))) == (10, "EXPIRED")
    assert outcome_of(keys, make_code(ago=timedelta(seconds=-60))) == (13, "CLOCK UNSURE")
    assert outcome_of(keys, make_code(ago=timedelta(seconds=50)))[0] == 0
    assert outcome_of(keys, make_code(ago=timedelta(seconds=-5)))[0] == 0


@pytest.mark.parametrize(
    "known",
    [
        {"clock_is_off_by": 11.0},
        {"clock_is_off_by": -11.0},
        {"clock_is_off_by": None},
        {"fetched_at": (datetime.now(UTC) - timedelta(days=2)).timestamp()},
        {"fetched_at": (datetime.now(UTC) + timedelta(days=2)).timestamp()},
    ],
    ids=["ahead", "behind", "never compared", "compared long ago", "compared in the future"],
)
def test_client_says_when_its_clock_cannot_tell(tmp_path: Path, known: dict[str, Any]) -> None:
    keys = write_keys(tmp_path / "keys.json", jwks(), **known)
    for code in (make_code(), make_code(ago=timedelta(minutes=2))):
        assert outcome_of(keys, code) == (13, "CLOCK UNSURE")
    assert outcome_of(keys, make_code(), "--trust-clock") == (0, "GOOD")
    assert outcome_of(keys, make_code(ago=timedelta(minutes=2)), "--trust-clock") == (10, "EXPIRED")


def test_client_keeps_to_the_times_of_a_key(tmp_path: Path) -> None:
    listed = jwks()
    listed["keys"][0]["not_after"] = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    keys = write_keys(tmp_path / "keys.json", listed)
    assert outcome_of(keys, make_code()) == (11, "UNKNOWN KEY")
    listed["keys"][0]["not_after"] = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    assert outcome_of(write_keys(keys, listed), make_code()) == (0, "GOOD")


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"keys": [{}]}', '{"keys": 7}', "\0", "["])
def test_client_without_readable_keys_says_so(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "keys.json"
    if content is not None:
        path.write_text(content)
    assert outcome_of(path, make_code()) == (15, "NO KEYS")


@contextmanager
def server_whose_clock_is_off_by(seconds: float) -> Iterator[str]:
    """Serve the keys on this machine, with a Date that is not the time."""
    listed = json.dumps(jwks()).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert self.path == "/api/v1/code-keys"
            self.send_response_only(200)
            date = datetime.now(UTC) + timedelta(seconds=seconds)
            self.send_header("Date", format_datetime(date, usegmt=True))
            self.send_header("Content-Length", str(len(listed)))
            self.end_headers()
            self.wfile.write(listed)

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_client_compares_its_clock_with_the_server_it_fetches_from(tmp_path: Path) -> None:
    with server_whose_clock_is_off_by(40) as url:
        assert outcome_of(tmp_path / "a.json", make_code(), "--url", url) == (13, "CLOCK UNSURE")
    with server_whose_clock_is_off_by(0) as url:
        assert outcome_of(tmp_path / "b.json", make_code(), "--url", url) == (0, "GOOD")


def test_client_fetches_once_and_goes_on_without_a_network(tmp_path: Path, live_server: Any) -> None:
    path = tmp_path / "keys.json"
    assert outcome_of(path, make_code(), "--url", live_server.url) == (0, "GOOD")
    fetched = path.read_text()
    assert "PRIVATE" not in fetched

    assert outcome_of(path, make_code(), "--url", live_server.url)[0] == 0
    assert path.read_text() == fetched  # younger than five minutes

    gone = run("verify_code.py", "--keys", str(path), "--url", "http://127.0.0.1:9", typed=make_code())
    assert gone.returncode == 0
    nowhere = run("verify_code.py", "--keys", f"{path}.2", "--url", "http://127.0.0.1:9", typed=make_code())
    assert nowhere.returncode == 15
    assert "keys not fetched" in nowhere.stderr
    plain = run("verify_code.py", "--keys", f"{path}.3", "--url", "http://kit.example", typed=make_code())
    assert plain.returncode == 15


def _module() -> Any:
    spec = importlib.util.spec_from_file_location("verify_code", CLIENTS / "verify_code.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["verify_code"] = module  # its dataclasses look there
    spec.loader.exec_module(module)
    return module


_FAULTS = {
    CodeFault.MALFORMED: "MALFORMED",
    CodeFault.UNKNOWN_KEY: "UNKNOWN_KEY",
    CodeFault.FORGED: "FORGED",
    CodeFault.EXPIRED: "EXPIRED",
    CodeFault.NOT_YET: "CLOCK_UNSURE",
}


@given(data=st.data())
def test_client_and_service_agree_about_every_code(data: st.DataObject) -> None:
    client = _module()
    now = datetime.now(UTC)
    ago = timedelta(seconds=data.draw(st.sampled_from([0, 30, 59, 61, 600, -30])))
    token = bytearray(b45decode(make_code(ago=ago, life=LIFE)[len(PREFIX) :]))
    for _ in range(data.draw(st.integers(0, 2))):
        token[data.draw(st.integers(0, len(token) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.sampled_from([0, 0, 0, 1, 2, 50]))
    code = PREFIX + b45encode(bytes(token[: len(token) - cut])).decode()
    keys = client.Keys(
        by_id={
            key_id.encode(): (key.public, float("-inf"), float("inf")) for key_id, key in code_keys().items()
        },
        fetched_at=now.timestamp(),
        clock_is_off_by=0.0,
    )

    ours, theirs = read_code(code, at=now), client.verify(code, keys, now=now.timestamp())

    expected = _FAULTS[ours.fault] if isinstance(ours, BadCode) else "GOOD"
    assert theirs.name == expected
