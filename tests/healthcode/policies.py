"""The seeded timeline of docs/domain.md, 5 ("Policy rows"), for tests of the rule book."""

from datetime import date, timedelta

from civil_time import start_of
from healthcode.policy import CounterVersion, Policy, StaleAfter

STALE_AFTER = StaleAfter(
    registry=timedelta(hours=72),
    tests=timedelta(hours=6),
    doses=timedelta(days=7),
    orders=timedelta(hours=6),
)


def make_policy(
    name: str, *, counter: CounterVersion, entry_days: int | None, alert_1_days: int = 7
) -> Policy:
    """Return a policy in force from 00:00 Shanghai of the day that it is named after."""
    return Policy(
        name=name,
        in_force_from=start_of(date.fromisoformat(name)),
        counter=counter,
        entry_days=entry_days,
        alert_1_for=timedelta(days=alert_1_days),
        stale_after=STALE_AFTER,
    )


V1, V2, V3 = CounterVersion.V1, CounterVersion.V2, CounterVersion.V3

SEEDED = (
    make_policy("2022-04-30", counter=V1, entry_days=2, alert_1_days=14),
    make_policy("2022-05-04", counter=V1, entry_days=2, alert_1_days=14),
    make_policy("2022-05-05", counter=V1, entry_days=7, alert_1_days=14),
    make_policy("2022-06-06", counter=V1, entry_days=3, alert_1_days=14),
    make_policy("2022-06-09", counter=V1, entry_days=3, alert_1_days=14),
    make_policy("2022-07-01", counter=V1, entry_days=3),
    make_policy("2022-07-02", counter=V2, entry_days=3),
    make_policy("2022-07-04", counter=V3, entry_days=3),
)

WITHOUT_TEST = make_policy("2022-12-06", counter=V3, entry_days=None)
"""The end of the entry rule: a test vector only, never seeded."""

TIMELINE = (*SEEDED, WITHOUT_TEST)
"""Seeded rows and the test vector, oldest first."""
