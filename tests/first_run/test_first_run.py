"""The README's first minutes, as a stranger lives them: clone, `make run`, look around, Ctrl-C, again."""

import json
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PORT = 8765
BASE = f"http://127.0.0.1:{PORT}"
# Nothing of ours: not the database of the tests, not their folder.
ENVIRONMENT = {name: os.environ[name] for name in ("PATH", "HOME", "PIP_INDEX_URL") if name in os.environ}
FIRST_PAGE_WITHIN_S = 300  # a hang, not a measure of speed: the time taken is printed

pytestmark = pytest.mark.first_run


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh clone in a folder whose name has a space and Chinese characters."""
    folder = tmp_path_factory.mktemp("第一次 run") / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    return folder


@contextmanager
def running(clone: Path) -> Iterator[subprocess.Popen[str]]:
    """`make run` with no environment of ours, ended by Ctrl-C."""
    process = subprocess.Popen(
        ["make", "run", f"PORT={PORT}"],
        cwd=clone,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
        output, _ = process.communicate(timeout=60)
        print(output)


def wait_for_first_page(process: subprocess.Popen[str]) -> float:
    begun = time.monotonic()
    while time.monotonic() - begun < FIRST_PAGE_WITHIN_S:
        assert process.poll() is None, process.stdout and process.stdout.read()
        try:
            with urllib.request.urlopen(f"{BASE}/", timeout=5) as page:
                assert page.status == 200
                return time.monotonic() - begun
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError("no page was served")


def call(path: str, *, body: dict[str, str] | None = None, authorization: str = "") -> dict[str, Any]:
    request = urllib.request.Request(f"{BASE}/api/v1{path}", method="POST" if body else "GET")
    request.add_header("Content-Type", "application/json")
    if authorization:
        request.add_header("Authorization", authorization)
    data = json.dumps(body).encode() if body else None
    with urllib.request.urlopen(request, data=data, timeout=30) as response:
        answer: dict[str, Any] = json.load(response)
        return answer


def issue_card(clone: Path, number: str) -> None:
    """Let the registry say, in its own feed, that the card has been issued and brings a face."""
    folder = clone / "var" / "feeds" / "population-register" / "registry"
    texts = [file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.ndjson"))]
    rows = [json.loads(line) for text in texts for line in text.splitlines()]
    [newest] = [row for row in rows if row.get("document_number") == number][-1:]
    now = datetime.now(UTC)
    card = {"card_issued_on": str((now - timedelta(days=1)).date()), "face_reference": "matcher:new"}
    header = {
        "feed": "registry",
        "format": 1,
        "source": "population-register",
        "as_of": now.isoformat(),
        "count": 1,
    }
    lines = (header, newest | card | {"version": newest["version"] + 1})
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (folder / "zz-card.ndjson").write_text(text, encoding="utf-8")


def wait_until_green(child: dict[str, str], bearer: str) -> None:
    """Ask again and again: beat and worker read the feeds twice a minute."""
    for _ in range(120):
        if call("/assisted-queries", body=child, authorization=bearer)["status"]["code"] == "GREEN":
            return
        time.sleep(1)
    raise AssertionError("beat and worker did not bring the card to the answer")


def test_make_run_serves_the_story_from_a_fresh_clone(clone: Path) -> None:
    shutil.rmtree(clone / "var", ignore_errors=True)
    with running(clone) as process:
        print(f"first page after {wait_for_first_page(process):.1f} s, cold")
        demo = json.loads((clone / "var" / "demo.json").read_text())
        assert demo["base_url"] == BASE
        people = {person["label"]: person for person in demo["people"]}
        guardian = next(account for account in demo["accounts"] if account["role"] == "guardian")
        session = call("/sessions", body={"mobile": guardian["mobile"], "password": guardian["password"]})
        bearer = f"Bearer {session['token']}"
        child = {"document_number": people["story_child"]["document_number"]}
        told = call("/assisted-queries", body=child, authorization=bearer)
        assert told["status"]["code"] == "UNKNOWN"
        assert told["reasons"][0]["code"] == "NO_FACE_REFERENCE"
        assert told["naat"]["history"]
        checked = call("/checks", body=child, authorization=f"Api-Key {demo['device_key']}")
        assert (checked["verdict"], checked["status"]["code"]) == ("pass", "GREEN")
        issue_card(clone, child["document_number"])
        wait_until_green(child, bearer)
    assert process.returncode in (0, 130, 2, -signal.SIGINT)


def test_make_run_is_there_again_and_refuses_a_second_one(clone: Path) -> None:
    with running(clone) as process:
        print(f"first page after {wait_for_first_page(process):.1f} s, again")
        second = subprocess.run(
            ["make", "run", f"PORT={PORT + 1}"],
            cwd=clone,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert second.returncode != 0
        assert "already running" in second.stderr
    left = subprocess.run(["pgrep", "-f", str(clone)], capture_output=True, text=True, check=False)
    assert left.stdout == ""
