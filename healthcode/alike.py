"""What the rules cannot tell apart: the grain by which many people are judged once.

Whoever groups people (the dry run of a policy) takes the bounds from here, so that no rule is repeated
beside the rule book. Source: docs/adr/0012-classes-of-equal-facts.md.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from civil_time import SHANGHAI, civil_date
from healthcode.entry import OWN_TEST_FROM
from healthcode.facts import Naat, NaatResult
from healthcode.known import CLOCK_SKEW
from healthcode.naat_days import HELD_AT, NIGHT
from healthcode.policy import Policy
from healthcode.vaccination import ELIGIBLE_FROM

AGES = frozenset({OWN_TEST_FROM, ELIGIBLE_FROM})
"""Ages in completed years at which a status, a reason or an entry verdict can change.

Ages on the day of a dose change the state of vaccination alone, which no policy touches.
"""

NIGHT_HOURS = int(NIGHT.total_seconds()) // 3600
"""Of a test with both its times, the rules tell the day, and whether an issue lay in these first hours."""


def days_told_apart(policies: Iterable[Policy]) -> int:
    """Return after how many days all negative tests are alike under these policies.

    One day beyond the longest entry rule and the count at which V3 waits; one more, since V1 counts from
    the day of issue and V2 from that of collection.
    """
    asked = [policy.entry_days for policy in policies if policy.entry_days is not None]
    return max([HELD_AT, *asked]) + 2


TestGrain = tuple[date, date, bool]
"""Of a negative test: the Shanghai days of collection and issue, and whether it was issued in the night."""


def grain_of(naats: Sequence[Naat], *, at: datetime) -> TestGrain | None:
    """Return what the rules tell of somebody's tests, if those are plain at an instant; else None.

    Plain is one negative test with both its times, known at ``at``, that hides all others: they are
    negative as well, and no newer in either time.
    """
    newest, *others = naats
    for naat in others:
        if naat.collected_at and newest.collected_at and naat.collected_at > newest.collected_at:
            newest = naat
    collected_at, issued_at, known_by = newest.collected_at, newest.issued_at, at + CLOCK_SKEW
    if collected_at is None or issued_at is None or collected_at > known_by or issued_at > known_by:
        return None
    for naat in naats:
        if naat.result is not NaatResult.NOT_DETECTED or naat.collected_at is None or naat.issued_at is None:
            return None
        if naat.issued_at > issued_at:
            return None
    issued = issued_at.astimezone(SHANGHAI)
    return civil_date(collected_at), issued.date(), issued.hour < NIGHT_HOURS
