"""Debian's Chromium, started so that it asks nobody anything of its own accord."""

import shutil
from dataclasses import dataclass

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
DESK: ViewportSize = {"width": 1280, "height": 900}


class ChromiumMissing(Exception):
    """There is no Chromium on this machine."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """How somebody has set up the browser, and the language the pages then have."""

    screen: ViewportSize
    locale: str
    lang: str
    dark: bool = False

    def __str__(self) -> str:
        return f"{self.screen['width']} px, {'dark' if self.dark else 'light'}, {self.lang}"


CHINESE_PHONE = Look(screen=PHONE, locale="zh-CN", lang="zh-Hans")
DARK_PHONE = Look(screen=PHONE, locale="zh-CN", lang="zh-Hans", dark=True)
ENGLISH_DESK = Look(screen=DESK, locale="en-GB", lang="en")
# A phone of 320 px, or 1280 px enlarged fourfold (WCAG 2.1, 1.4.10).
NARROW_CHINESE = Look(screen={"width": 320, "height": 640}, locale="zh-CN", lang="zh-Hans")
NARROW_ENGLISH = Look(screen={"width": 320, "height": 640}, locale="en-GB", lang="en")
LOOKS = (CHINESE_PHONE, DARK_PHONE, ENGLISH_DESK)


def start(playwright: Playwright, *arguments: str) -> Browser:
    """Start Chromium, with more arguments if need be; raises ChromiumMissing if there is none."""
    path = shutil.which("chromium")
    if path is None:
        raise ChromiumMissing("Chromium is missing. On Debian: apt-get install chromium.")
    return playwright.chromium.launch(executable_path=path, args=[*QUIET, *arguments])
