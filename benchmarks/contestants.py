"""The servers that are measured beside each other: ours as deployed, and the peers, each as processes."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from healthkit.web_server import web_command
from tests.deployment import free_port

ROOT = Path(__file__).resolve().parents[1]
_TICKS = os.sysconf("SC_CLK_TCK")
_PYTHON = sys.executable


@dataclass(frozen=True, kw_only=True)
class Server:
    """One running server."""

    port: int
    pid: int
    authorization: str

    def cpu_s(self) -> float:
        """Return the seconds of CPU that all its processes have used."""
        return sum(_cpu_s(pid) for pid in tree(self.pid))


def tree(pid: int) -> list[int]:
    """Return a process and everything that it started."""
    found = [pid]
    for child in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [below for each in child.read_text().split() for below in tree(int(each))]
        except OSError:
            continue
    return found


def database_cpu_s() -> float:
    """Return the seconds of CPU that the PostgreSQL of this run has used, ended sessions included."""
    pid_file = Path(os.environ["HEALTHKIT_VAR"]) / "postgres" / "data" / "postmaster.pid"
    return sum(_cpu_s(pid, with_ended=True) for pid in tree(int(pid_file.read_text().split()[0])))


def gunicorn(port: int, *, workers: int, threads: int, app: str = "healthkit.wsgi:application") -> list[str]:
    """Return gunicorn with threads, as `make run` had it before the hot path."""
    return [
        *(_PYTHON, "-m", "gunicorn", app, "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"),
        *("--workers", str(workers), "--threads", str(threads), "--keep-alive", "5"),
        *("--graceful-timeout", "20", "--no-control-socket", "--log-level", "warning"),
    ]


def granian(port: int, *, workers: int, threads: int) -> list[str]:
    """Return our server as it is deployed, but for the numbers."""
    return web_command(port, workers=workers, threads=threads)


def uvicorn_peer(port: int, *, workers: int = 2) -> list[str]:
    """Return the FastAPI peer under uvicorn."""
    return [
        *(_PYTHON, "-m", "uvicorn", "benchmarks.peers.fastapi_check:app", "--host", "127.0.0.1"),
        *("--port", str(port), "--workers", str(workers), "--loop", "uvloop", "--http", "httptools"),
        *("--no-access-log", "--log-level", "warning", "--backlog", "2048"),
    ]


def granian_peer(port: int, *, workers: int = 2) -> list[str]:
    """Return the FastAPI peer under granian."""
    return [
        *(_PYTHON, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", str(workers), "--loop", "uvloop", "--no-access-log", "--log-level", "warning"),
        *("--workers-kill-timeout", "5", "benchmarks.peers.fastapi_check:app"),
    ]


@contextmanager
def serve(
    command: list[str], *, port: int, authorization: str, environment: dict[str, str] | None = None
) -> Iterator[Server]:
    """Run a server until the block ends; it answers when the block begins."""
    log = Path(os.environ["HEALTHKIT_VAR"]) / f"server-{port}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | (environment or {}), stdout=output, stderr=output
        )
    try:
        _wait_for(port, log)
        yield Server(port=port, pid=process.pid, authorization=authorization)
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def common_way(device_id: str, *, environment: dict[str, str]) -> Iterator[Server]:
    """Run the DRF peer with tables, a token and a server of its own."""
    settings = environment | {"DJANGO_SETTINGS_MODULE": "benchmarks.peers.drf_check.settings"}
    opened = subprocess.run(
        [_PYTHON, "-m", "benchmarks.peers.drf_check.open_gate", device_id],
        cwd=ROOT,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert opened.returncode == 0, opened.stderr[-2000:]
    port = free_port()
    command = gunicorn(port, workers=2, threads=8, app="benchmarks.peers.drf_check.wsgi:application")
    token = f"Token {opened.stdout.split()[-1]}"
    with serve(command, port=port, authorization=token, environment=settings) as server:
        yield server


def _wait_for(port: int, log: Path) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/checks", timeout=5)
        except urllib.error.HTTPError:
            return  # it answers: that a check cannot be read with GET
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"a server did not come up: {log.read_text()[-2000:]}")


def _cpu_s(pid: int, *, with_ended: bool = False) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11 : 15 if with_ended else 13])) / _TICKS
