"""Hundreds of ways in which people write ID numbers and phones, and what looks like them and is none.

All numbers are nobody's: address code 119999, mobile numbers of zeros.
"""

from collections.abc import Iterator
from pathlib import Path

NUMBER, NUMBER_X, OLD = "119999198503040778", "11999920190615001X", "119999850304077"
MOBILE = "13900000001"

_FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
_CHINESE = str.maketrans("0123456789", "零一二三四五六七八九")
_TELEGRAM = str.maketrans("0123456789", "洞幺两三四五六拐八勾")
_BANKERS = str.maketrans("0123456789", "零壹贰叁肆伍陆柒捌玖")
_ZERO_SIGN = str.maketrans("0123456789", "〇一二三四五六七八九")
_CIRCLED = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")
_BOLD = str.maketrans("0123456789", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗")
_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_SUPER = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_KEYCAPS = str.maketrans({digit: f"{digit}\ufe0f\u20e3" for digit in "0123456789"})
STYLES = {
    "plain": str.maketrans({}),
    "full width": _FULL_WIDTH,
    "Chinese": _CHINESE,
    "telegram": _TELEGRAM,
    "bankers": _BANKERS,
    "zero sign": _ZERO_SIGN,
    "circled": _CIRCLED,
    "bold": _BOLD,
    "Arabic": _ARABIC,
    "superscript": _SUPER,
    "keycaps": _KEYCAPS,
}
# Between the parts of a number.
SEPARATORS = (
    *(" ", "  ", "\u3000", "\u00a0", "\u2009", "\t", "\n", "-", "–", "—", "－", "−", "_", ".", "·", "•", "/"),
    *("*", "|", " - ", ") (", "] [", "】【", "”“", "、", "，", ",", "。", "+", "~"),
    *("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200b \u200b"),
)
# Between single digits: whoever wants to get past a filter.
EVERYWHERE = (" ", "-", ".", "\u200b", "\u2060", "*", "_", "、", "，", " . ", "\u200b-", "|")
IN_WORDS = (
    "前六位{0}，后面是{1}，最后{2}",
    "{0}然后{1}再加{2}",
    "{0} then {1} and at last {2}",
    "开头 {0} 中间 {1} 结尾 {2}",
    "{0}（出生{1}）尾号{2}",
    "{0}……{1}……{2}",
    "address {0}, born {1}, last four {2}",
)
AROUND = (
    "{}",
    "我的身份证号是{}，请查。",
    "身份证{}",
    "My number is {}.",
    "【{}】",
    "({})",
    "id:{}",
    "孩子{}家长",
    "{}！！",
    "sfz={}&",
    "号码:{}\n谢谢",
    "a{}b",
)
CROSSES = ("X", "x", "Ｘ", "ｘ", "×", "Х", "х", "Χ", "Ⅹ", "ⅹ", "✕", " X", "-x", "（X）", "\u200bX")


def numbers() -> Iterator[str]:
    """Yield texts that hold a resident identity number."""
    for number in (NUMBER, NUMBER_X):
        for style in STYLES.values():
            yield f"号码 {number.translate(style)} 谢谢"
            yield "看 " + " ".join(_parts(number.translate(style)))
        for separator in SEPARATORS:
            yield separator.join((number[:6], number[6:14], number[14:]))
            yield separator.join((number[:6], number[6:10], number[10:14], number[14:]))
            yield separator.join((number[:6], number[6:10], number[10:12], number[12:14], number[14:]))
        for separator in EVERYWHERE:
            yield f"号 {separator.join(number)} 完"
            yield separator.join(number.translate(_CHINESE))
        for words in IN_WORDS:
            yield words.format(*_parts(number))
            yield words.format(*_parts(number.translate(_FULL_WIDTH)))
        for around in AROUND:
            yield around.format(number)
    for cross in CROSSES:
        yield f"11999920190615001{cross} 谢谢"
        yield f"119999 20190615 001{cross}"
    yield from (
        OLD,
        f"老号 {OLD} 。",
        "119999 850304 077",
        OLD.translate(_FULL_WIDTH),
        OLD.translate(_CHINESE),
    )
    # Mistyped, so that the check character is wrong.
    yield from ("119999198503040779", "119999 19850304 0772", "1199991985030407", "11999919850304077")
    # Letters for figures.
    yield from ("11999919850304O778", "II9999198503040778", "l19999198503040778", "119999l985o3o4o778")
    yield "one one nine nine nine nine one nine eight five zero three zero four zero seven seven eight"
    yield "一一九九九九 一九八五 零三 零四 零七七八"
    yield "119999198503040778119999198503040778"
    yield "900000 20140615 0019"  # a foreigner's card of the new form


def _parts(number: str) -> tuple[str, str, str]:
    step = len(number) // 18
    return number[: 6 * step], number[6 * step : 14 * step], number[14 * step :]


def phones() -> Iterator[str]:
    """Yield texts that hold a phone number."""
    for style in STYLES.values():
        yield f"电话{MOBILE.translate(style)}。"
    for separator in SEPARATORS:
        yield separator.join((MOBILE[:3], MOBILE[3:7], MOBILE[7:]))
        yield separator.join((MOBILE[:3], MOBILE[3:]))
    for separator in EVERYWHERE:
        yield f"打 {separator.join(MOBILE)} 完"
    for country in (
        "+86",
        "86",
        "0086",
        "+86 ",
        "(+86)",
        "（+86）",
        "+86-",
        "＋８６",
        "86-",
        "0086-",
        "+ 86 ",
    ):
        yield f"{country}{MOBILE}"
        yield f"{country}139 0000 0001"
    for around in ("call {}", "手机{}", "{}微信同号", "tel:{}", "请打{}找我", "☎{}", "{}，姓王", "v{}x"):
        yield around.format(MOBILE)
    yield from ("139，中间0000，最后0001", "139 然后 0000 然后 0001", "139xx0000xx0001", "139…0000…0001")
    yield from (
        "一三九零零零零零零零一",
        "幺三九洞洞洞洞洞洞洞幺",
        "壹叁玖零零零零零零零壹",
        "１３９　００００　０００１",
    )
    yield from ("l39OOOOOOO1", "139OOOOOOO1", "one three nine zero zero zero zero zero zero zero one")
    yield from (
        "010-65000001",
        "(010)65000001",
        "（010）6500 0001",
        "0371-65000001",
        "021 65000001",
        "010 6500-0001",
    )
    yield from (
        "400-800-0001",
        "4008000001",
        "800-810-0001",
        "座机65000001",
        "电话：6500 0001",
        "致电 65000001",
    )
    yield from ("+852 6500 0001", "+853 6600 0001", "+1 (650) 555-0100", "+44 20 7946 0958", "00852 65000001")


def documents() -> list[str]:
    """Return texts that hold the number of another document."""
    return _lines("document_numbers.txt")


def untouched() -> list[str]:
    """Return texts that hold no number of anybody: dates, amounts, counts, case references, hotlines."""
    return [*_lines("no_numbers.txt"), "", " ", "\n"]


def _lines(name: str) -> list[str]:
    return (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
