"""The sync while the tables grow: rate, peak memory of the loader, and what readers notice of it.

Small by default. For a city: BENCH_PEOPLE=5000000 BENCH_SIZES=1000000,10000000 (tests on file when the
rate is taken), an hour or so and 20 GB of disk. Rates are held against a bare COPY beside each.
"""

import io
import os
import random
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import loader
from benchmarks.gate import Gate, gate
from benchmarks.scene import scene
from benchmarks.town import SOURCE, Town, clock

SMALL_TOWN = 10_000
PEOPLE = int(os.environ.get("BENCH_PEOPLE", "200000"))
SIZES = [int(size) for size in os.environ.get("BENCH_SIZES", "200000,600000").split(",")]
STEP, SAMPLES = 100_000, 3
CHECKS = 1_000


def main() -> None:
    """Measure and print."""
    with scene():
        _measure()


def _measure() -> None:
    from django.conf import settings

    feeds = Path(settings.VAR_DIR) / "feeds"
    town = Town(at=clock())
    town.keep_days()
    with gate(town) as asking:
        _grow_and_sync(town, feeds, asking)


def _grow_and_sync(town: Town, feeds: Path, asking: Gate) -> None:
    small, large = _answers(town, SMALL_TOWN, asking), _answers(town, PEOPLE, asking)
    print(f"\nA check over HTTP: {small:,.0f} answers/s of {SMALL_TOWN:,} people, {large:,.0f} of {PEOPLE:,}")
    print(f"  large ÷ small {large / small:.2f}")
    total, rates, peaks = 0, [], []
    for size in SIZES:
        while total < size - SAMPLES * STEP:
            peaks.append(_load(town, feeds, STEP, share=total / SIZES[-1]).peak_mb)
            total += STEP
        samples = []
        for _ in range(SAMPLES):
            loaded = _load(town, feeds, STEP, share=total / SIZES[-1])
            total += STEP
            peaks.append(loaded.peak_mb)
            samples.append((loaded.rate, loaded.rate / _bare()))
        rate, of_bare = (statistics.median(column) for column in zip(*samples, strict=True))
        rates.append(of_bare)
        print(f"\nTests on file {total:>12,}: {rate:,.0f} rows/s, {of_bare:.2f} of a bare COPY")
    print(f"  last ÷ first, each against its own COPY {rates[-1] / rates[0]:.2f}")
    whole = _load(town, feeds, 6 * STEP, share=1.0)
    print(f"\nPeak memory of the loader: {peaks[0]:.0f} MB for {STEP:,} rows, ", end="")
    print(f"{whole.peak_mb:.0f} MB for {whole.rows:,}; at most {max(*peaks, whole.peak_mb):.0f} MB")
    for words, gentle in (("at full speed", False), ("that is gentle", True)):
        quiet, busy = _during(town, feeds, asking, gentle=gentle)
        print(f"\nA check over HTTP, p99: {quiet:.1f} ms alone, {busy:.1f} ms during a sync {words}")
        print(f"  during ÷ alone {busy / quiet:.2f}")


def _load(town: Town, feeds: Path, rows: int, *, share: float) -> loader.Loaded:
    return loader.end(_begin(town, feeds, rows, share=share))


def _begin(
    town: Town, feeds: Path, rows: int, *, share: float, gentle: bool = False
) -> "subprocess.Popen[bytes]":
    folder = feeds / SOURCE / "tests"
    shutil.rmtree(folder, ignore_errors=True)
    town.deliver(folder, rows, share=share)
    return loader.begin(feeds, at=town.at, gentle=gentle)


def _bare() -> float:
    """Return how many rows a second a bare COPY of our last rows makes."""
    from django.db import connection

    with connection.cursor() as cursor:
        buffer = io.BytesIO()
        cursor.copy_expert(f"COPY (SELECT * FROM records_naat LIMIT {STEP}) TO STDOUT", buffer)
        cursor.execute("CREATE TABLE IF NOT EXISTS bare (LIKE records_naat)")
        cursor.execute("TRUNCATE bare")
        begun = time.perf_counter()
        cursor.copy_expert("COPY bare FROM STDIN", io.BytesIO(buffer.getvalue()))
        return STEP / (time.perf_counter() - begun)


def _answers(town: Town, people: int, asking: Gate) -> float:
    """Return how many checks are answered in a second, once the town has so many people."""
    town.grow(people)
    _ask(town, asking, while_true=None)  # warm
    return 1 / statistics.mean(_ask(town, asking, while_true=None))


def _during(town: Town, feeds: Path, asking: Gate, *, gentle: bool) -> tuple[float, float]:
    """Return the 99th percentile in ms of checks alone, before and after, and beside a sync."""
    alone = _ask(town, asking, while_true=None)
    process = _begin(town, feeds, (2 if gentle else 4) * STEP, share=1.0, gentle=gentle)
    time.sleep(1.5)  # until the loader has started
    beside = _ask(town, asking, while_true=lambda: process.poll() is None)
    loader.end(process)
    alone += _ask(town, asking, while_true=None)
    return _p99_ms(alone), _p99_ms(beside)


def _p99_ms(seconds: list[float]) -> float:
    return 1000 * statistics.quantiles(seconds, n=100)[98]


def _ask(town: Town, asking: Gate, *, while_true: Callable[[], bool] | None) -> list[float]:
    """Ask about people by chance, CHECKS times or as long as something holds; return the seconds of each."""
    asking.reconnect()
    draw, seconds = random.Random(11), list[float]()
    while len(seconds) < CHECKS if while_true is None else while_true():
        seconds.append(asking.ask(draw.randrange(town.people)))
    return seconds


if __name__ == "__main__":
    main()
