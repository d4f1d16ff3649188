"""Until when a case has to be answered and put right, by its kind, in hours of the calendar. Pure.

Not working hours: who stands at a gate does so on Sundays too. A table in the code, and no setting: each case
keeps the instants that it was promised, whatever stands here later. Source: docs/domain.md, 9.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, kw_only=True)
class DueTimes:
    """When somebody has to have answered, and when it has to be put right."""

    respond_by: datetime
    resolve_by: datetime


_USUAL = (timedelta(hours=24), timedelta(days=7))
# An order shuts somebody in, and every hour of a wrong one counts. Kinship needs papers to be seen.
_OTHERWISE = {
    "WRONG_ORDER": (timedelta(hours=8), timedelta(days=3)),
    "WRONG_KINSHIP": (timedelta(hours=24), timedelta(days=14)),
    "OTHER": (timedelta(hours=48), timedelta(days=14)),
}


def due_times(kind: str, *, at: datetime) -> DueTimes:
    """Return the due times of a case of a kind that is opened, or opened again, at an instant."""
    respond_for, resolve_for = _OTHERWISE.get(kind, _USUAL)
    return DueTimes(respond_by=at + respond_for, resolve_by=at + resolve_for)
