"""The number of a case: easy to say on the telephone, and a slip of the tongue is noticed. Pure.

``HK-2026-000123-K``: the year, a running number, and a letter that checks both.
"""

import re
import unicodedata

# Without I, O and Q, which are taken for 1, 0 and 0. That leaves 23 letters, a prime, so that one wrong digit
# and any two digits changed round always give another letter.
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_REFERENCE = re.compile(r"HK([0-9]{4})([0-9]{6,9})([A-Z])")
LONGEST = 20


def reference(year: int, serial: int) -> str:
    """Return the number of a case; ``serial`` runs on over the years."""
    digits = f"{serial:06}"
    return f"HK-{year:04}-{digits}-{_check_letter(f'{year:04}{digits}')}"


def read_reference(text: str) -> str | None:
    """Return a number as it was typed or said in its one form, or None if it is none.

    Lower case, full width, spaces and any dashes are no mistakes.
    """
    plain = unicodedata.normalize("NFKC", text[: 4 * LONGEST]).upper()
    found = _REFERENCE.fullmatch("".join(character for character in plain if character.isalnum()))
    if found is None or _check_letter(found[1] + found[2]) != found[3]:
        return None
    return f"HK-{found[1]}-{found[2]}-{found[3]}"


def _check_letter(digits: str) -> str:
    weighted = sum(place * int(digit) for place, digit in enumerate(digits, start=1))
    return _LETTERS[weighted % len(_LETTERS)]
