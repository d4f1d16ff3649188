"""A load generator in a process of its own: many connections, one epoll loop, answers only counted.

Cheap, so that on a small machine it takes little from the server that it measures: requests are made
before the clock starts, of an answer only status and length are read. Closed loop: each connection sends
its next request when the last is answered. With a rate: requests fall due by the clock, whether or not
the server keeps up, and an answer's time counts from when its request was due.
"""

import json
import random
import re
import select
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *([0-9]+)")
_CLOSES = re.compile(rb"(?i)\r\nconnection: *close")
_CHECK_ID = re.compile(rb'"check_id": ?"([0-9a-f-]{36})"')
_PERMILLES = (500, 950, 990, 999)


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
    keep_ids: str = ""
    """A file for the check ids that were answered."""
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


def begin(plan: Plan) -> "subprocess.Popen[bytes]":
    """Start sending; ``end`` waits for it."""
    command = [sys.executable, "-m", "benchmarks.load", json.dumps(asdict(plan))]
    return subprocess.Popen(command, cwd=Path(__file__).resolve().parents[1], stdout=subprocess.PIPE)


def end(process: "subprocess.Popen[bytes]") -> Seen:
    """Wait for a generator and return what it saw."""
    output, _ = process.communicate()
    assert process.returncode == 0, "the load generator failed"
    return Seen(**json.loads(output.splitlines()[-1]))


def send(plan: Plan) -> Seen:
    """Send all of it and return what came back."""
    return end(begin(plan))


class _Line:
    """One connection, and the request that is under way on it."""

    __slots__ = ("buffer", "due", "socket")

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(30)
        self.buffer, self.due = b"", 0.0


class _Generator:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._requests = _requests(plan)
        self._epoll = select.epoll()
        self._lines: dict[int, _Line] = {}
        self._idle: deque[_Line] = deque()
        self._times: dict[bytes, list[float]] = {}
        self._ids: list[bytes] = []
        self._unsent = self._broken = 0

    def run(self) -> Seen:
        for _ in range(self._plan.connections):
            self._open()
        began, cpu = time.perf_counter(), time.process_time()
        until = began + self._plan.seconds
        if self._plan.rate:
            self._run_by_the_clock(began, until)
        else:
            self._run_in_turn(until)
        seconds = time.perf_counter() - began
        if self._plan.keep_ids:
            Path(self._plan.keep_ids).write_bytes(b"\n".join(self._ids))
        return Seen(
            statuses={status.decode(): len(times) for status, times in self._times.items()},
            seconds=seconds,
            cpu_s=time.process_time() - cpu,
            unsent=self._unsent,
            broken=self._broken,
            ms={status.decode(): _percentiles(times) for status, times in self._times.items()},
        )

    def _run_in_turn(self, until: float) -> None:
        while self._idle:
            self._send(self._idle.popleft(), due=time.perf_counter())
        while len(self._idle) < len(self._lines):
            for line in self._answered(timeout=5.0):
                now = time.perf_counter()
                if now < until:
                    self._send(line, due=now)
                else:
                    self._idle.append(line)

    def _run_by_the_clock(self, began: float, until: float) -> None:
        step, number = 1 / self._plan.rate, 0
        while True:
            now = time.perf_counter()
            while self._idle and (due := began + number * step) <= now and due < until:
                self._send(self._idle.popleft(), due=due)
                number += 1
            if now >= until:
                # What fell due while every connection was waiting was never sent.
                self._unsent = max(0, int(self._plan.seconds * self._plan.rate) - number)
                break
            wait = max(0.0, began + number * step - now) if self._idle else 0.1
            self._idle.extend(self._answered(timeout=min(wait, until - now)))
        while len(self._idle) < len(self._lines) and time.perf_counter() < until + 35:
            self._idle.extend(self._answered(timeout=1.0))

    def _answered(self, *, timeout: float) -> Iterator[_Line]:
        for number, _ in self._epoll.poll(timeout):
            line = self._lines.get(number)
            if line is not None and (line := self._read(line)) is not None:
                yield line

    def _read(self, line: _Line) -> _Line | None:
        """Take in what has come; return the line when its answer is whole, or a new one in its place."""
        try:
            data = line.socket.recv(1 << 20)
        except OSError:
            data = b""
        if not data:
            return self._lost(line)
        data = line.buffer + data
        head = data.find(b"\r\n\r\n")
        length = _LENGTH.search(data, 0, head + 2) if head >= 0 else None
        if length is None or len(data) < head + 4 + int(length[1]):
            line.buffer = data
            return None
        line.buffer = b""
        self._times.setdefault(data[9:12], []).append(time.perf_counter() - line.due)
        if self._plan.keep_ids and (found := _CHECK_ID.search(data, head)):
            self._ids.append(found[1])
        if _CLOSES.search(data, 0, head + 2):
            self._close(line)
            return self._open(idle=False)
        return line

    def _send(self, line: _Line, *, due: float) -> None:
        line.due = due
        try:
            line.socket.sendall(next(self._requests))
        except OSError:
            if (fresh := self._lost(line)) is not None:
                self._idle.append(fresh)

    def _lost(self, line: _Line) -> _Line | None:
        """Count a connection that ended under a request, and open another."""
        self._broken += 1
        self._close(line)
        try:
            return self._open(idle=False)
        except OSError:
            return None

    def _open(self, *, idle: bool = True) -> _Line:
        line = _Line(self._plan.port)
        self._lines[line.socket.fileno()] = line
        self._epoll.register(line.socket, select.EPOLLIN)
        if idle:
            self._idle.append(line)
        return line

    def _close(self, line: _Line) -> None:
        del self._lines[line.socket.fileno()]
        self._epoll.unregister(line.socket)
        line.socket.close()


def _requests(plan: Plan) -> Iterator[bytes]:
    head = (
        f"POST {plan.path} HTTP/1.1\r\nHost: 127.0.0.1:{plan.port}\r\nAuthorization: {plan.authorization}\r\n"
        "Content-Type: application/json\r\nAccept: application/json\r\nContent-Length: "
    )
    bodies = Path(plan.bodies).read_bytes().splitlines()
    random.Random(plan.seed).shuffle(bodies)
    whole = [f"{head}{len(body)}\r\n\r\n".encode() + body for body in bodies]
    while True:
        yield from whole


def _percentiles(times: list[float]) -> dict[str, float]:
    ordered, last = sorted(times), len(times) - 1
    found = {f"p{permille / 10:g}": 1000 * ordered[last * permille // 1000] for permille in _PERMILLES}
    return found | {"most": 1000 * ordered[-1]}


def main() -> None:
    """Send what the argument asks for and print what came back, as JSON."""
    given: dict[str, Any] = json.loads(sys.argv[1])
    print(json.dumps(asdict(_Generator(Plan(**given)).run())))


if __name__ == "__main__":
    main()
