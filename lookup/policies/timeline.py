"""The policy rows of 2022 as the migration seeds them. Source: docs/domain.md, 5, "Policy rows"."""

from datetime import date
from typing import Any

from civil_time import start_of

_FIRST: dict[str, Any] = {
    "counter": "V1",
    "entry_days": 2,
    "alert_1_days": 14,
    "face_needed_for_assisted": False,
}

# Each row takes over the one before and changes what stands here.
_CHANGES: tuple[tuple[date, dict[str, Any], str], ...] = (
    (date(2022, 4, 30), {}, "Entry needs a test of at most 48 hours."),
    (
        date(2022, 5, 4),
        {"counter": "V1"},
        "The test counter is shown: whole days since the result was issued.",
    ),
    (date(2022, 5, 5), {"entry_days": 7}, "Entry needs a test of at most 7 days."),
    (date(2022, 6, 6), {"entry_days": 3}, "Entry needs a test of at most 72 hours."),
    (date(2022, 6, 9), {"face_needed_for_assisted": True}, "The assisted query needs a face on file."),
    (date(2022, 7, 1), {"alert_1_days": 7}, "Alert 1 lasts 7 days instead of 14."),
    (date(2022, 7, 2), {"counter": "V2"}, "The test counter counts from the day of collection."),
    (date(2022, 7, 4), {"counter": "V3"}, "A specimen that waits for its result keeps the counter at 3."),
)


def seeded_rows() -> list[dict[str, Any]]:
    """Return the fields of every seeded policy row, oldest first."""
    rows: list[dict[str, Any]] = []
    fields = dict(_FIRST)
    for begins_on, change, note in _CHANGES:
        fields |= change
        rows.append(
            {"name": begins_on.isoformat(), "in_force_from": start_of(begins_on), "note": note, **fields}
        )
    return rows
