"""Calls that come at once cross together: one read, one append and one flush to disk for all of them.

Whoever finds a boat at the shore takes it across, with every call that waits there; whoever comes while
all are away waits for one to come back. No call waits for a timer, a lone one pays nothing, and the more
there are at once, the less each of them costs. A second boat leaves only while each carries a single call:
two calls then need not wait for each other, and many still cross together.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

Asked = TypeVar("Asked")
Told = TypeVar("Told")

BOATS = 2
"""Measured: with many calls, one boat saves a quarter of PostgreSQL's time and a tenth of ours, as two carry
fewer each; with two calls at once, the second boat answers three in the time of two (docs/performance.md)."""


class SharedFault(Exception):
    """A fault that is nobody's own, such as a lost database.

    It is not tried again for each call, and those who wait meanwhile share it: they would only meet it later.
    """


class _Passenger(Generic[Asked, Told]):
    """One call, and what came of it."""

    __slots__ = ("aboard", "asked", "fault", "told", "turn")

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.told: list[Told] = []
        self.fault: Exception | None = None
        # Everybody whom this call is to take across, itself among them; empty for those who are taken.
        self.aboard: Sequence[_Passenger[Asked, Told]] = ()
        # Held until the call is across, or has a boat to take.
        self.turn = threading.Lock()
        self.turn.acquire()


_Passengers = Sequence[_Passenger[Any, Any]]


class Ferry(Generic[Asked, Told]):
    """Takes calls across; ``answer_all`` answers many at once, in their order, or raises for all of them."""

    def __init__(self, answer_all: Callable[[Sequence[Asked]], Sequence[Told]]) -> None:
        self._answer_all = answer_all
        self._shore = threading.Lock()
        # Nobody waits while no boat is away.
        self._waiting: list[_Passenger[Asked, Told]] = []
        self._away = 0
        self._carried = 0

    def cross(self, asked: Asked) -> Told:
        """Return the answer to one call; raises what ``answer_all`` raises for it."""
        passenger: _Passenger[Asked, Told] = _Passenger(asked)
        with self._shore:
            if self._may_leave_alone():
                self._away += 1
                self._carried += 1
                passenger.aboard = (passenger,)
            else:
                self._waiting.append(passenger)
        if not passenger.aboard:
            passenger.turn.acquire()
        if passenger.aboard:
            self._take_across(passenger)
        if passenger.fault is not None:
            raise passenger.fault
        return passenger.told[0]

    def _take_across(self, ferryman: _Passenger[Asked, Told]) -> None:
        try:
            self._answer(ferryman.aboard)
        finally:
            heirs, sunk = self._come_back(ferryman)
            for passenger in ferryman.aboard:
                if passenger is not ferryman:
                    passenger.turn.release()
            for passenger in sunk:
                passenger.fault = ferryman.fault
                passenger.turn.release()
            if heirs:
                heirs[0].aboard = heirs
                heirs[0].turn.release()

    def _may_leave_alone(self) -> bool:
        if not self._away:
            return True
        return self._away < BOATS and self._carried == self._away and not self._waiting

    def _come_back(self, ferryman: _Passenger[Asked, Told]) -> tuple[_Passengers, _Passengers]:
        """Return those who take the boat across next, and those who share the fault of this crossing."""
        with self._shore:
            self._carried -= len(ferryman.aboard)
            if isinstance(ferryman.fault, SharedFault):
                self._away -= 1
                sunk, self._waiting = self._waiting, []
                return (), sunk
            # Many are left to the other boat: they cross together, and this one stays at the shore.
            if not self._waiting or (self._away > 1 and len(self._waiting) > 1):
                self._away -= 1
                return (), ()
            heirs, self._waiting = self._waiting, []
            self._carried += len(heirs)
            return heirs, ()

    def _answer(self, aboard: Sequence[_Passenger[Asked, Told]]) -> None:
        try:
            answers = self._answer_all([passenger.asked for passenger in aboard])
            for passenger, told in zip(aboard, answers, strict=True):
                passenger.told.append(told)
        except SharedFault as fault:
            for passenger in aboard:
                passenger.fault = fault
        except Exception as fault:
            if len(aboard) == 1:
                aboard[0].fault = fault
                return
            # Nothing was written for anybody; whoever is at fault must sink nobody else.
            for passenger in aboard:
                self._answer([passenger])
