"""Which tests count at an instant: those from the future are not yet known."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from healthcode.facts import Naat

CLOCK_SKEW = timedelta(minutes=5)
"""How far a laboratory's clock may run ahead of ours before its record is not believed yet."""


def known_naats(naats: Iterable[Naat], *, at: datetime) -> tuple[Naat, ...]:
    """Return the tests as they are known at ``at``.

    A test collected or issued up to five minutes later counts as of ``at``. A result issued later
    than that is still pending if the specimen has been collected; else the test is left out.
    """
    seen = (_as_known(naat, by=at + CLOCK_SKEW) for naat in naats)
    return tuple(naat for naat in seen if naat is not None)


def becomes_known(naats: Iterable[Naat]) -> tuple[datetime, ...]:
    """Return the instants from which the collections and the results of tests are known."""
    times = (time for naat in naats for time in (naat.collected_at, naat.issued_at))
    return tuple(time - CLOCK_SKEW for time in times if time is not None)


def _as_known(naat: Naat, *, by: datetime) -> Naat | None:
    if naat.collected_at is not None and naat.collected_at > by:
        return None
    if naat.issued_at is None or naat.issued_at <= by:
        return naat
    return None if naat.collected_at is None else replace(naat, issued_at=None, result=None)
