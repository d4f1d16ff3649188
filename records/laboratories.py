"""What each laboratory has sent by the hour, counted as the pages come in, so that no board has to count."""

from datetime import datetime
from typing import Any

from records.models import Kind

# Of the rows as they were staged: what came again is a sign of life of the laboratory, too.
_ADD = """
    INSERT INTO records_laboratoryhour AS held (source, laboratory, hour, received, newest_at)
    SELECT %(source)s, laboratory, %(hour)s, count(*), max(issued_at) FROM page_staged GROUP BY laboratory
    ON CONFLICT (source, laboratory, hour) DO UPDATE
    SET received = held.received + excluded.received, newest_at = greatest(held.newest_at, excluded.newest_at)
"""


def count(cursor: Any, kind: Kind, *, source: str, at: datetime) -> None:
    """Add the staged tests or tubes of one page to their hour; the caller holds the source's lock."""
    if kind in (Kind.TESTS, Kind.TUBES):
        hour = at.replace(minute=0, second=0, microsecond=0)
        cursor.execute(_ADD, {"source": source, "hour": hour})
