"""How long everything is kept: the audit 180 days, codes 7, sessions until they expire, records as they say.

Source: docs/domain.md, 5, "Retention".
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from civil_time import civil_date
from identity.session_retention import forget_sessions
from lookup import code_issue
from lookup.policies import share_counts
from records import retention
from records.partitions import drop_days
from records.retention import Forgotten

AUDIT_KEPT_FOR = timedelta(days=180)


@dataclass(frozen=True, kw_only=True)
class Retained:
    """What one run removed."""

    sessions: int
    days_of_audit: int
    codes: int
    records: Forgotten


def keep_retention(*, at: datetime) -> Retained:
    """Remove what is kept for no longer. May be run at any time, twice, and by two at once."""
    share_counts.forget(before=at - share_counts.KEPT_FOR)
    return Retained(
        sessions=forget_sessions(at=at),
        days_of_audit=drop_days("lookup_lookup", civil_date(at - AUDIT_KEPT_FOR)),
        codes=code_issue.forget(at=at),
        records=retention.forget(at=at),
    )
