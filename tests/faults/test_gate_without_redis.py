"""Redis is killed, falls silent or forgets everything: nothing of that is seen at a gate."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from healthkit.embedded_postgres import DATABASE, EmbeddedPostgres
from tests import household
from tests.deployment import Deployment
from tests.faults.checks import DIES_WITHIN_S, Checks, RevokedKey, audited, lift_limit, warm_up
from tests.household import Access
from tests.production.environment import BEHIND_TLS, production_environment
from tests.production.redis_server import RedisServer
from tests.rounds import rounds

pytestmark = pytest.mark.faults

BROKEN_S = rounds(short=4, long=30)
BEFORE_S, AFTER_S = 2.0, 4.0

Breakage = Callable[[RedisServer], None]


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    postgres = EmbeddedPostgres(folder=tmp_path_factory.mktemp("postgres"), durable=False)
    server = postgres.start()
    yield postgres
    postgres.stop(server)


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path / "redis")
    try:
        server.start()
        yield server
    finally:
        server.kill()


@pytest.fixture
def deployment(tmp_path: Path, postgres: EmbeddedPostgres, redis_server: RedisServer) -> Deployment:
    """A server with production settings, a database of its own, father and child, and a gate."""
    name = f"gate_{time.monotonic_ns()}"
    with closing(psycopg2.connect(postgres.url.removesuffix(DATABASE) + "postgres")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
    household.write_feeds(tmp_path / "feeds")
    deployment = Deployment(
        var=tmp_path,
        database_url=postgres.url.removesuffix(DATABASE) + name,
        extra=production_environment(redis_url=redis_server.url, feeds=tmp_path / "feeds"),
        proxy_headers=BEHIND_TLS,
    )
    for command in (
        ["migrate", "-v0"],
        ["allow_source", household.SOURCE, *_KINDS, "--speaks-for", "*"],
        ["sync"],
    ):
        done = deployment.manage(*command)
        assert done.returncode == 0, done.stderr
    return deployment


_KINDS = ("registry", "kinship", "tests", "tubes", "doses", "orders", "alerts")


@pytest.mark.parametrize(
    ("break_it", "mend_it"),
    [
        (RedisServer.kill, RedisServer.start),
        (RedisServer.fall_silent, RedisServer.speak_again),
        (RedisServer.forget, RedisServer.forget),
    ],
    ids=["killed", "silent", "flushed"],
)
def test_gate_goes_on_checking_and_revoked_key_dies_when_redis_breaks(
    break_it: Breakage, mend_it: Breakage, deployment: Deployment, redis_server: RedisServer
) -> None:
    access = open_doors(deployment)
    lift_limit(deployment.database_url)
    with deployment.web_as_deployed():
        warm_up(deployment, access.device_key)
        revoked = RevokedKey(deployment)
        with revoked, Checks(deployment, access.device_key, BEFORE_S + BROKEN_S + AFTER_S + 2) as checks:
            time.sleep(BEFORE_S)
            break_it(redis_server)
            revoked.revoke()
            time.sleep(BROKEN_S)
            mend_it(redis_server)
            time.sleep(AFTER_S)
    assert checks.statuses() == {201}, deployment.end_of_logs
    assert len(checks.ids) == len(set(checks.ids)) == len(checks.replies) > 100
    assert set(checks.ids) <= set(audited(deployment.database_url))
    assert revoked.worked_before
    assert revoked.refusals > 0
    assert revoked.outlived_s <= DIES_WITHIN_S


def open_doors(deployment: Deployment) -> Access:
    opened = deployment.run(sys.executable, "-m", "tests.household")
    assert opened.returncode == 0, opened.stderr
    return Access(**json.loads(opened.stdout))
