"""The few tests of a long history that can still change a verdict."""

from collections.abc import Iterable
from datetime import datetime

from healthcode.facts import Naat
from healthcode.naat_days import (
    holding_specimen,
    newest_doubtful,
    newest_not_detected,
    newest_pending,
    newest_single_not_detected,
    taken_at,
)
from healthcode.policy import CounterVersion


def relevant_naats(naats: Iterable[Naat]) -> tuple[Naat, ...]:
    """Return at most six tests, oldest first, that give every verdict the whole history would give.

    They are the newest NOT_DETECTED by issue (V1) and by collection (V2, V3; alert ④), the newest
    single NOT_DETECTED (re-test), the newest DETECTED or INCONCLUSIVE, the newest specimen without a
    result, and the one that holds the counter of V3. The newest result of any kind is among them.

    True under every policy, at and after the newest time in the tests. Any superset is as good.
    """
    naats = tuple(naats)
    counting = newest_not_detected(naats, CounterVersion.V3)
    chosen = {
        newest_not_detected(naats, CounterVersion.V1),
        counting,
        newest_single_not_detected(naats),
        newest_doubtful(naats),
        newest_pending(naats),
        None if counting is None else holding_specimen(naats, counting=counting),
    }
    return tuple(sorted((naat for naat in chosen if naat is not None), key=_by_age))


def _by_age(naat: Naat) -> tuple[datetime, datetime, str, bool]:
    taken = taken_at(naat)
    return taken, naat.issued_at or taken, naat.result or "", naat.pooled
