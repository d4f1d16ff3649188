"""How often a device may check: never more than its limit a minute, in one process or many."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lookup.gates.gate import Gate
from lookup.gates.rates import Permits, lease_of
from tests.lookup.gates.gate import GATE

AT = datetime(2022, 6, 10, 2, 0, 20, tzinfo=UTC)


def taken(permits: Permits, gate: Gate, *, at: datetime = AT, tries: int = 200) -> int:
    return sum(permits.take(gate, 1, at=at) is None for _ in range(tries))


def test_take_gives_out_the_limit_of_a_minute_and_says_when_the_next_begins():
    permits, gate = Permits(""), replace(GATE, checks_per_minute=120)
    assert taken(permits, gate) == 120
    assert permits.take(gate, 1, at=AT) == 40
    assert permits.take(gate, 1, at=AT + timedelta(seconds=39)) == 1
    assert permits.take(gate, 1, at=AT + timedelta(seconds=40)) is None


def test_take_counts_each_question_of_a_batch_and_nothing_of_one_that_is_refused():
    permits, gate = Permits(""), replace(GATE, checks_per_minute=100)
    assert permits.take(gate, 90, at=AT) is None
    assert permits.take(gate, 11, at=AT) == 40
    assert permits.take(gate, 10, at=AT) is None
    assert permits.take(gate, 1, at=AT) == 40


def test_take_counts_devices_apart():
    permits, gate = Permits(""), replace(GATE, checks_per_minute=3)
    assert taken(permits, gate) == 3
    assert taken(permits, replace(gate, device_id=gate.site_id)) == 3


def test_take_goes_on_here_when_redis_is_not_there():
    gate = replace(GATE, checks_per_minute=60)
    assert taken(Permits("redis://127.0.0.1:1/0"), gate) == 60


@pytest.mark.parametrize(
    ("limit", "lease"),
    [(1, 1), (59, 1), (600, 10), (997, 1), (1000, 10), (6000, 100), (2**31 - 1, 1), (2 * 10**9, 1000)],
)
def test_lease_is_a_divisor_of_the_limit_and_a_sixtieth_at_most(limit: int, lease: int):
    assert lease_of(limit) == lease
    assert limit % lease == 0
