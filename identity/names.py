"""The names of people: take every name that a person can have, refuse what is none."""

import hmac
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from identity.characters import is_hidden

LONGEST_NAME = 100


class NameProblem(StrEnum):
    """What is wrong with a name; identity/wording.py has a sentence for each."""

    EMPTY = "EMPTY"
    TOO_LONG = "TOO_LONG"
    HIDDEN_CHARACTERS = "HIDDEN_CHARACTERS"
    DIGITS = "DIGITS"
    SYMBOLS = "SYMBOLS"


@dataclass(frozen=True, kw_only=True)
class MalformedName:
    """A refusal that carries nothing of what was typed."""

    problem: NameProblem


# Accents and padding at most double a name; what is longer is not read.
_LONGEST_RAW = 4 * LONGEST_NAME
_MIDDLE_DOT = "·"
# The dot between the parts of a name, as other keyboards type it.
_DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・･᛫", _MIDDLE_DOT))
_PUNCTUATION = frozenset(f"{_MIDDLE_DOT}-‐.'’‘,()（）")
# 〇 is a number by category and a letter in names.
_LETTERS_BY_USE = frozenset("〇")
_JOINER, _NON_JOINER = "\u200d", "\u200c"
_VIRAMA = 9
_HAN_PLANES = range(0x20000, 0x3FFFE)


def parse_name(raw: str) -> str | MalformedName:
    """Return the name in its stored form, or what is wrong with it.

    Stored form: NFC, trimmed, single spaces, "·" for every middle dot, 1 to 100 characters. Letters and
    marks of every script pass, rare Han characters that this Python does not know yet and those of the
    private use area among them; so do spaces, "·", hyphens, apostrophes, full stops, commas, brackets.
    Digits, emoji and other symbols, and whatever cannot be seen (NUL, line breaks, zero-width and direction
    marks, lone surrogates) are refused; the joiners stay where a script is not written without them.
    """
    if len(raw) > _LONGEST_RAW:
        return MalformedName(problem=NameProblem.TOO_LONG)
    name = unicodedata.normalize("NFC", raw).translate(_DOTS)
    name = "".join(" " if unicodedata.category(c) == "Zs" else c for c in name)
    # Not split(): it would also take line breaks for spaces.
    name = " ".join(part for part in name.split(" ") if part)
    problem = _problem_of_name(name)
    return name if problem is None else MalformedName(problem=problem)


def is_same_name(one: str, other: str) -> bool:
    """Tell whether two names are the same but for case, spaces, dots, hyphens and the like.

    People type "Anna Lena" for "Anna-Lena", and leave the dot out of 古丽娜尔·买买提. Letters and marks
    decide.
    """
    return hmac.compare_digest(letters_of(one).encode(), letters_of(other).encode())


def letters_of(name: str) -> str:
    """Return what decides of a name: its letters and marks, without case."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    return "".join(c for c in folded if unicodedata.category(c)[0] not in "ZP")


def _problem_of_name(name: str) -> NameProblem | None:
    if not name:
        return NameProblem.EMPTY
    if len(name) > LONGEST_NAME:
        return NameProblem.TOO_LONG
    has_letter = False
    for position, character in enumerate(name):
        problem = _problem_of_character(name, position)
        if problem is not None:
            return problem
        has_letter = has_letter or _is_letter(character)
    return None if has_letter else NameProblem.SYMBOLS


def _problem_of_character(name: str, position: int) -> NameProblem | None:
    character = name[position]
    if is_hidden(character):
        return None if _joins_in_place(name, position) else NameProblem.HIDDEN_CHARACTERS
    if _is_letter(character) or character == " " or character in _PUNCTUATION:
        return None
    if unicodedata.category(character).startswith("M"):
        # A mark needs its letter in front.
        return None if position and name[position - 1] not in _PUNCTUATION | {" "} else NameProblem.SYMBOLS
    return NameProblem.DIGITS if unicodedata.category(character) == "Nd" else NameProblem.SYMBOLS


def _is_letter(character: str) -> bool:
    category = unicodedata.category(character)
    # Registers keep rare characters in the private use area until Unicode has them.
    return (
        category.startswith("L")
        or category == "Co"
        or character in _LETTERS_BY_USE
        or (category == "Cn" and ord(character) in _HAN_PLANES)
    )


def _joins_in_place(name: str, position: int) -> bool:
    """Tell whether a joiner stands where RFC 5892 (A.1, A.2) allows it: after a virama, or inside Arabic."""
    if name[position] not in (_JOINER, _NON_JOINER) or not 0 < position < len(name) - 1:
        return False
    before, after = name[position - 1], name[position + 1]
    if unicodedata.combining(before) == _VIRAMA:
        return True
    arabic = unicodedata.bidirectional(before) == unicodedata.bidirectional(after) == "AL"
    return arabic and name[position] == _NON_JOINER
