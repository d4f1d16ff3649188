"""When things happen in the city: everything is counted from a date, so that the city needs no memory.

The people stay the same for an era of four years; somebody's tests follow the calendar; orders and
alerts are renewed with every round of three days. What is said about a day is the same on every later
day, so a city loaded today is continued tomorrow by what tomorrow adds.
"""

import zlib
from datetime import date, datetime, timedelta

from civil_time import start_of

FOUNDED_ON = date(2022, 1, 1)
ROUND_DAYS = 3
_ERA_YEARS = 4


class BeforeTheCity(ValueError):
    """Asked for a day before the city was founded."""


def era_start(today: date) -> date:
    """Return the first day of the era: 1 January 2022, 2026, 2030 and so on.

    Raises BeforeTheCity for a day before 2022.
    """
    if today < FOUNDED_ON:
        raise BeforeTheCity(f"the demo city begins on {FOUNDED_ON}")
    return date(today.year - (today.year - FOUNDED_ON.year) % _ERA_YEARS, 1, 1)


def round_of(day: date) -> int:
    """Return the number of the round of three days that a day belongs to, counted from 1."""
    return (day - FOUNDED_ON).days // ROUND_DAYS + 1


def round_start(number: int) -> date:
    """Return the first day of a round."""
    return FOUNDED_ON + timedelta(days=(number - 1) * ROUND_DAYS)


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a time of a Shanghai day; minutes may run over the hour."""
    return start_of(day) + timedelta(hours=hour, minutes=minute)


def chance(*what: object, of: int) -> int:
    """Return a number from 0 below ``of`` that looks like chance and is the same every time."""
    return zlib.crc32(":".join(map(str, what)).encode()) % of
