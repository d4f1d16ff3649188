"""Running a client as a device does: a process of its own, with its input on standard input."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from lookup import codes
from tests.project.prose import ROOT

CLIENTS = ROOT / "clients"


def run(
    client: str, *arguments: str, typed: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a client in English, with what is typed into it and nothing of our own environment but the path."""
    command = [sys.executable, str(CLIENTS / client), *arguments, "--language", "en"]
    base = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        command, input=typed, env=base | environment, capture_output=True, text=True, check=False, timeout=60
    )


def make_code(*, ago: timedelta = timedelta(0), life: timedelta = codes.LIFE) -> str:
    """Return a signed code that nobody was shown, issued so long ago by the real clock."""
    issued_at = datetime.now(UTC) - ago
    return codes.issue(uuid4(), issued_at=issued_at, expires_at=issued_at + life)


def write_keys(path: Path, jwks: dict[str, Any], **known: Any) -> Path:
    """Write a file of keys with a clock that was compared just now and agreed, unless told otherwise."""
    fields = {"fetched_at": datetime.now(UTC).timestamp(), "clock_is_off_by": 0.2} | known
    path.write_text(json.dumps(jwks | fields), "utf-8")
    return path
