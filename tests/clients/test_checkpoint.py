"""clients/checkpoint.py as a process, against a real server: what a gate shows, and how it ends."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from identity.models import Person
from lookup import code_issue
from lookup.answer import Answer
from lookup.doors import own
from lookup.models import Lookup
from tests.clients.running import make_code, run, write_keys
from tests.lookup.api.story import make_order
from tests.makers import (
    make_account,
    make_device_key,
    make_document,
    make_facts,
    make_number,
    make_person,
    make_summary,
    mark_feeds_read,
)

pytestmark = pytest.mark.django_db(transaction=True)

CHILD, ELDER = date(2019, 6, 15), date(1945, 6, 1)


@pytest.fixture
def now() -> datetime:
    at = datetime.now(UTC)
    mark_feeds_read(at)
    return at


def make_somebody(born_on: date, *, at: datetime, **facts: Any) -> Person:
    person = make_person(make_document(born_on), at=at)
    make_summary(person.person_key, make_facts(born_on, at=at, **facts), at=at)
    return person


def make_own_code(person: Person, *, at: datetime) -> str:
    """Return the code that stands on a person's own screen."""
    account = make_account(at=at, person=person)
    answer = own.ask(account, at=at)
    assert isinstance(answer, Answer)
    code = code_issue.next_code(answer, asker_id=account.id, at=at)
    assert code is not None
    return code.text


def checkpoint(url: str, key: str, *arguments: str, typed: str = "") -> tuple[int, str]:
    """Run the client with a key in its environment; nothing that was typed may come back."""
    done = run("checkpoint.py", "--url", url, *arguments, typed=typed, HEALTHKIT_DEVICE_KEY=key)
    for secret in (key, *typed.split("\n")):
        assert not secret.strip() or secret.strip() not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout


def test_gate_lets_in_by_number_and_by_code_and_says_who_stood_there(live_server: Any, now: datetime) -> None:
    child = make_somebody(CHILD, at=now)
    _, key = make_device_key()

    by_number = checkpoint(live_server.url, key, "--staff-ref", "shift 7", typed=f"{make_number(CHILD)}\r\n")
    by_code = checkpoint(live_server.url, key, typed=make_own_code(child, at=now) + "\n")

    assert by_number == by_code == (0, "PASS · No abnormality found · 李*\n")
    assert set(Lookup.objects.filter(door="CHECKPOINT").values_list("staff_ref", flat=True)) == {
        "shift 7",
        "",
    }


def test_gate_shows_no_pass_and_manual_by_their_exit_codes(live_server: Any, now: datetime) -> None:
    order = make_order(in_force_from=now - timedelta(days=1), in_force_until=now + timedelta(days=1))
    make_somebody(ELDER, at=now, orders=(order,))
    _, key = make_device_key()

    held = checkpoint(live_server.url, key, typed=make_number(ELDER))
    nobody = checkpoint(live_server.url, key, typed=make_number(CHILD))

    assert (held[0], held[1][:7]) == (10, "NO PASS")
    assert (nobody[0], nobody[1][:6]) == (11, "MANUAL")


def test_gate_goes_on_scanning_whatever_comes(live_server: Any, now: datetime) -> None:
    child = make_somebody(CHILD, at=now)
    _, key = make_device_key()
    lines = [
        make_own_code(child, at=now),
        "not a number",
        "",
        make_code(ago=timedelta(minutes=5)),
        "HKP1:" + "0" * 5000,
        make_number(CHILD),
    ]

    code, shown = checkpoint(live_server.url, key, "--scan", typed="\n".join(lines) + "\n")

    said = shown.splitlines()
    assert code == 0
    assert [line.split(" · ")[0] for line in said] == ["PASS", "ERROR", "ERROR", "ERROR", "PASS"]
    assert "code_expired" in said[2]
    assert "code_malformed" in said[3]


def test_gate_that_reads_a_bad_code_asks_to_scan_again(live_server: Any, now: datetime) -> None:
    child = make_somebody(CHILD, at=now)
    _, key = make_device_key()
    code = make_own_code(child, at=now)

    assert checkpoint(live_server.url, key, typed=make_code(ago=timedelta(minutes=5)))[0] == 13
    assert checkpoint(live_server.url, key, typed=make_code())[0] == 13  # signed, but nobody's
    assert checkpoint(live_server.url, key, typed=code)[0] == 0


def test_gate_shows_that_a_code_was_used_elsewhere(live_server: Any, now: datetime) -> None:
    child = make_somebody(CHILD, at=now)
    code = make_own_code(child, at=now)
    _, here = make_device_key()
    _, there = make_device_key(site="Mall")

    assert checkpoint(live_server.url, here, typed=code)[0] == 0
    again, shown = checkpoint(live_server.url, there, typed=code)

    assert again == 11
    assert "this code was used elsewhere" in shown


def test_gate_checks_a_file_in_one_call_and_names_rows_only(
    live_server: Any, now: datetime, tmp_path: Path
) -> None:
    make_somebody(CHILD, at=now)
    _, key = make_device_key()
    people = tmp_path / "people.csv"
    people.write_text(
        f"document_number,document_type\n{make_number(CHILD)},10\nwrong,\n{make_number(ELDER)},\n"
    )

    code, shown = checkpoint(live_server.url, key, "--csv", str(people))

    rows = [line.split(",")[:2] for line in shown.splitlines()]
    assert code == 12
    assert rows == [["row", "exit_code"], ["1", "0"], ["2", "12"], ["3", "11"]]
    assert make_number(CHILD) not in shown
    people.write_text(f"document_number\n{make_number(CHILD)}\n")
    assert checkpoint(live_server.url, key, "--csv", str(people))[0] == 0


def test_gate_with_a_wrong_key_or_none_is_told_so(live_server: Any, now: datetime, tmp_path: Path) -> None:
    make_somebody(CHILD, at=now)
    _, key = make_device_key()
    good = tmp_path / "key"
    good.write_text(key + "\n")

    code, shown = checkpoint(live_server.url, "wrong.key", typed=make_number(CHILD))
    without = run("checkpoint.py", "--url", live_server.url, typed=make_number(CHILD))
    unread = run("checkpoint.py", "--url", live_server.url, "--key-file", f"{good}.2")
    from_file = run(
        "checkpoint.py", "--url", live_server.url, "--key-file", str(good), typed=make_number(CHILD)
    )

    assert (code, "ERROR" in shown) == (12, True)
    assert (without.returncode, unread.returncode) == (2, 2)
    assert "HEALTHKIT_DEVICE_KEY" in without.stderr
    assert from_file.returncode == 0


@pytest.mark.parametrize("url", ["http://kit.example", "kit.example", "ftp://kit.example", "https://"])
def test_gate_sends_its_key_over_tls_alone(url: str) -> None:
    done = run("checkpoint.py", "--url", url, typed="x", HEALTHKIT_DEVICE_KEY="k")
    assert done.returncode == 2
    assert "https://" in done.stderr


def test_gate_without_the_service_says_offline_and_lets_nobody_pass(tmp_path: Path) -> None:
    keys = write_keys(tmp_path / "keys.json", Client().get("/api/v1/code-keys").json())
    away = "http://127.0.0.1:9"

    good = checkpoint(away, "a.key", "--offline-keys", str(keys), typed=make_code())
    expired = checkpoint(away, "a.key", "--offline-keys", str(keys), typed=make_code(ago=timedelta(hours=1)))
    number = checkpoint(away, "a.key", "--offline-keys", str(keys), typed=make_number(CHILD))
    without = checkpoint(away, "a.key", typed=make_code())

    for code, shown in (good, expired, number):
        assert code == 11
        assert "*** OFFLINE ***" in shown
    assert "GOOD" in good[1]
    assert "EXPIRED" in expired[1]
    assert without == (12, "ERROR · the service cannot be reached\n")


@contextmanager
def server_that_is_busy(times: int, *, status: int, retry_after: str) -> Iterator[tuple[str, list[float]]]:
    """Refuse so many times with a Retry-After, then answer; the times of the calls are kept."""
    called: list[float] = []
    check = {
        "verdict": "pass",
        "status": {"label": "No abnormality found"},
        "subject": {"name": None},
        "data": {"fresh": False},
        "code": None,
    }

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            called.append(datetime.now(UTC).timestamp())
            is_busy = len(called) <= times
            body = json.dumps({"code": "too_busy", "detail": "Later."} if is_busy else check).encode()
            self.send_response_only(status if is_busy else 201)
            if is_busy:
                self.send_header("Retry-After", retry_after)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", called
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("status", [429, 503])
def test_gate_waits_as_it_is_told_and_then_gets_its_answer(status: int) -> None:
    with server_that_is_busy(2, status=status, retry_after="1") as (url, called):
        code, shown = checkpoint(url, "a.key", typed=make_number(CHILD))
    assert (code, len(called)) == (0, 3)
    assert "the data is late" in shown
    assert all(later - earlier >= 1 for earlier, later in zip(called, called[1:], strict=False))


def test_gate_gives_up_when_it_is_told_to_wait_too_long() -> None:
    with server_that_is_busy(9, status=503, retry_after="60") as (url, called):
        code, shown = checkpoint(url, "a.key", "--patience", "5", typed=make_number(CHILD))
    assert (code, len(called)) == (12, 1)
    assert "too_busy" in shown
