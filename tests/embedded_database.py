"""Pytest plugin: starts the embedded PostgreSQL before Django reads its settings.

With DATABASE_URL set, the tests run against that server instead. Workers of xdist use the
controller's server; each gets a database of its own from pytest-django.
"""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import IO

import pytest

from healthkit.embedded_postgres import EmbeddedPostgres

_FOLDER = Path(__file__).resolve().parents[1] / "var" / "test"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    """Start the server unless there is one, and give the run a folder of its own."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _prepare()
    yield


def pytest_unconfigure() -> None:
    """Stop the server that this process started, and remove what the run wrote."""
    while _running:
        server, process = _running.pop()
        server.stop(process)
    while _temporary:
        shutil.rmtree(_temporary.pop(), ignore_errors=True)
    while _locks:
        _locks.pop().close()


def _prepare() -> None:
    _FOLDER.mkdir(parents=True, exist_ok=True)
    files = Path(tempfile.mkdtemp(prefix="run-", dir=_FOLDER))
    _temporary.append(files)
    os.environ["HEALTHKIT_VAR"] = str(files)
    if "DATABASE_URL" in os.environ:
        return
    # A second run beside the first gets a cluster of its own; alone, the cluster of last time is reused.
    folder = _FOLDER / "postgres" if _is_first() else files / "postgres"
    server = EmbeddedPostgres(folder=folder, durable=False)
    process = server.start()
    os.environ["DATABASE_URL"] = server.url
    _running.append((server, process))


def _is_first() -> bool:
    lock = (_FOLDER / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return False
    _locks.append(lock)
    return True


_running: list[tuple[EmbeddedPostgres, "subprocess.Popen[bytes]"]] = []
_temporary: list[Path] = []
_locks: list[IO[str]] = []
