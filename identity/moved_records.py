"""A registry record that names another document than it did: the person whom it named stands no longer.

The number of a person is their key, so a corrected number is a row of its own. The versions of the
record decide between the two as they do everywhere. Source: docs/feed.md, 5.
"""

from datetime import datetime
from typing import Any

# A record that stands under another document in a newer version, here or in the same page, has moved on.
# In the same version, the first to arrive holds.
_JUDGE = """
    UPDATE page_judged j SET outcome = elsewhere.outcome
    FROM (
        SELECT j.ordinal, CASE WHEN bool_or(o.version > j.version) THEN 'SUPERSEDED'
            WHEN min(j.outcome) = 'APPLIED' THEN 'OTHER_CONTENT' ELSE min(j.outcome) END AS outcome
        FROM page_judged j JOIN (
            SELECT p.record_id, p.person_key, p.version, -1 AS ordinal FROM identity_person p
            WHERE p.source = %(source)s AND p.record_id IN (SELECT record_id FROM page_judged)
            UNION ALL
            SELECT record_id, person_key, version, ordinal FROM page_judged WHERE outcome = 'APPLIED'
        ) o ON o.record_id = j.record_id AND o.person_key <> j.person_key
            AND (o.version > j.version OR o.version = j.version AND o.ordinal < j.ordinal)
        WHERE j.outcome IN ('APPLIED', 'OTHER_RECORD') GROUP BY j.ordinal
    ) elsewhere
    WHERE elsewhere.ordinal = j.ordinal
"""
_WITHDRAW = """
    UPDATE identity_person p
    SET withdrawn = TRUE, synced_at = %(at)s, changed_seq = nextval('identity_changed_seq')
    FROM page_judged j
    WHERE j.outcome = 'APPLIED' AND p.source = %(source)s AND p.record_id = j.record_id
        AND p.person_key <> j.person_key AND p.version < j.version AND NOT p.withdrawn
"""


def judge_again(cursor: Any, *, source: str) -> None:
    """Take back the outcome APPLIED from rows whose record stands under another document by now."""
    cursor.execute(_JUDGE, {"source": source})


def withdraw_left(cursor: Any, *, source: str, at: datetime) -> None:
    """Withdraw the people whom the records written just now named before."""
    cursor.execute(_WITHDRAW, {"source": source, "at": at})
