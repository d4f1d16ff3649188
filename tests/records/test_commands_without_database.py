"""Commands say in a sentence that the database is away; nothing else is printed."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deployment import ROOT, Deployment
from tests.records.feeds import as_line, make_dose


@pytest.mark.parametrize("command", ["sync", "import_file"])
def test_command_says_in_a_sentence_that_the_database_is_away(command: str, tmp_path: Path) -> None:
    file = tmp_path / "doses.ndjson"
    header = {"feed": "doses", "format": 1, "source": "clinic", "as_of": "2022-05-20T10:00:00+08:00"}
    file.write_bytes(as_line(header) + b"\n" + as_line(make_dose()) + b"\n")
    nowhere = f"postgres://postgres@{str(tmp_path).replace('/', '%2F')}/none"
    arguments = ["doses", str(file)] if command == "import_file" else []
    (tmp_path / "feeds" / "clinic" / "doses").mkdir(parents=True)
    (tmp_path / "feeds" / "clinic" / "doses" / "1.ndjson").write_bytes(file.read_bytes())
    done = Deployment(var=tmp_path, database_url=nowhere).manage(command, *arguments)
    assert done.returncode != 0
    assert "run this again" in done.stderr
    assert "Traceback" not in done.stderr


def test_sync_that_follows_waits_for_the_database(tmp_path: Path) -> None:
    folder = tmp_path / "feeds" / "clinic" / "doses"
    folder.mkdir(parents=True)
    nowhere = f"postgres://postgres@{str(tmp_path).replace('/', '%2F')}/none"
    with subprocess.Popen(
        [sys.executable, "manage.py", "sync", "--follow"],
        cwd=ROOT,
        env=Deployment(var=tmp_path, database_url=nowhere).environment,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert (
                process.stderr.readline() == "The database is out of reach. This goes on once it is back.\n"
            )
            process.send_signal(signal.SIGINT)
            assert process.communicate(timeout=30)[1] == ""
        finally:
            process.kill()
    assert process.returncode == 0
