"""Connections of the hot path: so many calls and no more, and no wait without an end."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from lookup.gates import pool as pools
from lookup.gates.pool import DatabaseAway, Pool, TooBusy
from lookup.gates.statements import Statement

pytestmark = pytest.mark.django_db(transaction=True)

ONE = Statement(name="one", sql="SELECT 1")
WHO = Statement(name="who", sql="SELECT pg_backend_pid()")
SLEEP = Statement(name="sleep", sql="SELECT pg_sleep($1)")


@pytest.fixture
def pool() -> Iterator[Pool]:
    made = Pool(connections=2, calls=3)
    yield made
    made.close()


def test_pool_lets_so_many_calls_in_and_refuses_the_next_at_once(pool: Pool) -> None:
    with pool.admit(), pool.admit(), pool.admit():
        began = time.monotonic()
        with pytest.raises(TooBusy), pool.admit():
            pass
        assert time.monotonic() - began < pools.WAIT_S
    with pool.admit():
        assert pool.run(ONE) == [(1,)]


def test_pool_uses_no_more_connections_than_it_has(pool: Pool) -> None:
    with ThreadPoolExecutor(8) as threads:
        seen = {row[0] for rows in threads.map(lambda _: pool.run(WHO), range(200)) for row in rows}
    assert 1 <= len(seen) <= 2


def test_pool_opens_anew_after_its_connection_was_ended_while_nobody_used_it(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "_IDLE_S", 0.0)
    ended = {pool.run(WHO)[0][0] for _ in range(2)}
    with connection.cursor() as cursor:
        for pid in ended:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    assert not {pool.run(WHO)[0][0] for _ in range(2)} & ended


def test_pool_gives_up_a_statement_that_is_not_answered_and_rests(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "ANSWER_S", 0.3)
    assert pool.run(ONE) == [(1,)]
    began = time.monotonic()
    with pytest.raises(DatabaseAway):
        pool.run(SLEEP, 20)
    assert time.monotonic() - began < 5
    with pytest.raises(DatabaseAway), pool.admit():
        pass
    time.sleep(pools.REST_S)
    with pool.admit():
        assert pool.run(ONE) == [(1,)]


def test_fault_of_a_statement_is_no_lost_database(pool: Pool) -> None:
    with pytest.raises(Exception, match="division by zero"):
        pool.run(Statement(name="fault", sql="SELECT 1 / $1::int"), 0)
    with pool.admit():
        assert pool.run(ONE) == [(1,)]
