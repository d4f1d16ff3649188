"""Which characters nobody can see: a number or name that carries one is not what it looks like."""

import unicodedata

# Control, format (zero-width, bidi), surrogate, and the separators of lines and paragraphs.
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Letters and symbols by category, blank on every screen.
_FILLERS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_GRAPHEME_JOINER = "\u034f"


def is_hidden(character: str) -> bool:
    """Tell whether a single character is invisible or steers others; spaces of any kind are not hidden."""
    return (
        unicodedata.category(character) in _HIDDEN_CATEGORIES
        or character in _FILLERS
        or character == _GRAPHEME_JOINER
        or _is_variation_selector(character)
    )


def _is_variation_selector(character: str) -> bool:
    return (
        "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
        or "\u180b" <= character <= "\u180f"
    )
