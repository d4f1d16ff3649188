"""Digits as people write them: full width, circled, Chinese, spelled out, or as letters. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

_CHINESE = {
    "0": "〇零○洞",
    "1": "一幺壹",
    "2": "二两贰貳",
    "3": "三叁參",
    "4": "四肆",
    "5": "五伍",
    "6": "六陆陸",
    "7": "七柒拐",
    "8": "八捌",
    "9": "九玖勾",
}
_OF_CHINESE = {character: digit for digit, characters in _CHINESE.items() for character in characters}
_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_OF_WORD = {word: str(value) for value, word in enumerate(_WORDS)} | {"oh": "0"}
_WORD = re.compile(rf"\b(?:{'|'.join(_OF_WORD)})\b", re.IGNORECASE)
_LOOK_ALIKE = {"O": "0", "o": "0", "О": "0", "о": "0", "l": "1", "I": "1", "|": "1"}  # two are Cyrillic
_CROSSES = frozenset("xXхХχΧ×✕✖╳ⅩⅹｘＸ")  # Latin, Cyrillic, Greek, signs, Roman ten, full width
_JOINERS = frozenset(
    " -.\u00b7•_*/\\()[]{}<>\"'“”‘’（）［］【】「」『』〔〕《》〈〉·．。。\t\r\n\u3000、，,;；~～+#|"
)


class Spelling(Enum):
    """How much is taken for a digit. One text is read in each way, as 一 is a digit and a word."""

    FIGURES = "figures"
    WORDS = "words"
    LOOK_ALIKES = "look-alikes"


class Gap(Enum):
    """What stands between two digits."""

    NONE = "none"
    JOINED = "joined"
    WORDS = "words"
    FAR = "far"


@dataclass(frozen=True, slots=True)
class Digit:
    """One digit and where it stands in the text; ``gap`` is what stands before it."""

    value: str
    start: int
    end: int
    gap: Gap


def digits_of(text: str, spelling: Spelling, *, barriers: tuple[tuple[int, int], ...] = ()) -> list[Digit]:
    """Return the digits of a text in their order; none inside a barrier, and a barrier parts like a page."""
    digits: list[Digit] = []
    before = 0
    for start, end, value in sorted(_found(text, spelling)):
        if any(first < end and start < last for first, last in barriers):
            continue
        is_parted = any(before <= first and last <= start for first, last in barriers)
        gap = Gap.FAR if is_parted or not digits else _gap(text[before:start])
        digits.append(Digit(value=value, start=start, end=end, gap=gap))
        before = end
    return digits


def cross_after(text: str, end: int) -> int | None:
    """Return where a check character X ends that follows a number's 17 digits, or None."""
    place = end
    while place < len(text) and place - end < 6:
        character = text[place]
        if character in _CROSSES:
            place += 1
            follower = text[place : place + 1]
            return None if follower.isascii() and follower.isalnum() else place
        if not (_is_invisible(character) or character in _JOINERS):
            return None
        place += 1
    return None


def _found(text: str, spelling: Spelling) -> Iterator[tuple[int, int, str]]:
    for place, character in enumerate(text):
        value = _figure(character)
        if value is None and spelling is not Spelling.FIGURES:
            value = _OF_CHINESE.get(character)
        if value is None and spelling is Spelling.LOOK_ALIKES and _is_among_digits(text, place):
            value = _LOOK_ALIKE.get(character)
        if value is not None:
            yield place, place + 1, value
    if spelling is Spelling.WORDS:
        for word in _WORD.finditer(text):
            yield word.start(), word.end(), _OF_WORD[word[0].lower()]


def _figure(character: str) -> str | None:
    if character.isdecimal() or character.isdigit():
        return str(unicodedata.digit(character))
    plain = unicodedata.normalize("NFKC", character)
    # ⒈ and ⑴ are one character, and say one digit.
    inside = [each for each in plain if each.isdecimal()] if character != plain else []
    return inside[0] if len(inside) == 1 and len(plain) <= 3 else None


def _is_among_digits(text: str, place: int) -> bool:
    around = text[max(0, place - 1) : place] + text[place + 1 : place + 2]
    return any(_figure(each) is not None or each in _LOOK_ALIKE for each in around)


def _gap(between: str) -> Gap:
    visible = "".join(character for character in between if not _is_invisible(character))
    if not visible:
        return Gap.NONE
    if len(visible) <= 6 and all(character in _JOINERS or _is_dash(character) for character in visible):
        return Gap.JOINED
    return Gap.WORDS if len(visible) <= 24 else Gap.FAR


def _is_dash(character: str) -> bool:
    return unicodedata.category(character) in ("Pd", "Zs", "Zl", "Zp") or character in "−ー—"


def _is_invisible(character: str) -> bool:
    # Zero-width characters, variation selectors, combining marks and the frame of a keycap.
    return unicodedata.category(character) in ("Cf", "Mn", "Me", "Cc") and character not in "\t\r\n"
