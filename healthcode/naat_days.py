"""The test counter "N天" in its three versions, and the choice of the test that it counts from."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import assert_never

from civil_time import SHANGHAI, civil_date, start_of
from healthcode.facts import Naat, NaatResult
from healthcode.known import CLOCK_SKEW
from healthcode.policy import CounterVersion, Policy
from healthcode.verdict import NaatCount

NIGHT = timedelta(hours=6)
"""A result issued in the first six hours of a day belongs to a specimen of the day before."""

HELD_AT = 3
"""The count at which V3 waits for a result (72 h)."""

KEPT_V1_ON = frozenset({date(2022, 6, 29), date(2022, 6, 30), date(2022, 7, 1)})
"""Results issued in the night of these days keep V1."""


def naat_count(naats: Iterable[Naat], policy: Policy, *, at: datetime) -> NaatCount:
    """Return the test line beside a status, from the tests known at ``at``.

    A member of a positive tube is shown as INCONCLUSIVE: the result is the tube's, and nobody in
    it is positive. A specimen no longer counts as pending once a later one has its result.
    Source: docs/domain.md, 5 and 6.
    """
    naats = tuple(naats)
    newest = newest_result(naats)
    return NaatCount(
        days=_days(naats, policy, at=at),
        result=None if newest is None else _shown_result(newest),
        pending=_is_pending(newest_pending(naats), behind=newest),
    )


def counted_days(naat: Naat, policy: Policy, *, at: datetime) -> int:
    """Return the number shown as "N天" beside a test with a result.

    Whole calendar days in Asia/Shanghai since the day that the counter of the policy counts from
    (``counted_from``); 0 on the day itself. The wait of V3 for a second specimen is not in it.

    Raises ValueError if the test has no result, or was collected or issued after ``at``; five
    minutes are allowed for clocks that run ahead.
    Source: docs/domain.md, 5 ("Test counter").
    """
    if max(time for time in (naat.collected_at, naat.issued_at) if time) > at + CLOCK_SKEW:
        raise ValueError("the test was collected or issued after the instant it is counted at")
    return max(0, (civil_date(at) - counted_from(naat, policy.counter)).days)


def counted_from(naat: Naat, counter: CounterVersion) -> date:
    """Return the Shanghai date that is day 0 of a test with a result.

    V1 takes the day of issue. V2 and V3 take the day of collection; where the laboratory sent none,
    the day of issue, or the day before for a result issued from 00:00 until before 06:00. Results
    issued in those hours on 29 June, 30 June and 1 July 2022 keep V1.

    Raises ValueError for a test without a result.
    Source: docs/domain.md, 5 (V1, V2, V3).
    """
    issued_at = _issued_at(naat)
    match counter:
        case CounterVersion.V1:
            return civil_date(issued_at)
        case CounterVersion.V2 | CounterVersion.V3:
            return civil_date(issued_at) if _keeps_v1(issued_at) else _collected_on(naat)
        case _:
            assert_never(counter)


def taken_at(naat: Naat) -> datetime:
    """Return the instant of collection by which tests are put in order.

    Where the laboratory sent none, doubt never lifts anything: a NOT_DETECTED is taken for as old
    as it can be (00:00 of the day that V2 counts it from), any other result for as new as it can be
    (its issue). The domain is silent here; this is our decision.
    """
    if naat.collected_at is not None:
        return naat.collected_at
    if naat.result is NaatResult.NOT_DETECTED:
        return start_of(_collected_on(naat))
    return _issued_at(naat)


def retest_required(naats: Iterable[Naat]) -> bool:
    """Say whether a positive tube, a DETECTED or an INCONCLUSIVE still waits for its re-test.

    Only a later-collected NOT_DETECTED of a single specimen settles it; a pool does not.
    Source: docs/domain.md, 5 ("Status") and 6 ("Pools").
    """
    naats = tuple(naats)
    doubtful = newest_doubtful(naats)
    if doubtful is None:
        return False
    single = newest_single_not_detected(naats)
    return single is None or taken_at(single) <= taken_at(doubtful)


def newest_not_detected(naats: Iterable[Naat], counter: CounterVersion) -> Naat | None:
    """Return the NOT_DETECTED that the counter counts: newest by issue in V1, else by collection."""
    not_detected = (naat for naat in naats if naat.result is NaatResult.NOT_DETECTED)
    match counter:
        case CounterVersion.V1:
            return max(not_detected, key=_by_issue, default=None)
        case CounterVersion.V2 | CounterVersion.V3:
            return max(not_detected, key=_by_collection, default=None)
        case _:
            assert_never(counter)


def newest_single_not_detected(naats: Iterable[Naat]) -> Naat | None:
    """Return the newest NOT_DETECTED by collection that shared its tube with nobody."""
    return newest_not_detected((naat for naat in naats if not naat.pooled), CounterVersion.V2)


def newest_doubtful(naats: Iterable[Naat]) -> Naat | None:
    """Return the newest DETECTED or INCONCLUSIVE by collection, of a person or of a tube."""
    doubtful = (NaatResult.DETECTED, NaatResult.INCONCLUSIVE)
    return max((naat for naat in naats if naat.result in doubtful), key=_by_collection, default=None)


def newest_result(naats: Iterable[Naat]) -> Naat | None:
    """Return the newest test by collection among those with a result of any kind."""
    return max((naat for naat in naats if naat.result), key=_by_collection, default=None)


def newest_pending(naats: Iterable[Naat]) -> Naat | None:
    """Return the newest specimen that has no result."""
    return max((naat for naat in naats if naat.result is None), key=taken_at, default=None)


def holding_specimen(naats: Iterable[Naat], *, counting: Naat) -> Naat | None:
    """Return the newest specimen without a result that was collected when V3 stood at 3.

    It exists only where the laboratory uploads collection times. Without its result it holds the
    counter for as long as that takes. Source: docs/domain.md, 5 (V3).
    """
    held_on = counted_from(counting, CounterVersion.V3) + timedelta(days=HELD_AT)
    return newest_pending(
        naat for naat in naats if naat.collected_at and civil_date(naat.collected_at) == held_on
    )


def _days(naats: tuple[Naat, ...], policy: Policy, *, at: datetime) -> int | None:
    newest = newest_not_detected(naats, policy.counter)
    if newest is None:
        return None
    days = counted_days(newest, policy, at=at)
    if policy.counter is CounterVersion.V3 and days > HELD_AT and holding_specimen(naats, counting=newest):
        return HELD_AT
    return days


def _shown_result(naat: Naat) -> NaatResult | None:
    positive_tube = naat.pooled and naat.result is NaatResult.DETECTED
    return NaatResult.INCONCLUSIVE if positive_tube else naat.result


def _is_pending(pending: Naat | None, *, behind: Naat | None) -> bool:
    if pending is None:
        return False
    return behind is None or taken_at(pending) > taken_at(behind)


def _collected_on(naat: Naat) -> date:
    if naat.collected_at is not None:
        return civil_date(naat.collected_at)
    return civil_date(_issued_at(naat) - NIGHT)


def _issued_at(naat: Naat) -> datetime:
    if naat.issued_at is None:
        raise ValueError("a test without a result has no time of issue")
    return naat.issued_at


def _keeps_v1(issued_at: datetime) -> bool:
    local = issued_at.astimezone(SHANGHAI)
    return local.date() in KEPT_V1_ON and local - start_of(local.date()) < NIGHT


def _by_issue(naat: Naat) -> tuple[datetime, datetime]:
    return _issued_at(naat), taken_at(naat)


def _by_collection(naat: Naat) -> tuple[datetime, datetime, int, bool]:
    # The last two only settle ties, so that the order of the records never matters: the graver
    # result wins, and a single specimen over a tube.
    gravity = (NaatResult.NOT_DETECTED, NaatResult.INCONCLUSIVE, NaatResult.DETECTED)
    return (
        taken_at(naat),
        _issued_at(naat),
        gravity.index(naat.result or NaatResult.NOT_DETECTED),
        not naat.pooled,
    )
