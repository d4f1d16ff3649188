"""Real processes for tests: gunicorn, Celery and commands, on a database and a folder of their own."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from django.db import connection

from healthkit.web_server import web_command

ROOT = Path(__file__).resolve().parents[1]
CELERY = (sys.executable, "-m", "celery", "-A", "healthkit.celery")


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What came back over HTTP."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass
class Deployment:
    """The service as processes, their logs in files under ``var``."""

    var: Path
    database_url: str
    extra: dict[str, str] = field(default_factory=dict)
    proxy_headers: dict[str, str] = field(default_factory=dict)
    """What a proxy in front of the server adds to each request."""
    port: int = 0

    @property
    def environment(self) -> dict[str, str]:
        embedded = {"DJANGO_SETTINGS_MODULE": "healthkit.settings.embedded", "HEALTHKIT_VAR": str(self.var)}
        return os.environ | embedded | {"DATABASE_URL": self.database_url} | self.extra

    @property
    def logs(self) -> str:
        return "".join(path.read_text(errors="replace") for path in self.var.glob("*.log"))

    @property
    def end_of_logs(self) -> str:
        """What went wrong last, for the message of a failed test."""
        return self.logs[-3000:]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command of ours to its end; its output goes to the logs as well."""
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False, timeout=120
        )
        with (self.var / "commands.log").open("a") as log:
            log.write(done.stdout + done.stderr)
        return done

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "manage.py", *arguments)

    def send(self, task: str) -> None:
        """Publish a task as beat does: by name, without arguments."""
        done = self.run(*CELERY, "call", task)
        assert done.returncode == 0, done.stderr

    @contextmanager
    def web(self, *, threads: int = 2) -> Iterator[None]:
        self.port = free_port()
        command = (
            *(sys.executable, "-m", "gunicorn", "healthkit.wsgi:application", "--no-control-socket"),
            *("--bind", f"127.0.0.1:{self.port}", "--worker-class", "gthread", "--threads", str(threads)),
        )
        with self.process("web", *command):
            self._wait_for_web()
            yield

    @contextmanager
    def web_as_deployed(self) -> Iterator["subprocess.Popen[bytes]"]:
        """Run the server of `make run`, with all its workers and threads; yields its first process."""
        self.port = free_port()
        with self.process("web", *web_command(self.port)) as server:
            self._wait_for_web()
            yield server

    @contextmanager
    def worker(self, name: str = "celery", *, pool: str = "solo") -> Iterator["subprocess.Popen[bytes]"]:
        """Run a worker; two at once need two names. Yields its process, for whoever wants to kill it."""
        for folder in ("messages", "control"):
            (self.var / "queue" / folder).mkdir(parents=True, exist_ok=True)
        quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
        options = ("-n", f"{name}@%h", "-P", pool, "-c", "2", "--loglevel", "INFO", *quiet)
        with self.process("worker", *CELERY, "worker", *options) as worker:
            yield worker

    @contextmanager
    def beat(self, name: str) -> Iterator["subprocess.Popen[bytes]"]:
        """Run a beat; two at once need two names."""
        options = ("-s", str(self.var / f"beat-{name}"), "--pidfile=", "--loglevel", "INFO")
        with self.process("beat", *CELERY, "beat", *options) as beat:
            yield beat

    def call(
        self,
        method: str,
        path: str,
        *,
        body: bytes | str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        """Send one request as it is given; follows no redirect."""
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            client.request(method, path, body=body, headers=self.proxy_headers | (headers or {}))
            response = client.getresponse()
            text = response.read().decode(errors="replace")
            return Reply(status=response.status, headers=dict(response.getheaders()), body=text)
        finally:
            client.close()

    @contextmanager
    def process(self, name: str, *command: str) -> Iterator["subprocess.Popen[bytes]"]:
        """Run a process beside the test, its output in <name>.log; it is ended with the block."""
        with (self.var / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=10)

    def _wait_for_web(self) -> None:
        for _ in range(200):
            try:
                if self.call("GET", "/healthz").status == 200:
                    return
            except ConnectionError:
                time.sleep(0.1)
        raise AssertionError(f"the server did not come up: {self.end_of_logs}")


def children_of(process: "subprocess.Popen[bytes]") -> list[int]:
    """Return the ids of a process's children: of a prefork worker, its pool."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(pid) for pid in listed.read_text().split()] if listed.exists() else []


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def database_url() -> str:
    """Return the address of the running test's own database, for another process."""
    given = connection.settings_dict
    host, name = quote(str(given["HOST"]), safe=""), given["NAME"]
    user = f"{given['USER']}:{given['PASSWORD']}" if given["PASSWORD"] else given["USER"]
    port = f":{given['PORT']}" if given["PORT"] else ""
    return f"postgres://{user}@{host}{port}/{name}"
