"""Debian's Chromium, started so that it asks nobody anything of its own accord."""

import os
import shutil
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Playwright, ViewportSize

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 800}
NARROW: ViewportSize = {"width": 320, "height": 640}


class ChromiumMissing(Exception):
    """There is no Chromium on this machine."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """How somebody has set up the browser, and the language and edition the pages then have."""

    screen: ViewportSize = field(default_factory=lambda: PHONE)
    locale: str = "zh-CN"
    lang: str = "zh-Hans"
    dark: bool = False
    edition: str = "standard"
    scripted: bool = True

    def __str__(self) -> str:
        parts = [f"{self.screen['width']} px", "dark" if self.dark else "light", self.lang]
        parts += ["elder"] if self.edition == "elder" else []
        return ", ".join(parts if self.scripted else [*parts, "no script"])


CHINESE_PHONE = Look()
CHINESE_DESK = Look(screen=DESK)
ELDER_PHONE = Look(edition="elder")
DARK_PHONE = Look(dark=True)
ENGLISH_DESK = Look(screen=DESK, locale="en-GB", lang="en")
# What is hardest at once: the longest words, the largest letters, and the other colors.
ENGLISH_ELDER = Look(locale="en-GB", lang="en", dark=True, edition="elder")
WITHOUT_SCRIPT = Look(scripted=False)
# A phone of 320 px, or 1280 px enlarged fourfold (WCAG 2.1, 1.4.10).
NARROW_CHINESE = Look(screen=NARROW)
NARROW_ENGLISH = Look(screen=NARROW, locale="en-GB", lang="en")
NARROW_ELDER = Look(screen=NARROW, locale="en-GB", lang="en", edition="elder")

_TWO = (CHINESE_PHONE, ENGLISH_ELDER)
_ALL = (*_TWO, CHINESE_DESK, ELDER_PHONE, DARK_PHONE, ENGLISH_DESK, WITHOUT_SCRIPT)
# Two that differ in all but the screen are enough before a change lands; `make browser-test` takes all.
LOOKS = {"two": _TWO, "all": _ALL}[os.environ.get("HEALTHKIT_LOOKS", "two")]


def start(playwright: Playwright, *arguments: str) -> Browser:
    """Start Chromium, with more arguments if need be; raises ChromiumMissing if there is none."""
    path = shutil.which("chromium")
    if path is None:
        raise ChromiumMissing("Chromium is missing. On Debian: apt-get install chromium.")
    return playwright.chromium.launch(executable_path=path, args=[*QUIET, *arguments])
