"""What may be shown of a number, a name or a mobile number (docs/domain.md, 3 and 6)."""

import unicodedata

from identity.characters import is_hidden

_STAR = "*"
_LONGEST_NUMBER_SHOWN = 18
_FEWEST_DIGITS_OF_A_MOBILE = 8
# Nothing that a name starts with needs more marks than this on one letter.
_MOST_MARKS = 3
# Spaces, punctuation and marks without a letter say nothing about whose name it is.
_SKIPPED_CATEGORIES = ("Z", "P", "M")


def mask_number(number: str) -> str:
    """Return the first two and the last two characters of a document number, stars between.

    Anything too short to hide something becomes stars alone. Source: docs/domain.md, 3.
    """
    if len(number) < 8:
        return _STAR * 4
    hidden = min(len(number), _LONGEST_NUMBER_SHOWN) - 4
    return f"{number[:2]}{_STAR * hidden}{number[-2:]}"


def mask_name(name: str) -> str:
    """Return the first character and one star, for a name of any length: "李*", "A*".

    Whatever cannot be seen is stripped first, so that a direction mark in a name turns nothing on the
    page around it; an accent written as a mark of its own stays with its letter. A name without any
    visible character becomes "*". Source: docs/domain.md, 6.
    """
    # A name is at most 100 characters (identity/names.py); what is longer need not be read to the end.
    visible = [c for c in unicodedata.normalize("NFC", name[:400]) if not is_hidden(c)]
    for position, character in enumerate(visible):
        if unicodedata.category(character)[0] not in _SKIPPED_CATEGORIES:
            return character + _marks_after(visible[position + 1 :]) + _STAR
    return _STAR


def mask_mobile(e164: str) -> str:
    """Return the first three and the last three digits of a mobile number: "138*****678".

    Takes E.164 ("+8613812345678"). A mainland number is shown without +86; any other keeps its plus sign,
    so that the three digits in front are read as a country's. Source: docs/domain.md, 3.
    """
    domestic = e164.startswith("+86")
    digits = e164[3:] if domestic else e164.removeprefix("+")
    if not (digits.isascii() and digits.isdigit() and _FEWEST_DIGITS_OF_A_MOBILE <= len(digits) <= 15):
        return _STAR * 4
    plus = "" if domestic else "+"
    return f"{plus}{digits[:3]}{_STAR * (len(digits) - 6)}{digits[-3:]}"


def _marks_after(characters: list[str]) -> str:
    marks = ""
    for character in characters[:_MOST_MARKS]:
        if not unicodedata.category(character).startswith("M"):
            break
        marks += character
    return marks
