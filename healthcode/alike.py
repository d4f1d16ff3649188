"""What the rules cannot tell apart: the grain by which many people are judged once.

Whoever groups people (the dry run of a policy) takes the bounds from here, so that no rule is repeated
beside the rule book. Source: docs/adr/0012-classes-of-equal-facts.md.
"""

from collections.abc import Iterable

from healthcode.entry import OWN_TEST_FROM
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
