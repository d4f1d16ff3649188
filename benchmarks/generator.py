"""The load generator: many connections, one epoll loop, answers only counted. Run by benchmarks.load.

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
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from benchmarks.load import Plan, Seen

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *([0-9]+)")
_CLOSES = re.compile(rb"(?i)\r\nconnection: *close")
_CHECK_ID = re.compile(rb'"check_id": ?"([0-9a-f-]{36})"')
_PERMILLES = (500, 950, 990, 999)


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
        self._kept: list[str] = []
        self._unsent = self._broken = 0
        self._clock = time.monotonic() - time.perf_counter()

    def run(self) -> Seen:
        self._idle.extend(self._open() for _ in range(self._plan.connections))
        began, cpu = time.perf_counter(), time.process_time()
        until = began + self._plan.seconds
        if self._plan.rate:
            self._run_by_the_clock(began, until)
        else:
            self._run_in_turn(until)
        seconds = time.perf_counter() - began
        if self._plan.keep:
            Path(self._plan.keep).write_text("\n".join(self._kept))
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
            if self._plan.impatient and not self._idle and (late := int((now - began) / step)) > number:
                self._unsent, number = self._unsent + late - number, late
            if now >= until:
                # What fell due while every connection was waiting was never sent.
                self._unsent += max(0, int(self._plan.seconds * self._plan.rate) - number)
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
        took = time.perf_counter() - line.due
        asked, line.due = line.due, 0.0
        self._times.setdefault(data[9:12], []).append(took)
        if self._plan.keep:
            self._keep(asked, took, data[9:12], _CHECK_ID.search(data, head))
        if _CLOSES.search(data, 0, head + 2):
            return self._instead_of(line)
        return line

    def _send(self, line: _Line, *, due: float) -> None:
        line.due = due
        try:
            line.socket.sendall(next(self._requests))
        except OSError:
            if (fresh := self._lost(line)) is not None:
                self._idle.append(fresh)

    def _lost(self, line: _Line) -> _Line | None:
        """Count a request whose connection ended under it; an idle one may end."""
        if line.due:
            self._broken += 1
            if self._plan.keep:
                self._keep(line.due, time.perf_counter() - line.due, b"0", None)
        with suppress(ValueError):
            self._idle.remove(line)
        return self._instead_of(line)

    def _keep(self, asked: float, took: float, status: bytes, check: re.Match[bytes] | None) -> None:
        check_id = check[1].decode() if check else "-"
        self._kept.append(f"{asked + self._clock} {took} {status.decode()} {check_id}")

    def _instead_of(self, line: _Line) -> _Line | None:
        del self._lines[line.socket.fileno()]
        self._epoll.unregister(line.socket)
        line.socket.close()
        try:
            return self._open()
        except OSError:
            return None

    def _open(self) -> _Line:
        line = _Line(self._plan.port)
        self._lines[line.socket.fileno()] = line
        self._epoll.register(line.socket, select.EPOLLIN)
        return line


def _requests(plan: Plan) -> Iterator[bytes]:
    head = (
        f"POST {plan.path} HTTP/1.1\r\nHost: {plan.host}\r\nAuthorization: {plan.authorization}\r\n"
        "Content-Type: application/json\r\nAccept: application/json\r\n"
    )
    head += "".join(f"{name}: {value}\r\n" for name, value in plan.headers.items()) + "Content-Length: "
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
    print(json.dumps(asdict(_Generator(Plan(**json.loads(sys.argv[1]))).run())))


if __name__ == "__main__":
    main()
