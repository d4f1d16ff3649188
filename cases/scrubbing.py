"""Takes ID numbers and phone numbers out of what people write, before it is stored. Pure.

Nobody has to send one: a case knows whom it is about. Numbers with a right check digit are found even
across words; others by their shape. Dates, amounts and references of cases stay. Source: docs/domain.md, 9.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from stdnum.cn.ric import calc_check_digit

from cases.spelled_digits import Digit, Gap, Spelling, cross_after, digits_of

MARK = "[…]"
"""Stands where a number stood."""

Span = tuple[int, int]

# Provinces of GB/T 2260, residence permits (8), and foreigners (9).
_PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9\d")
_MONTH, _DAY = r"(?:0?[1-9]|1[0-2])", r"(?:3[01]|[12]\d|0?[1-9])"
_TIME = r"(?:[ T\u3000]{0,2}(?:[01]?\d|2[0-4])[:：点时h](?:[0-5]?\d)?(?:[:：分][0-5]?\d)?)?"
# What looks like a number and is none: dates with their times, the compact forms of both, a running number
# behind a date, case references.
_HARMLESS = re.compile(
    rf"(?<!\d)(?:(?:19|20)\d\d\s?[-/.年]\s?{_MONTH}\s?[-/.月]\s?{_DAY}[日号]?{_TIME}"
    rf"|{_DAY}[-/.]{_MONTH}[-/.](?:19|20)\d\d{_TIME}"
    r"|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    r"(?:[T ]?(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?|\d{1,4})?"
    r"|(?:[01]?\d|2[0-4])[:：][0-5]\d(?:[:：][0-5]\d)?)(?!\d)"
    r"|\bHK[- ]?\d{4}[- ]?\d{6,9}[- ]?[A-Z]\b",
    re.ASCII | re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_LETTERS = r"A-Za-zＡ-Ｚａ-ｚ"
_FIGURE = r"[\d０-９]"
_HIDDEN = r"[\s\-－–—\u00b7.\u200b-\u200f\u2060\ufeff]?"
# Permits of Hong Kong and Macao, of Taiwan with the office in brackets, passports, birth certificates,
# foreigners' cards: letters and figures in one word.
_DOCUMENTS = re.compile(
    rf"(?<![{_LETTERS}\d])(?:"
    rf"[HhMmＨＭ][AaＡ]{_HIDDEN}{_FIGURE}{{7}}"
    rf"|[HhMmＨＭ]{_HIDDEN}(?:{_FIGURE}{_HIDDEN}){{7}}{_FIGURE}(?:{_HIDDEN}{_FIGURE}{{2}})?"
    rf"|[EeGgDdSsPpKkＥＧ]{_HIDDEN}(?:{_FIGURE}{_HIDDEN}){{7}}{_FIGURE}"
    rf"|[{_LETTERS}]{{2}}{_HIDDEN}{_FIGURE}{{7}}"
    rf"|[{_LETTERS}](?!20\d\d(?:0[1-9]|1[0-2])){_FIGURE}{{9}}"
    rf"|[{_LETTERS}]{{3}}{_HIDDEN}(?:{_FIGURE}{_HIDDEN}){{11}}{_FIGURE}"
    rf"|(?:{_FIGURE}{_HIDDEN}){{9}}{_FIGURE}\s?[(（［\[][{_LETTERS}][)）］\]]"
    rf")(?![{_LETTERS}\d])"
)
# After a word that announces a number, less is enough.
_ANNOUNCED = re.compile(
    r"(?:身份证|身分证|证件|户口|护照|通行证|回乡证|台胞证|居住证|居留证|永居证|号码|电话|手机|座机|致电|拨打|联系|微信"
    r"|\b(?:passport|permit|id|card|document|phone|mobile|tel|telephone|call|wechat|number|no)\b)"
    r"[^\d\n]{0,14}?(?<![A-Za-z\d])"
    r"(?P<number>(?:[A-Za-z]{1,3}[- ]?)?\d(?:[- ]?\d){5,16}[A-Za-z]?|[A-Z]{1,3}\d{4,})(?![\dA-Za-z])",
    re.IGNORECASE,
)
_ABROAD = re.compile(r"(?:\+|＋|(?<!\d)00)[\s(（]{0,2}\d{1,3}[)）]?(?:[\s\-–.()（）]{0,2}\d){6,13}(?!\d)")
_LANDLINE = re.compile(
    r"(?<!\d)[(（]?0\d{2,3}[)）]?[\s\-–—]{0,2}[2-8]\d{2,3}[\s\-–—]?\d{4}(?!\d)"
    r"|(?<!\d)[48]00[\s\-–—]?\d{3,4}[\s\-–—]?\d{3,4}(?!\d)"
)
_LONGEST_HARMLESS_RUN = 10
# How the groups of a mobile number begin where the first is shorter than three: 1 39…, 86 139….
_FIRST_TWO = frozenset({(1, 3), (1, 10), (2, 3), (2, 7), (2, 11)})


@dataclass(frozen=True, kw_only=True)
class Scrubbed:
    """A text without numbers, and how many were taken out."""

    text: str = field(repr=False)
    removed: int


def scrub(text: str) -> Scrubbed:
    """Return a text in which each ID number and phone number is MARK."""
    spans = _merged(_numbers(text))
    parts, before = [], 0
    for start, end in spans:
        parts += [text[before:start], MARK]
        before = end
    return Scrubbed(text="".join([*parts, text[before:]]), removed=len(spans))


def _numbers(text: str) -> Iterator[Span]:
    checked = tuple(span for spelling in Spelling for span in _checked(text, digits_of(text, spelling)))
    yield from checked
    harmless = tuple(
        found.span() for found in _HARMLESS.finditer(text) if not _overlaps(found.span(), checked)
    )
    for spelling in Spelling:
        yield from _by_shape(text, digits_of(text, spelling, barriers=(*harmless, *checked)))
    for pattern in (_DOCUMENTS, _ABROAD, _LANDLINE):
        yield from (found.span() for found in pattern.finditer(text) if not _overlaps(found.span(), harmless))
    for found in _ANNOUNCED.finditer(text):
        if not _overlaps(found.span("number"), harmless) and not _YEAR.fullmatch(found["number"]):
            yield found.span("number")


def _checked(text: str, digits: list[Digit]) -> Iterator[Span]:
    """Yield resident numbers: province, birth date, a right check character; joined up also a wrong one."""
    for first in range(len(digits) - 16):
        body = digits[first : first + 17]
        number = "".join(digit.value for digit in body)
        if not _PROVINCE.match(number) or not _is_birth_date(number[6:14]):
            continue
        last, end = _check_character(text, digits, first + 17)
        if last is None:
            continue
        gaps = [digit.gap for digit in body[1:]]
        is_right = calc_check_digit(number + "0") == last
        begins = first == 0 or digits[first].gap is not Gap.NONE
        if is_right and _holds_together(gaps) or begins and Gap.WORDS not in gaps and _is_whole(gaps):
            yield digits[first].start, end


def _check_character(text: str, digits: list[Digit], place: int) -> tuple[str | None, int]:
    cross = cross_after(text, digits[place - 1].end)
    if cross is not None:
        return "X", cross
    if place < len(digits) and digits[place].gap is not Gap.FAR:
        return digits[place].value, digits[place].end
    return None, 0


def _holds_together(gaps: list[Gap]) -> bool:
    """Tell whether words between digits may be words within a number: between its parts, or everywhere."""
    if Gap.FAR in gaps:
        return False
    is_one_by_one = Gap.NONE not in gaps
    return Gap.WORDS not in gaps or Gap.WORDS not in gaps[:5] or is_one_by_one


def _is_whole(gaps: list[Gap]) -> bool:
    # The address code in one piece, so that two dates and an hour are not taken for a number.
    return Gap.FAR not in gaps and all(gap is Gap.NONE for gap in gaps[:5])


def _is_birth_date(digits: str) -> bool:
    return 1880 <= int(digits[:4]) <= 2049 and 1 <= int(digits[4:6]) <= 12 and 1 <= int(digits[6:]) <= 31


def _by_shape(text: str, digits: list[Digit]) -> Iterator[Span]:
    for run in _runs(digits):
        yield from _long_groups(text, run)
        yield from _mobiles(run)
        yield from _cards(text, run)
    yield from _mobiles_in_words(digits)


def _runs(digits: list[Digit]) -> Iterator[list[list[Digit]]]:
    """Yield what is joined up, as groups of digits without anything between them."""
    run: list[list[Digit]] = []
    for digit in digits:
        if digit.gap is Gap.NONE and run:
            run[-1].append(digit)
        elif digit.gap is Gap.JOINED and run:
            run.append([digit])
        else:
            if run:
                yield run
            run = [[digit]]
    if run:
        yield run


def _long_groups(text: str, run: list[list[Digit]]) -> Iterator[Span]:
    for group in run:
        if len(group) > _LONGEST_HARMLESS_RUN:
            yield group[0].start, cross_after(text, group[-1].end) or group[-1].end


def _mobiles(run: list[list[Digit]]) -> Iterator[Span]:
    """Yield 11 digits from 13 to 19 in whole groups, with 86 before them or not."""
    for first in range(len(run)):
        digits: list[Digit] = []
        for last in range(first, len(run)):
            digits += run[last]
            sizes = [len(group) for group in run[first : last + 1]]
            if _is_mobile(digits) and (max(sizes) == 1 or tuple(sizes[:2]) in _FIRST_TWO or sizes[0] >= 3):
                yield digits[0].start, digits[-1].end
            if len(digits) > 15:
                break


def _is_mobile(digits: list[Digit]) -> bool:
    number = "".join(digit.value for digit in digits)
    return re.fullmatch(r"(?:00)?(?:86)?1[3-9]\d{9}", number) is not None


def _mobiles_in_words(digits: list[Digit]) -> Iterator[Span]:
    """Yield 3, 4 and 4 digits with words between them, as they are said on the telephone."""
    groups: list[list[Digit]] = []
    for digit in digits:
        if digit.gap is Gap.NONE and groups:
            groups[-1].append(digit)
        else:
            groups.append([digit])
    for place in range(len(groups) - 2):
        three = groups[place : place + 3]
        joined = [digit for group in three for digit in group]
        if [len(group) for group in three] != [3, 4, 4] or not _is_mobile(joined):
            continue
        years = [_YEAR.fullmatch("".join(digit.value for digit in group)) for group in three[1:]]
        if not all(years) and all(group[0].gap is not Gap.FAR for group in three[1:]):
            yield joined[0].start, joined[-1].end


def _cards(text: str, run: list[list[Digit]]) -> Iterator[Span]:
    """Yield numbers of 15 digits as before 1999, and cards of banks, written in groups."""
    digits = [digit for group in run for digit in group]
    number = "".join(digit.value for digit in digits)
    is_old = len(number) == 15 and _PROVINCE.match(number) is not None and _is_birth_date("19" + number[6:12])
    sizes = [len(group) for group in run]
    is_in_fours = 16 <= len(number) <= 19 and set(sizes[:-1]) == {4} and sizes[-1] <= 4
    are_years = all(_YEAR.fullmatch("".join(digit.value for digit in group)) for group in run)
    is_one_by_one = len(number) > _LONGEST_HARMLESS_RUN + 4 and set(sizes) == {1}
    if is_old or is_one_by_one or is_in_fours and not are_years:
        yield digits[0].start, cross_after(text, digits[-1].end) or digits[-1].end


def _overlaps(span: Span, others: tuple[Span, ...]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)


def _merged(spans: Iterator[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
