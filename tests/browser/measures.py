"""What a ruler and a keyboard find on a page: targets, letters, lines, width, and the way of the focus."""

from collections.abc import Iterator
from typing import Any

from tests.browser.visit import Visit

# The ministry's figures for pages that elders use: px of targets and letters, and the height of a line.
LEAST_TARGET_PX = 44
LEAST_MAIN_TARGET_PX = 60
LEAST_ELDER_TEXT_PX = 18
LEAST_TEXT_PX = 13
LEAST_LINE = 1.3

_TARGETS = "a[href], button, summary, select, textarea, input:not([type=hidden])"
_MAIN_TARGETS = (
    ".button, .tile, .person, .tabs a, .links .weui-cell, .pill, .field select, .field textarea, "
    ".field input:not([type=hidden], [type=checkbox], [type=radio])"
)
_TOO_SMALL = """([all, least]) => Array.from(document.querySelectorAll(all))
    .filter(each => each.checkVisibility({visibilityProperty: true}))
    .filter(each => Math.min(each.offsetHeight, each.offsetWidth) < least)
    .map(each => [each, `${each.offsetWidth} x ${each.offsetHeight} px`])
    .map(([each, size]) => `${each.tagName} "${each.textContent.trim().slice(0, 30)}" is only ${size}`)"""
_SIDEWAYS = """() => Array.from(document.querySelectorAll("html, main, main *"))
    .filter(each => each.clientWidth > 0 && getComputedStyle(each).display !== "inline")
    .filter(each => !each.matches(".visually-hidden") && each.scrollWidth > each.clientWidth + 1)
    .map(each => `${each.tagName}.${each.className} is ${each.scrollWidth} px in ${each.clientWidth}`)"""
_LETTERS = """([leastPx, leastLine]) => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const bearers = new Set(document.querySelectorAll("input:not([type=hidden]), select, textarea"));
    while (walker.nextNode()) {
        if (walker.currentNode.data.trim()) bearers.add(walker.currentNode.parentElement);
    }
    const found = [];
    for (const each of bearers) {
        const left = each.closest("script, style, noscript, template, option, .visually-hidden");
        if (left || !each.checkVisibility({visibilityProperty: true})) continue;
        const style = getComputedStyle(each), px = parseFloat(style.fontSize);
        const line = style.lineHeight === "normal" ? 0 : parseFloat(style.lineHeight) / px;
        const who = `${each.tagName}.${each.className} "${each.textContent.trim().slice(0, 20)}"`;
        if (px < leastPx - 0.01) found.push(`${who} has letters of ${px} px`);
        if (each.matches("input, select")) continue;
        if (line < leastLine - 0.01) found.push(`${who} has lines of ${line}`);
    }
    return found;
}"""
_STOPS = """() => Array.from(document.querySelectorAll(
        "a[href], button, summary, select, textarea, input:not([type=hidden]), [tabindex='0']"))
    .filter(each => !each.disabled && !each.closest("[inert]"))
    .filter(each => each.checkVisibility({visibilityProperty: true}))"""
_FOCUS = f"""() => {{
    const focused = document.activeElement, style = getComputedStyle(focused);
    const box = focused.getBoundingClientRect();
    const under = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return {{
        stop: ({_STOPS})().indexOf(focused),
        name: (focused.innerText || focused.name || focused.tagName).trim().slice(0, 30),
        nowhere: focused === document.body || focused.tagName === "HTML",
        ringed: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        seen: box.width > 0 && box.top >= 0 && box.bottom <= innerHeight
            && (focused.contains(under) || (under !== null && under.contains(focused))),
    }};
}}"""


def measured(visit: Visit) -> Iterator[str]:
    """Say which targets and letters are smaller than they may be."""
    is_elder = visit.look.edition == "elder"
    yield from visit.page.evaluate(_TOO_SMALL, [_TARGETS, LEAST_TARGET_PX])
    if is_elder:
        yield from visit.page.evaluate(_TOO_SMALL, [_MAIN_TARGETS, LEAST_MAIN_TARGET_PX])
    least = LEAST_ELDER_TEXT_PX if is_elder else LEAST_TEXT_PX
    yield from visit.page.evaluate(_LETTERS, [least, LEAST_LINE])


def sideways(visit: Visit) -> list[str]:
    """Return what is wider than its place, so that somebody would have to scroll sideways."""
    wide: list[str] = visit.page.evaluate(_SIDEWAYS)
    return wide


def keyboard_walk(visit: Visit) -> Iterator[str]:
    """Press Tab all the way round, and say where the focus is unseen, out of order, or caught."""
    page = visit.page
    stops = page.evaluate(f"() => ({_STOPS})().length")
    came: list[int] = []
    for _ in range(stops + 2):
        page.keyboard.press("Tab")
        focus: dict[str, Any] = page.evaluate(_FOCUS)
        if focus["nowhere"]:
            continue
        came.append(focus["stop"])
        if not focus["ringed"]:
            yield f"nothing shows that {focus['name']!r} has the focus"
        if not focus["seen"]:
            yield f"{focus['name']!r} has the focus out of sight"
    missed = set(range(stops)) - set(came)
    if missed:
        yield f"Tab does not come to {len(missed)} of {stops} places: {sorted(missed)}"
    if any(after != (before + 1) % stops for before, after in zip(came, came[1:], strict=False)):
        yield f"Tab goes in the order {came}"
    page.evaluate("() => { document.activeElement?.blur(); scrollTo(0, 0); }")
