"""Load on a server: what to send, and what came back. It is sent by a process of its own (generator.py)."""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to send: raw bodies are drawn from a file, one a line."""

    port: int
    path: str
    authorization: str
    bodies: str
    connections: int
    seconds: float
    rate: float = 0.0
    """Requests a second over all connections; 0 is a closed loop."""
    impatient: bool = False
    """With a rate: what falls due while no connection is free is left out, as people at a gate walk on."""
    host: str = "127.0.0.1"
    headers: dict[str, str] = field(default_factory=dict)
    """What a proxy in front of the server would add."""
    keep: str = ""
    """A file for one line of each request, as ``replies`` reads it."""
    seed: int = 1


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What came back, and how long it took in milliseconds."""

    statuses: dict[str, int]
    seconds: float
    cpu_s: float
    unsent: int
    broken: int
    ms: dict[str, dict[str, float]] = field(default_factory=dict)
    """Of each status: the 50th, 95th, 99th percentile, the 99.9th, and the most."""

    @property
    def answered(self) -> int:
        return sum(self.statuses.values())

    @property
    def rate(self) -> float:
        return self.answered / self.seconds

    def of(self, status: int) -> int:
        return self.statuses.get(str(status), 0)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What came of one request; status 0 is a connection that ended under it."""

    asked: float
    """By time.monotonic(), when it was due."""
    took: float
    status: int
    check_id: str


def replies(path: str) -> list[Reply]:
    """Return what a plan has kept, in the order of the answers."""
    rows = (line.split() for line in Path(path).read_text().splitlines())
    return [
        Reply(asked=float(asked), took=float(took), status=int(status), check_id=id.strip("-"))
        for asked, took, status, id in rows
    ]


def begin(plan: Plan) -> "subprocess.Popen[bytes]":
    """Start sending; ``end`` waits for it."""
    command = [sys.executable, "-m", "benchmarks.generator", json.dumps(asdict(plan))]
    return subprocess.Popen(command, cwd=Path(__file__).resolve().parents[1], stdout=subprocess.PIPE)


def end(process: "subprocess.Popen[bytes]") -> Seen:
    """Wait for a generator and return what it saw."""
    output, _ = process.communicate()
    assert process.returncode == 0, "the load generator failed"
    return Seen(**json.loads(output.splitlines()[-1]))


def send(plan: Plan) -> Seen:
    """Send all of it and return what came back."""
    return end(begin(plan))
