"""The commands of docs/integrators.md, typed as they stand there into a shell, against a real server."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.clients.running import CLIENTS
from tests.clients.test_checkpoint import CHILD, make_own_code, make_somebody
from tests.makers import make_device_key, make_number, mark_feeds_read
from tests.project.prose import ROOT, blocks_of, shell_blocks_of

PAGE = ROOT / "docs" / "integrators.md"


@pytest.mark.django_db(transaction=True)
def test_integrators_page_is_executed_command_by_command(live_server: Any, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    mark_feeds_read(now)
    child = make_somebody(CHILD, at=now)
    _, key = make_device_key()
    (tmp_path / "code.txt").write_text(make_own_code(child, at=now) + "\n")

    said = type_all(tmp_path, live_server.url, key)

    assert make_number(CHILD) in PAGE.read_text("utf-8")
    nothing, by_number, by_code, many, keys, offline = said
    assert nothing == ""
    check, with_code = json.loads(by_number), json.loads(by_code)
    assert (check["verdict"], with_code["verdict"]) == ("pass", "pass")
    assert (check["code"], with_code["code"]) == (None, {"used_elsewhere": False})
    first, second = json.loads(many)["results"]
    assert (first["verdict"], second["error"]["status"]) == ("pass", 400)
    assert json.loads(keys)["keys"][0]["alg"] == "ES256"
    assert "签名有效" in offline
    assert "通过" in offline
    assert key not in "".join(said)


def test_integrators_page_shows_a_check_with_every_field() -> None:
    from lookup.api.schemas import CheckSerializer

    [shown] = [json.loads(block.text) for block in blocks_of(PAGE) if block.language == "json"]
    assert list(shown) == list(CheckSerializer().fields)


def type_all(folder: Path, url: str, key: str) -> list[str]:
    """Type the blocks one after the other into shells that share a folder; return what each said."""
    said, before = [], ""
    for block in shell_blocks_of(PAGE):
        script = block.text.replace("http://127.0.0.1:8000", url)
        script = script.replace("clients/", f"{CLIENTS}/").replace("python3 ", f"{sys.executable} ")
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HEALTHKIT_DEVICE_KEY": key}
        done = subprocess.run(
            ["sh", "-euc", before + script],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, f"{block}\n{done.stdout}{done.stderr}"
        said.append(done.stdout)
        before += "".join(line + "\n" for line in script.splitlines() if line.startswith("export "))
    return said
