"""A gate that checks for long, then ten times as much, then again: no error, no growth, and it recovers.

Short in CI, where only what must hold on any machine is asserted. The long form finds the highest rate at
which 19 of 20 checks take 15 ms or less, holds it for a quarter of an hour, and asserts times as well.
"""

import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

import pytest

from benchmarks.contestants import tree
from benchmarks.load import Seen
from tests.deployment import Deployment
from tests.faults.checks import RATE, Checks, audited, lift_limit
from tests.faults.conftest import Feeds
from tests.faults.durable_postgres import Durable
from tests.faults.tables import query
from tests.faults.test_lost_database import open_doors
from tests.rounds import IS_LONG, rounds

pytestmark = pytest.mark.faults

STEADY_S = rounds(short=8, long=15 * 60)
OVERLOAD_S = rounds(short=6, long=2 * 60)
RECOVERS_WITHIN_S = 30
TIMES, MANY_CONNECTIONS = 10, 512
P95_MS, REFUSED_MS = 15.0, 100.0
MAY_GROW_MB = 24.0


@dataclass
class Watch:
    """What the server's processes hold while a block runs: memory, and sessions of the database."""

    pid: int
    database_url: str
    every_s: float
    memory_mb: list[float] = field(default_factory=list)
    sessions: list[int] = field(default_factory=list)
    _stop: Event = field(default_factory=Event)

    def __enter__(self) -> Self:
        self._thread = Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def growth_mb(self) -> float:
        """Return by how much the last third holds more than the second: the first warms up."""
        third = len(self.memory_mb) // 3
        second, last = self.memory_mb[third : 2 * third], self.memory_mb[2 * third :]
        return statistics.median(last) - statistics.median(second)

    def _look(self) -> None:
        while not self._stop.wait(self.every_s):
            self.memory_mb.append(sum(map(_memory_mb, tree(self.pid))))
            rows = query(
                self.database_url, "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            )
            self.sessions.append(rows[0][0])


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Durable]:
    durable = Durable(tmp_path / "postgres")
    try:
        yield durable
    finally:
        durable.end()


def test_gate_neither_fails_nor_grows_and_recovers_from_ten_times_its_load(
    postgres: Durable, tmp_path: Path, folder_of_feeds: Feeds
) -> None:
    deployment = Deployment(var=tmp_path, database_url=postgres.url)
    folder_of_feeds.lend_to(deployment)
    key = open_doors(deployment).device_key
    lift_limit(postgres.url)
    with deployment.web_as_deployed() as server:
        rate = _highest_rate(deployment, key) if IS_LONG else RATE
        with Watch(server.pid, postgres.url, STEADY_S / 30) as watch:
            steady = _send(deployment, key, seconds=STEADY_S, rate=rate)
        over = _send(
            *(deployment, key),
            seconds=OVERLOAD_S,
            rate=TIMES * rate,
            connections=MANY_CONNECTIONS,
            impatient=True,
        )
        took_s, after = _recovered(deployment, key, rate=rate)
    _say(rate, steady, over, took_s, watch)
    assert set(steady.statuses) == set(after.statuses) == {"201"}
    assert steady.broken == over.broken == after.broken == 0
    assert set(over.statuses) <= {"201", "429", "503"}
    assert over.of(201) > 0
    assert watch.growth_mb() < MAY_GROW_MB
    assert max(watch.sessions[-5:]) <= max(watch.sessions[:10])
    rows = audited(postgres.url)
    assert len(rows) == len(set(rows))
    if IS_LONG:
        assert over.ms["201"]["p99"] <= 2 * max(steady.ms["201"]["p99"], P95_MS)
        assert all(over.ms[status]["p99"] <= REFUSED_MS for status in over.statuses if status != "201")
        assert took_s <= RECOVERS_WITHIN_S


def _highest_rate(deployment: Deployment, key: str) -> float:
    """Return the highest rate, in steps of a tenth, at which 19 of 20 checks take P95_MS or less."""
    rate = _send(deployment, key, seconds=5, rate=0.0).rate
    while rate > RATE:
        seen = _send(deployment, key, seconds=10, rate=rate)
        if set(seen.statuses) == {"201"} and seen.ms["201"]["p95"] <= P95_MS:
            return rate
        rate *= 0.9
    return RATE


def _recovered(deployment: Deployment, key: str, *, rate: float) -> tuple[float, Seen]:
    """Return after how many seconds the old rate is answered as before, and what was seen then."""
    began = time.monotonic()
    while True:
        at, seen = time.monotonic() - began, _send(deployment, key, seconds=2, rate=rate)
        well = set(seen.statuses) == {"201"} and (not IS_LONG or seen.ms["201"]["p95"] <= P95_MS)
        if well or at > RECOVERS_WITHIN_S:
            return at, seen


def _send(
    deployment: Deployment,
    key: str,
    *,
    seconds: float,
    rate: float,
    connections: int = 32,
    impatient: bool = False,
) -> Seen:
    checks = Checks(
        deployment, key, seconds=seconds, rate=rate, connections=connections, impatient=impatient, keep=False
    )
    with checks:
        pass
    assert checks.seen is not None
    return checks.seen


def _memory_mb(pid: int) -> float:
    """Return the memory of a process, what it shares counted by its share."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return int(text.partition("\nPss:")[2].split()[0]) / 1024


def _say(rate: float, steady: Seen, over: Seen, took_s: float, watch: Watch) -> None:
    sys.stdout.write(
        f"\n{rate:.0f}/s for {STEADY_S} s: {steady.statuses}, {steady.ms}\n"
        f"memory {watch.memory_mb[len(watch.memory_mb) // 3]:.0f} → {watch.memory_mb[-1]:.0f} MB, "
        f"sessions {min(watch.sessions)} to {max(watch.sessions)}\n"
        f"{TIMES} times for {OVERLOAD_S} s: {over.statuses}, {over.unsent} unsent, {over.ms}\n"
        f"recovered after {took_s:.1f} s\n"
    )
