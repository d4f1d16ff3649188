"""A stream of questions over HTTP that does not stop while something is broken, and what came back."""

import json
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from types import TracebackType
from typing import Self

from tests.deployment import Deployment, Reply
from tests.household import CHILD_NUMBER, Access

LONGEST_STREAM = 20_000

Door = Callable[[Deployment, Access], Reply]


def ask_child(deployment: Deployment, access: Access) -> list[Reply]:
    """Ask about the child through both doors, once each."""
    return [_assisted(deployment, access), _check(deployment, access)]


class Stream:
    """Two askers, one for each door, each with a new question as soon as the last is answered."""

    def __init__(self, deployment: Deployment, access: Access) -> None:
        self._deployment, self._access = deployment, access
        self._stop, self._threads = Event(), ThreadPoolExecutor(2)
        self._asking: list[Future[None]] = []
        self._replies: list[tuple[float, Reply]] = []

    def __enter__(self) -> Self:
        self._asking = [self._threads.submit(self._ask, door) for door in (_assisted, _check)]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._threads.shutdown()
        for asking in self._asking:
            # An asker that broke has met a server that did not answer.
            asking.result()

    @property
    def ids(self) -> list[str]:
        """The ids of the answers that were given."""
        answers = [json.loads(reply.body) for _, reply in self._replies if reply.status == 201]
        return [answer.get("id") or answer["check_id"] for answer in answers]

    def count(self, status: int, *, since: float = 0) -> int:
        """Return how many questions asked since a moment of time.monotonic() had a status."""
        return sum(reply.status == status for asked, reply in self._replies if asked >= since)

    def problems(self) -> list[str]:
        """Return each reply that is neither an answer nor a well-formed 503."""
        return [f"{reply.status} {reply.body[:300]}" for _, reply in self._replies if not _is_well(reply)]

    def _ask(self, door: Door) -> None:
        for _turn in range(LONGEST_STREAM):
            if self._stop.is_set():
                return
            asked = time.monotonic()
            self._replies.append((asked, door(self._deployment, self._access)))
            time.sleep(0.01)


def _assisted(deployment: Deployment, access: Access) -> Reply:
    return deployment.call("POST", "/api/v1/assisted-queries", body=_QUESTION, headers=access.as_father)


def _check(deployment: Deployment, access: Access) -> Reply:
    return deployment.call("POST", "/api/v1/checks", body=_QUESTION, headers=access.as_gate)


def _is_well(reply: Reply) -> bool:
    if reply.status == 503:
        return (
            reply.headers.get("Retry-After") in _COME_BACK_AFTER_S
            and reply.headers["Content-Type"] == "application/problem+json"
        )
    return reply.status == 201


# At a gate, and for a citizen (docs/operations.md, 6).
_COME_BACK_AFTER_S = ("2", "5")
_QUESTION = json.dumps({"document_number": CHILD_NUMBER})
