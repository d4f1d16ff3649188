"""Checks at a gate that go on at a rate while something is broken, and what came back."""

import json
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

import psycopg2

from benchmarks import load
from benchmarks.load import Reply, Seen
from tests import household
from tests.deployment import Deployment
from tests.faults.tables import query

RATE = 50.0
CONNECTIONS = 16
DIES_WITHIN_S = 5.0
QUESTION = json.dumps({"document_number": household.CHILD_NUMBER})


@dataclass
class Checks:
    """Fifty checks a second over real connections, from the moment the block begins."""

    deployment: Deployment
    key: str
    seconds: float
    rate: float = RATE
    connections: int = CONNECTIONS
    impatient: bool = False
    keep: bool = True
    seen: Seen | None = None
    replies: list[Reply] = field(default_factory=list)
    _process: "subprocess.Popen[bytes] | None" = None

    def __enter__(self) -> Self:
        self._process = load.begin(self._plan())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        if error is not None:
            self._process.kill()
            self._process.wait()
            return
        self.seen = load.end(self._process)
        self.replies = load.replies(str(self._kept)) if self.keep else []

    @property
    def ids(self) -> list[str]:
        """The ids of the checks that were answered."""
        return [reply.check_id for reply in self.replies if reply.status == 201]

    def statuses(self, *, since: float = 0.0) -> set[int]:
        """Return the statuses of what was asked since a moment of time.monotonic()."""
        return {reply.status for reply in self.replies if reply.asked >= since}

    def count(self, status: int) -> int:
        return sum(reply.status == status for reply in self.replies)

    @property
    def _kept(self) -> Path:
        return self.deployment.var / "replies"

    def _plan(self) -> load.Plan:
        headers = dict(self.deployment.proxy_headers)
        bodies = self.deployment.var / "bodies"
        bodies.write_text(QUESTION + "\n")
        return load.Plan(
            port=self.deployment.port,
            path="/api/v1/checks",
            authorization=f"Api-Key {self.key}",
            bodies=str(bodies),
            connections=self.connections,
            seconds=self.seconds,
            rate=self.rate,
            impatient=self.impatient,
            host=headers.pop("Host", "127.0.0.1"),
            headers=headers,
            keep=str(self._kept) if self.keep else "",
        )


class RevokedKey:
    """A second key of the gate, tried all the time; it works until it is revoked, and dies soon after."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        issued = deployment.run(sys.executable, "-m", "tests.faults.second_key")
        assert issued.returncode == 0, issued.stderr
        self._key = issued.stdout.strip()
        self._stop, self._thread = Event(), Thread(target=self._try)
        self._tries: list[tuple[float, int]] = []
        self._revoked_at = float("inf")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def revoke(self) -> None:
        """Revoke it as the use case does: a process of its own could take longer than the fault."""
        prefix = self._key.partition(".")[0]
        _write(
            self._deployment.database_url,
            "UPDATE lookup_devicekey SET revoked = true WHERE prefix = %s",
            prefix,
        )
        self._revoked_at = time.monotonic()

    @property
    def worked_before(self) -> bool:
        return any(status == 201 and asked < self._revoked_at for asked, status in self._tries)

    @property
    def outlived_s(self) -> float:
        """How long after its revocation it still opened anything, in seconds."""
        opened = [asked for asked, status in self._tries if status == 201 and asked > self._revoked_at]
        return max(opened, default=self._revoked_at) - self._revoked_at

    @property
    def refusals(self) -> int:
        return sum(status == 401 and asked > self._revoked_at for asked, status in self._tries)

    def _try(self) -> None:
        headers = {"Authorization": f"Api-Key {self._key}", "Content-Type": "application/json"}
        while not self._stop.wait(0.2):
            asked = time.monotonic()
            try:
                status = self._deployment.call(
                    "POST", "/api/v1/checks", body=QUESTION, headers=headers
                ).status
            except OSError:
                status = 0
            self._tries.append((asked, status))


def warm_up(deployment: Deployment, key: str) -> None:
    """Let every worker open its connections; on a busy machine the first calls may find no room."""
    with Checks(deployment, key, seconds=2.0):
        pass


def lift_limit(url: str) -> None:
    """Let the gate check as often as it likes: its limit has tests of its own."""
    _write(url, "UPDATE lookup_device SET checks_per_minute = 6000000")


def audited(url: str) -> list[str]:
    """Return the ids of all answered checks in the audit."""
    rows = query(url, "SELECT id FROM lookup_lookup WHERE outcome = 'ANSWERED' AND door = 'CHECKPOINT'")
    return [str(row[0]) for row in rows]


def _write(url: str, sql: str, *values: str) -> None:
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(sql, values)
