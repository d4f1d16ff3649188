"""Which characters are not what they look like: those nobody can see, and doubles of Latin letters."""

import unicodedata

# Control, format (zero-width, bidi), surrogate, and the separators of lines and paragraphs.
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Letters and symbols by category, blank on every screen.
_FILLERS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_GRAPHEME_JOINER = "\u034f"
# Cyrillic Ha, Greek and Coptic Chi, Lisu Sha, crosses; the mathematical and Roman ones are found by NFKC.
_LIKE_X = frozenset(
    "\u0425\u0445\u03a7\u03c7\u2cac\u2cad\ua4eb\u00d7\u2573\u2715\u2716\u2717\u2718\u274c\u2a2f"
)
# Alphabets whose capitals are drawn like Latin ones, by the first word of a character's name.
_LOOK_ALIKE_ALPHABETS = frozenset({"CYRILLIC", "GREEK", "COPTIC", "LISU", "CHEROKEE"})


def is_hidden(character: str) -> bool:
    """Tell whether a single character is invisible or steers others; spaces of any kind are not hidden."""
    return (
        unicodedata.category(character) in _HIDDEN_CATEGORIES
        or character in _FILLERS
        or character == _GRAPHEME_JOINER
        or _is_variation_selector(character)
    )


def looks_like_x(character: str) -> bool:
    """Tell whether a character other than the plain letter looks like an X."""
    return character in _LIKE_X or unicodedata.normalize("NFKC", character) in ("X", "x")


def looks_like_a_latin_letter(character: str) -> bool:
    """Tell whether a character other than a plain letter can be taken for one, as Cyrillic Н for H."""
    folded = unicodedata.normalize("NFKC", character)
    if character in _LIKE_X or (len(folded) == 1 and folded.isascii() and folded.isalpha()):
        return True
    alphabet = unicodedata.name(character, "").partition(" ")[0]
    return character.isalpha() and alphabet in _LOOK_ALIKE_ALPHABETS


def _is_variation_selector(character: str) -> bool:
    return (
        "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
        or "\u180b" <= character <= "\u180f"
    )
