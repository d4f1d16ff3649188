"""What a call of a gate leaves besides its audit row: counters without ids, and a line where it was refused.

An answered check writes no line: its audit row says more, and lines cost as much as the check. Labels and
lines never carry who was asked about.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import structlog
from prometheus_client import Counter, Histogram

log = structlog.get_logger(__name__)

CALLS = Counter(
    "gate_calls_total", "Calls of gates by address, status and code", ["address", "status", "code"]
)
SECONDS = Histogram(
    "gate_call_seconds",
    "Time of a gate's call in the service",
    ["address"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)


class Call:
    """One call of a gate as it is counted."""

    __slots__ = ("_name", "key_prefix")

    def __init__(self, name: str) -> None:
        self._name = name
        self.key_prefix = ""

    def answered(self, status: int) -> None:
        """Count an answer."""
        _counted(self._name, status, "answered").inc()

    def refused(self, status: int, code: str) -> None:
        """Count a refusal, and write its line; the request id ties lines of one call together."""
        _counted(self._name, status, code).inc()
        log.info(
            "gate_call_refused",
            request_id=str(uuid4()),
            request=f"POST /api/v1/{self._name}",
            status=status,
            code=code,
            key_prefix=self.key_prefix or None,
        )

    def broke(self, fault: Exception) -> None:
        """Write the line of a fault of ours."""
        log.error("gate_call_broke", exc_info=fault, key_prefix=self.key_prefix or None)


@contextmanager
def timed(name: str) -> Iterator[Call]:
    """Count the time of a call."""
    began = time.perf_counter()
    try:
        yield Call(name)
    finally:
        SECONDS.labels(name).observe(time.perf_counter() - began)


def _counted(name: str, status: int, code: str) -> Counter:
    return CALLS.labels(name, str(status), code)
