"""The README's calls, typed as they stand there into a shell, against the real API and a demo.json.

Only the address differs: the test server has a port of its own.
"""

import json
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from civil_time import civil_date, start_of
from demo import demo_file
from demo.accounts import ACCOUNTS
from demo.cast import cast_on
from identity.models import User
from tests.makers import (
    make_device_key,
    make_facts,
    make_kinship,
    make_person,
    make_summary,
    mark_feeds_read,
)
from tests.project.prose import README, Block, is_make, shell_blocks_of

ADDRESS = "http://127.0.0.1:8000"
# Stands in on a machine without curl: the part of it that the README uses.
_CURL = """
import sys, urllib.error, urllib.request
words, headers, data, url = sys.argv[1:], {}, None, ""
while words:
    match words.pop(0):
        case "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        case "-d":
            data = words.pop(0).encode()
        case "-s":
            pass
        case word:
            url = word
try:
    answer = urllib.request.urlopen(urllib.request.Request(url, data, headers))
except urllib.error.HTTPError as error:
    answer = error
sys.stdout.write(answer.read().decode())
"""


def story() -> Block:
    """Return the one block of the README that is not make."""
    [block] = [block for block in shell_blocks_of(README) if not all(map(is_make, block.commands))]
    return block


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """A folder in which `make run` might have been typed: the demo's child and father, and var/demo.json."""
    at = timezone.now()
    people = {citizen.label: citizen for citizen in cast_on(civil_date(at))}
    child, guardian = people["story_child"], people["guardian"]
    ward = make_person(child.document, at=at, name=child.name, has_face=False)
    holder = make_person(guardian.document, at=at, name=guardian.name)
    make_kinship(holder, ward, at=at)
    # Tested and found negative yesterday, whatever the hour is now.
    facts = make_facts(child.document.born_on, at=start_of(civil_date(at)) + timedelta(hours=12))
    make_summary(ward.person_key, facts, at=at)
    mark_feeds_read(at)
    [account] = [account for account in ACCOUNTS if account.role == "guardian"]
    User.objects.create_user(account.mobile, account.password, joined_at=at, person=holder)
    _, key = make_device_key()
    content = demo_file.demo_content(
        people, base_url=ADDRESS, portraits=dict.fromkeys([*people], tmp_path), key=key
    )
    demo_file.write(content, tmp_path / "var" / "demo.json")
    return tmp_path


def type_into_shell(script: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    programs = folder / "programs"
    programs.mkdir()
    (programs / "python3").symlink_to(sys.executable)
    if shutil.which("curl") is None:
        (programs / "curl.py").write_text(_CURL)
        # A path to Python may have a space, which a first line with #! cannot.
        (programs / "curl").write_text(f"exec '{sys.executable}' '{programs}/curl.py' \"$@\"\n")
        (programs / "curl").chmod(0o755)
    return subprocess.run(
        ["sh", "-eu"],
        input=script,
        cwd=folder,
        env={"PATH": f"{programs}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.django_db(transaction=True)
def test_readme_calls_tell_the_guardian_why_and_let_the_child_pass(
    live_server: LiveServer, demo: Path
) -> None:
    assert story().text.count(ADDRESS) == 1
    done = type_into_shell(story().text.replace(ADDRESS, live_server.url), demo)
    assert done.returncode == 0, done.stderr
    answer, check = answers(done.stdout)
    assert answer["status"]["code"] == "UNKNOWN"
    assert answer["proof"] == "KINSHIP"
    assert answer["reasons"][0]["code"] == "NO_FACE_REFERENCE"
    assert answer["naat"]["result"] == "NOT_DETECTED"
    assert (check["status"]["code"], check["verdict"]) == ("GREEN", "pass")


@pytest.mark.django_db(transaction=True)
def test_readme_calls_answer_nobody_who_typed_another_password(live_server: LiveServer, demo: Path) -> None:
    script = story().text.replace(ADDRESS, live_server.url)
    wrong = script.replace("willow-lane-guardian", "willow-lane-gardener")
    assert wrong != script
    [problem, _] = answers(type_into_shell(wrong, demo).stdout)
    assert (problem["status"], problem["code"]) == (401, "invalid_token")


def answers(printed: str) -> list[dict[str, Any]]:
    """Return the JSON objects that were printed one after the other."""
    found, decoder = list[dict[str, Any]](), json.JSONDecoder()
    while printed := printed.lstrip():
        value, end = decoder.raw_decode(printed)
        found.append(value)
        printed = printed[end:]
    return found
