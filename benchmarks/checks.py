"""A check at a gate beside its peers and its limit: FastAPI, the common DRF way, and pgbench.

One durable PostgreSQL, 100,000 people, every contestant a real server, in rotating order within one run.
A round of a contestant counts only if every answer was a 201 and left its audit row: no more, no fewer.
"""

import os
import statistics
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from benchmarks import contestants, load, statements
from benchmarks.contestants import Server
from benchmarks.gate_town import PEOPLE, Gate, settle
from benchmarks.rounds import Rates
from benchmarks.scene import scene
from benchmarks.statements import Statements
from healthkit.web_server import THREADS, WORKERS
from tests.deployment import free_port

CONNECTIONS = [int(number) for number in os.environ.get("BENCH_CONNECTIONS", "2,16,64").split(",")]
SECONDS = float(os.environ.get("BENCH_SECONDS", "3"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
BATCH = 200
OURS, BATCHES, LIMIT, COMMON = "our check", f"our batches of {BATCH}", "pgbench", "DRF, the common way"
UVICORN, GRANIAN = "FastAPI, uvicorn", "FastAPI, granian"
OUR_SERVER = os.environ.get("BENCH_SERVER", f"granian-{WORKERS}-{THREADS}")
"""Server, workers and threads of our own contestant."""


@dataclass(frozen=True, kw_only=True)
class Shot:
    """One round of one contestant."""

    rate: float
    cpu_us: float = 0.0
    """Of the server's processes, each person checked."""
    database_us: float = 0.0
    """Of PostgreSQL's, the same."""
    p99_ms: float = 0.0


Round = Callable[[int], Shot]


def main() -> None:
    """Measure and print."""
    with scene(connections=200), ExitStack() as servers:
        gate = settle()
        rounds = _contestants(gate, servers)
        for connections in CONNECTIONS:
            _report(connections, _measure(rounds, connections))


def _contestants(gate: Gate, servers: ExitStack) -> dict[str, Round]:
    from django.conf import settings

    secrets = {
        "PEER_PERSON_KEY_SECRET": settings.PERSON_KEY_SECRET.hex(),
        "PEER_SEALING_KEY": settings.SEALING_KEYS[1].hex(),
    }

    def start(make: Callable[..., list[str]], **options: int) -> Server:
        port = free_port()
        command = make(port, **options)
        return servers.enter_context(
            contestants.serve(command, port=port, authorization=gate.authorization, environment=secrets)
        )

    kind, workers, threads = OUR_SERVER.split("-")
    ours = start(getattr(contestants, kind), workers=int(workers), threads=int(threads))
    _shot(ours, gate.single, 1, seconds=0.5)
    limit = statements.prepare(os.environ["DATABASE_URL"], gate)
    uvicorn, granian = start(contestants.uvicorn_peer), start(contestants.granian_peer)
    common = servers.enter_context(contestants.common_way(gate.device_id, environment=secrets))
    return {
        OURS: lambda connections: _shot(ours, gate.single, connections),
        UVICORN: lambda connections: _shot(uvicorn, gate.single, connections),
        GRANIAN: lambda connections: _shot(granian, gate.single, connections),
        COMMON: lambda connections: _shot(common, gate.single, connections),
        LIMIT: lambda connections: _limit(limit, connections),
        BATCHES: lambda connections: _shot(ours, gate.batch(BATCH), min(connections, 4), size=BATCH),
    }


def _shot(server: Server, bodies: str, connections: int, *, size: int = 1, seconds: float = SECONDS) -> Shot:
    path = "/api/v1/checks" if size == 1 else "/api/v1/checks/batch"
    before, cpu, database = _audit_rows(), server.cpu_s(), contestants.database_cpu_s()
    seen = load.send(
        load.Plan(
            port=server.port,
            path=path,
            authorization=server.authorization,
            bodies=bodies,
            connections=connections,
            seconds=seconds,
        )
    )
    cpu, database = server.cpu_s() - cpu, contestants.database_cpu_s() - database
    good = seen.of(201) if size == 1 else seen.of(200)
    assert good == seen.answered > 0, f"not every answer was one: {seen.statuses}"
    assert not seen.broken, f"{seen.broken} connections broke"
    written = _audit_rows() - before
    assert written == good * size, f"{good * size} people answered, {written} audit rows"
    times = next(iter(seen.ms.values()))
    people = good * size
    return Shot(
        rate=people / seen.seconds,
        cpu_us=1e6 * cpu / people,
        database_us=1e6 * database / people,
        p99_ms=times["p99"],
    )


def _limit(limit: Statements, connections: int) -> Shot:
    before, database = _audit_rows(), contestants.database_cpu_s()
    rate = limit.run(connections, seconds=SECONDS)
    database, written = contestants.database_cpu_s() - database, _audit_rows() - before
    return Shot(rate=rate, database_us=1e6 * database / written)


def _audit_rows() -> int:
    from lookup.models import Lookup

    return Lookup.objects.count()


def _measure(rounds: Mapping[str, Round], connections: int) -> dict[str, list[Shot]]:
    names, shots = list(rounds), {name: list[Shot]() for name in rounds}
    for number in range(ROUNDS + 1):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            shot = rounds[name](connections)
            if number:  # the first warms up
                shots[name].append(shot)
    return shots


def _report(connections: int, shots: Mapping[str, list[Shot]]) -> None:
    rates = Rates(of={name: [shot.rate for shot in row] for name, row in shots.items()})
    print(f"\nChecks, {connections} connections, {PEOPLE:,} people, {ROUNDS} rounds of {SECONDS:g} s")
    for name, row in shots.items():
        cpu = statistics.median(shot.cpu_us for shot in row)
        database = statistics.median(shot.database_us for shot in row)
        p99 = statistics.median(shot.p99_ms for shot in row)
        used = f"{cpu:5.0f} µs of CPU, {database:4.0f} in PostgreSQL"
        print(f"  {name:22} {rates.median(name):>8,.0f} /s   {used}   p99 {p99:6.1f} ms")
    better = max((UVICORN, GRANIAN), key=rates.median)
    cpu = _ratio([shot.cpu_us for shot in shots[OURS]], [shot.cpu_us for shot in shots[better]])
    print(f"  ours ÷ {better} {rates.ratio(OURS, better):.2f} (≥ 1.3), CPU {cpu:.2f} (≤ 0.8)")
    print(f"  ours ÷ pgbench {rates.ratio(OURS, LIMIT):.2f} (≥ 0.30)")
    print(f"  ours ÷ the common DRF way {rates.ratio(OURS, COMMON):.1f} (≥ 6)")
    if BATCHES in shots:
        print(f"  people in batches ÷ one by one {rates.ratio(BATCHES, OURS):.1f} (≥ 15)")


def _ratio(ours: list[float], theirs: list[float]) -> float:
    return statistics.median(one / other for one, other in zip(ours, theirs, strict=True))


if __name__ == "__main__":
    main()
