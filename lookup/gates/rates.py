"""How often a device may check: so many a minute, counted in Redis, and here when Redis is away.

A process takes permits by the dozen, about a sixtieth of the minute's each time, and gives them out itself:
most checks make no trip to Redis, none makes more than one. All processes together never give out more than
the limit; what one of them still holds at the end of a minute is lost.
"""

import threading
import time
from datetime import datetime
from functools import lru_cache

from limits import RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import RateLimiter, SlidingWindowCounterRateLimiter

from lookup.gates.gate import Gate

_LEASES_A_MINUTE = 60
_LARGEST_LEASE = 1000
_REDIS_ANSWERS_WITHIN_S = 0.05
_REST_S = 5.0
_MINUTE_S = 60


class Permits:
    """The permits of one process, for any number of devices; ``storage`` is a Redis address or empty."""

    def __init__(self, storage: str) -> None:
        # Of the library's windows this one takes nothing for a refused call. The minute is in its key.
        self._local: RateLimiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._shared = _shared(storage) if storage else None
        self._shared_rests_until = 0.0
        self._turn = threading.Lock()
        self._minute = 0
        self._held: dict[str, int] = {}

    def take(self, gate: Gate, count: int, *, at: datetime) -> int | None:
        """Take permits for so many checks; else return after how many seconds to come back.

        The minutes are those of the clock; nothing of a refused call is counted.
        """
        minute, second = divmod(int(at.timestamp()), _MINUTE_S)
        device = gate.device_id.hex
        with self._turn:
            if minute != self._minute:
                self._minute, self._held = minute, {}
            held = self._held.get(device, 0)
            if held >= count:
                self._held[device] = held - count
                return None
        lease = max(count, lease_of(gate.checks_per_minute))
        if not self._lease(device, minute, lease, limit=gate.checks_per_minute):
            return _MINUTE_S - second
        with self._turn:
            if minute == self._minute:
                self._held[device] = self._held.get(device, 0) + lease - count
        return None

    def _lease(self, device: str, minute: int, lease: int, *, limit: int) -> bool:
        item = RateLimitItemPerMinute(limit)
        if self._shared is not None and time.monotonic() >= self._shared_rests_until:
            try:
                return self._shared.hit(item, device, str(minute), cost=lease)
            except StorageError:
                # Until then every device is counted here alone: no check waits for a silent Redis twice.
                self._shared_rests_until = time.monotonic() + _REST_S
        return self._local.hit(item, device, str(minute), cost=lease)


@lru_cache(maxsize=1000)
def lease_of(limit: int) -> int:
    """Return how many permits are taken at once: a large divisor, so that none is left over at the end."""
    largest = min(limit // _LEASES_A_MINUTE, _LARGEST_LEASE)
    return next((size for size in range(largest, 1, -1) if limit % size == 0), 1)


def _shared(address: str) -> RateLimiter:
    storage = storage_from_string(
        address,
        wrap_exceptions=True,
        socket_timeout=_REDIS_ANSWERS_WITHIN_S,
        socket_connect_timeout=_REDIS_ANSWERS_WITHIN_S,
    )
    return SlidingWindowCounterRateLimiter(storage)
