"""The sync by two beats, Redis and two prefork workers, under fire: the end state of an undisturbed run.

Every message is delivered again while its task still runs (`on_redis_settings`). In `make torture`
with more kills, and once more over HTTP.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random

import pytest

from tests.deployment import Deployment, children_of
from tests.faults import feeds
from tests.faults.conftest import Feeds, NewDeployment, Undisturbed
from tests.faults.tables import Tables, dump, first_difference, query, received
from tests.faults.test_lost_database import Durable
from tests.production.redis_server import RedisServer
from tests.records.http_feeds import http_sources_text, serving
from tests.rounds import IS_LONG, rounds

pytestmark = pytest.mark.redis

KILLS = rounds(short=3, long=20)
OUTAGES = rounds(short=1, long=5)
LONGEST_S = 90
_PAGES = "SELECT count(*) FROM records_syncrun WHERE problem = ''"

Worker = subprocess.Popen[bytes]


@dataclass(frozen=True, kw_only=True)
class Way:
    """How the feeds come in, and what an undisturbed sync makes of them that way."""

    settings: dict[str, str]
    tables: Tables

    @property
    def ends(self) -> set[tuple[str, str, str]]:
        """Where each feed stands once all of it is read."""
        return {(row["name"], row["kind"], row["cursor"]) for row in self.tables["records_source"]}


@pytest.fixture(scope="module", params=["files", "http"] if IS_LONG else ["files"])
def way(
    request: pytest.FixtureRequest,
    new_deployment: NewDeployment,
    folder_of_feeds: Feeds,
    undisturbed: Undisturbed,
) -> Iterator[Way]:
    if request.param == "files":
        yield Way(settings={}, tables=undisturbed.tables)
        return
    with serving(folder_of_feeds.folder, most_rows=1500) as server:
        deployment = new_deployment()
        deployment.extra["HTTP_SOURCES"] = http_sources_text(server)
        done = deployment.manage("sync")
        assert done.returncode == 0, done.stderr
        yield Way(settings=dict(deployment.extra), tables=dump(deployment.database_url))


def on_redis(deployment: Deployment, redis_server: RedisServer, way: Way) -> Deployment:
    """Let a deployment run on Redis, with the feeds coming in one way."""
    deployment.extra |= way.settings | {
        "DJANGO_SETTINGS_MODULE": "tests.production.on_redis_settings",
        "REDIS_URL": redis_server.url,
    }
    return deployment


class Crew:
    """Two prefork workers, and an init system that starts one again as soon as it has ended."""

    def __init__(self, deployment: Deployment, running: ExitStack) -> None:
        self._deployment, self._running = deployment, running
        self._names = (f"worker-{number}" for number in count(1))
        self.workers = [self._start(), self._start()]

    def keep_up(self) -> None:
        """Start again what has ended; Celery itself may end when Redis goes away."""
        self.workers = [self._start() if worker.poll() is not None else worker for worker in self.workers]

    def _start(self) -> Worker:
        return self._running.enter_context(self._deployment.worker(next(self._names), pool="prefork"))


@contextmanager
def two_beats_and_two_workers(deployment: Deployment) -> Iterator[Crew]:
    with ExitStack() as running:
        for name in ("first", "second"):
            running.enter_context(deployment.beat(name))
        yield Crew(deployment, running)


def test_sync_ends_in_the_same_state_when_pool_child_worker_and_command_are_killed(
    new_deployment: NewDeployment, redis_server: RedisServer, way: Way
) -> None:
    random, kills = Random(), 0
    for _attempt in range(KILLS):
        deployment = on_redis(new_deployment(), redis_server, way)
        kills += kill_until_read(deployment, way, random, first=kills)
        assert_same(deployment, way)
        if kills >= KILLS:
            break
    assert kills >= KILLS, "the feeds were always read before enough could be killed"


def test_sync_ends_in_the_same_state_when_a_task_is_redelivered_while_it_still_runs(
    new_deployment: NewDeployment, redis_server: RedisServer, way: Way
) -> None:
    deployment = on_redis(new_deployment(), redis_server, way)
    with deployment.worker("frozen", pool="prefork") as frozen:
        deployment.send("records.tasks.sync")
        assert wait_for_pages(deployment, way, more=2)
        with stopped([*children_of(frozen), frozen.pid]):
            time.sleep(1.5)  # the visibility timeout
            with deployment.worker("second", pool="prefork"):
                wait_until(
                    lambda: is_delivered_twice(deployment), deployment, what="the task was not redelivered"
                )
                time.sleep(2)
        # Both have the same task now, in the middle of it.
        with two_beats_and_two_workers(deployment) as crew:
            wait_until_read(deployment, way, crew)
    assert_same(deployment, way)


@pytest.mark.parametrize("outage", range(OUTAGES))
def test_sync_goes_on_and_ends_in_the_same_state_when_redis_is_restarted(
    outage: int, new_deployment: NewDeployment, redis_server: RedisServer, way: Way
) -> None:
    deployment = on_redis(new_deployment(), redis_server, way)
    with two_beats_and_two_workers(deployment) as crew:
        assert wait_for_pages(deployment, way, more=2)
        redis_server.kill()
        time.sleep(2)
        redis_server.start()
        wait_until_read(deployment, way, crew)
        beaten = query(deployment.database_url, "SELECT beaten_at FROM records_heartbeat")
        wait_until(
            lambda: query(deployment.database_url, "SELECT beaten_at FROM records_heartbeat") > beaten,
            deployment,
            what="the queue does not carry any more",
            crew=crew,
        )
    assert_same(deployment, way)


@pytest.mark.parametrize("outage", range(OUTAGES))
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT] if IS_LONG else [signal.SIGKILL])
def test_sync_goes_on_and_ends_in_the_same_state_when_postgresql_is_restarted(
    number: signal.Signals,
    outage: int,
    redis_server: RedisServer,
    tmp_path: Path,
    folder_of_feeds: Feeds,
    way: Way,
) -> None:
    postgres = Durable(tmp_path / "postgres")
    try:
        deployment = on_redis(Deployment(var=tmp_path, database_url=postgres.url), redis_server, way)
        folder_of_feeds.lend_to(deployment)
        assert deployment.manage("migrate", "-v0").returncode == 0, deployment.end_of_logs
        feeds.trust(deployment)
        with two_beats_and_two_workers(deployment) as crew:
            assert wait_for_pages(deployment, way, more=2)
            postgres.go_away(number)
            time.sleep(1)
            postgres.come_back()
            wait_until_read(deployment, way, crew)
        assert_same(deployment, way)
    finally:
        postgres.end()


def kill_until_read(deployment: Deployment, way: Way, random: Random, *, first: int) -> int:
    """Kill one after the other while pages come in, then let the rest be read; return the kills."""
    kills = 0
    with two_beats_and_two_workers(deployment) as crew:
        while first + kills < KILLS and wait_for_pages(deployment, way, more=1):
            time.sleep(random.uniform(0, 0.3))
            KILLING[(first + kills) % len(KILLING)](deployment, crew.workers, random)
            kills += 1
            crew.keep_up()
        wait_until_read(deployment, way, crew)
    return kills


def kill_pool_child(deployment: Deployment, workers: list[Worker], random: Random) -> None:
    """Kill the whole pool of one worker, which stays: one of these was at work."""
    for pid in children_of(random.choice(workers)):
        kill(pid)


def kill_worker(deployment: Deployment, workers: list[Worker], random: Random) -> None:
    worker = random.choice(workers)
    pool = children_of(worker)
    worker.kill()
    for pid in pool:
        kill(pid)
    worker.wait(timeout=10)


def kill_command(deployment: Deployment, workers: list[Worker], random: Random) -> None:
    with deployment.process("sync", sys.executable, "manage.py", "sync", "--now") as sync:
        time.sleep(random.uniform(0.5, 2))
        sync.kill()
        sync.wait(timeout=10)


Killing = Callable[[Deployment, list[Worker], Random], None]
KILLING: tuple[Killing, ...] = (kill_command, kill_pool_child, kill_worker)


def kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


@contextmanager
def stopped(pids: list[int]) -> Iterator[None]:
    """Let processes stand still for the length of a block."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in reversed(pids):
            os.kill(pid, signal.SIGCONT)


def is_delivered_twice(deployment: Deployment) -> bool:
    """Tell whether a worker has received the very message that another one has."""
    log = (deployment.var / "worker.log").read_text(errors="replace")
    ids = re.findall(r"records\.tasks\.sync\[([0-9a-f-]{36})\] received", log)
    return len(ids) > len(set(ids))


def wait_for_pages(deployment: Deployment, way: Way, *, more: int) -> bool:
    """Wait until more pages have come in; False if all is read before."""
    [(before,)] = query(deployment.database_url, _PAGES)
    wait_until(
        lambda: is_read(deployment, way) or query(deployment.database_url, _PAGES)[0][0] >= before + more,
        deployment,
        what="no page came in",
    )
    return not is_read(deployment, way)


def wait_until_read(deployment: Deployment, way: Way, crew: Crew) -> None:
    wait_until(lambda: is_read(deployment, way), deployment, what="the feeds were not read", crew=crew)


def is_read(deployment: Deployment, way: Way) -> bool:
    return set(query(deployment.database_url, "SELECT name, kind, cursor FROM records_source")) == way.ends


def wait_until(
    holds: Callable[[], bool], deployment: Deployment, *, what: str, crew: Crew | None = None
) -> None:
    until = time.monotonic() + LONGEST_S
    while time.monotonic() < until:
        if holds():
            return
        if crew is not None:
            crew.keep_up()
        time.sleep(0.1)
    raise AssertionError(f"{what}: {deployment.end_of_logs}")


def assert_same(deployment: Deployment, way: Way) -> None:
    tables = dump(deployment.database_url)
    assert first_difference(tables, way.tables) == "", deployment.end_of_logs
    assert received(tables) == received(way.tables)
