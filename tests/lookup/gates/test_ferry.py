"""Calls that come at once cross together, each with its own answer and its own fault."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from lookup.gates.ferry import BOATS, Ferry, SharedFault


class Doubler:
    """Doubles numbers, the first crossings only when it is let; -1 is a fault of its own."""

    def __init__(self) -> None:
        self.loads: list[int] = []
        self.go = threading.Event()

    def __call__(self, asked: Sequence[int]) -> list[int]:
        self.loads.append(len(asked))
        assert self.go.wait(timeout=10)
        if -1 in asked:
            raise ValueError("a number below zero")
        return [2 * number for number in asked]


def test_ferry_gives_each_of_many_its_own_answer_in_few_crossings():
    doubler = Doubler()
    ferry: Ferry[int, int] = Ferry(doubler)
    with ThreadPoolExecutor(40) as threads:
        answers = [threads.submit(ferry.cross, number) for number in range(40)]
        while sum(answer.running() for answer in answers) < 40:
            pass
        threading.Timer(0.2, doubler.go.set).start()
        assert [answer.result(timeout=10) for answer in answers] == [2 * number for number in range(40)]
    assert sum(doubler.loads) == 40
    assert len(doubler.loads) < 10


def test_ferry_takes_a_lone_call_at_once_and_again():
    doubler = Doubler()
    doubler.go.set()
    ferry: Ferry[int, int] = Ferry(doubler)
    assert [ferry.cross(number) for number in (1, 2, 3)] == [2, 4, 6]
    assert doubler.loads == [1, 1, 1]


def test_ferry_lets_one_at_fault_sink_nobody_else():
    doubler = Doubler()
    ferry: Ferry[int, int] = Ferry(doubler)
    with ThreadPoolExecutor(12) as threads:
        answers = [threads.submit(ferry.cross, number) for number in (1, 2, 3, -1, 4, 5, 6)]
        threading.Timer(0.2, doubler.go.set).start()
        faults = [answer.exception(timeout=10) for answer in answers]
        assert [type(fault) for fault in faults].count(ValueError) == 1
        good = [answer.result() for answer in answers if answer.exception() is None]
    assert good == [2, 4, 6, 8, 10, 12]
    assert ferry.cross(7) == 14


def test_ferry_raises_a_shared_fault_for_all_and_tries_it_no_second_time():
    tried: list[int] = []

    def lose(asked: Sequence[int]) -> list[int]:
        tried.append(len(asked))
        raise SharedFault("away")

    ferry: Ferry[int, int] = Ferry(lose)
    for _ in range(3):
        with pytest.raises(SharedFault):
            ferry.cross(1)
    assert tried == [1, 1, 1]


def test_ferry_raises_a_shared_fault_for_those_who_wait_and_serves_those_who_come_after():
    doubler, away = Doubler(), threading.Event()
    away.set()

    def lose_while_away(asked: Sequence[int]) -> list[int]:
        answers = doubler(asked)
        if away.is_set():
            raise SharedFault("away")
        return answers

    ferry: Ferry[int, int] = Ferry(lose_while_away)
    with ThreadPoolExecutor(12) as threads:
        answers = [threads.submit(ferry.cross, number) for number in range(6)]
        threading.Timer(0.2, doubler.go.set).start()
        assert [type(answer.exception(timeout=10)) for answer in answers] == [SharedFault] * 6
    # Each boat with the one that took it; nobody who waited was taken into the same trouble.
    assert doubler.loads == [1] * BOATS
    away.clear()
    assert ferry.cross(4) == 8


def test_ferry_lets_two_calls_cross_side_by_side_and_leaves_many_to_one_boat():
    crossing = threading.Barrier(3)
    loads: list[int] = []

    def answer(asked: Sequence[int]) -> list[int]:
        loads.append(len(asked))
        if len(loads) <= 2:
            crossing.wait(timeout=10)
        return list(asked)

    ferry: Ferry[int, int] = Ferry(answer)
    with ThreadPoolExecutor(12) as threads:
        pair = [threads.submit(ferry.cross, number) for number in (1, 2)]
        while len(loads) < 2:
            time.sleep(0.001)
        many = [threads.submit(ferry.cross, number) for number in range(3, 9)]
        while sum(answer.running() for answer in many) < 6:
            time.sleep(0.001)
        time.sleep(0.2)
        crossing.wait(timeout=10)
        assert [answer.result(timeout=10) for answer in (*pair, *many)] == list(range(1, 9))
    assert loads[:2] == [1, 1]
    # The first to come back leaves the six to the other.
    assert loads[2:] == [6]
