"""What the digits of a document number must agree on: check digits, and the birth date of GB 11643."""

import re
from datetime import date

from stdnum.cn import ric

# Written out, because \d is true of the digits of every script.
_EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]")
# Nobody alive was born earlier; the end keeps every later sum of dates inside the calendar.
_EARLIEST_YEAR, _LATEST_YEAR = 1880, 2199
_WEIGHTS_OF_ICAO_9303 = (7, 3, 1)


def has_eighteen_characters(number: str) -> bool:
    """Tell whether a number has the form of GB 11643: 17 digits, and a digit or X."""
    return _EIGHTEEN.fullmatch(number) is not None


def birth_date_in(number: str) -> date | None:
    """Return the birth date in 18 characters (7th to 14th digit), or None if there is no such date."""
    year, month, day = int(number[6:10]), int(number[10:12]), int(number[12:14])
    if not _EARLIEST_YEAR <= year <= _LATEST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def agrees_with_gb_11643(number: str) -> bool:
    """Tell whether the last of 18 characters is the check digit of the others."""
    return bool(ric.calc_check_digit(number) == number[-1])


def agrees_with_icao_9303(number: str) -> bool:
    """Tell whether the last digit is the check digit of the letters (A is 10) and digits before it.

    The weights 7, 3, 1 of machine-readable travel documents: the old number of 15 characters on a
    foreign permanent resident's card carries it (docs/domain.md, 6).
    """
    *counted, check_digit = (int(character, 36) for character in number)
    weighted = (value * _WEIGHTS_OF_ICAO_9303[place % 3] for place, value in enumerate(counted))
    return sum(weighted) % 10 == check_digit
