"""The Shanghai calendar: the only place that knows how instants and civil days meet.

Every rule of the service counts in whole days of Asia/Shanghai, and every instant it handles is
aware. Both bottom packages (identity and healthcode) need this and may not import each other, so
it lies below both (docs/adr/0002-civil-time-below-both-bottom-packages.md).
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def civil_date(at: datetime) -> date:
    """Return the Shanghai calendar date of an aware instant."""
    return at.astimezone(SHANGHAI).date()


def start_of(on: date) -> datetime:
    """Return 00:00 Shanghai of a civil date (of a date on which 00:00 exists, as in all policies)."""
    return datetime.combine(on, time.min, tzinfo=SHANGHAI)


def next_midnight(at: datetime) -> datetime:
    """Return 24:00 Shanghai of the civil day that contains ``at``; always later than ``at``."""
    return start_of(civil_date(at) + timedelta(days=1))


def birthday(born_on: date, years: int) -> date:
    """Return the civil date on which somebody completes ``years`` years.

    Somebody born on 29 February completes a year on 1 March where there is no 29 February.
    """
    try:
        return born_on.replace(year=born_on.year + years)
    except ValueError:
        return date(born_on.year + years, 3, 1)


def completed_years(born_on: date, on: date) -> int:
    """Return the age in completed years on a civil date; negative for a birth still to come."""
    years = on.year - born_on.year
    return years if on >= birthday(born_on, years) else years - 1


def latest_birth_for_age(years: int, on: date) -> date:
    """Return the latest birth date of somebody who has completed ``years`` years on a civil date."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return date(on.year - years, 2, 28)
