"""A rotating code as a page shows it: a picture to scan, a running clock, and when to fetch the next."""

from dataclasses import dataclass, field
from datetime import datetime
from math import ceil

import segno
from django.utils.safestring import SafeString, mark_safe

from lookup.code_issue import CodeShown

_MASK = 0
"""One of eight patterns. Trying all of them takes three times as long, and scanners read each."""


@dataclass(frozen=True, kw_only=True)
class CodePanel:
    """The code on a page. The clock begins at ``now``; the rest is counted in seconds from there."""

    picture: SafeString = field(repr=False)
    now: datetime
    expires_at: datetime
    ends_in: int
    next_in: int


def code_panel(code: CodeShown | None, *, at: datetime) -> CodePanel | None:
    """Return a code with its picture drawn; None where there is none."""
    if code is None:
        return None
    return CodePanel(
        picture=_draw(code.text),
        now=at,
        expires_at=code.expires_at,
        ends_in=max(1, int((code.expires_at - at).total_seconds())),
        next_in=max(1, ceil(code.next_after.total_seconds())),
    )


def _draw(text: str) -> SafeString:
    qr = segno.make_qr(text, error="m", mask=_MASK, boost_error=False)
    svg = qr.svg_inline(border=4, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None)
    # Drawn from our own text, in which base45 has no character of markup.
    return mark_safe(svg)  # noqa: S308  # nosec B308 B703
