"""`make screenshots`: takes the pictures of the README from a service that `make run` has started.

Needs Debian's chromium. Asks real questions of the demo, so a few audit rows stay behind.
"""

import argparse
import json
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from healthkit.edition import COOKIE, Edition
from tests.browser.chromium import DESK, PHONE, ChromiumMissing, start

# The button that leads onward, not the one beside it.
_ONWARD = "main .button[type=submit]:not(.second)"
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, kw_only=True)
class Demo:
    """A running demo, as var/demo.json describes it."""

    base_url: str
    accounts: dict[str, dict[str, str]]
    people: dict[str, dict[str, str]]
    device_key: str

    @property
    def numbers(self) -> dict[str, str]:
        return {label: person["document_number"] for label, person in self.people.items()}


@dataclass(frozen=True, kw_only=True)
class Album:
    """Takes pictures of one demo into one folder."""

    demo: Demo
    browser: Browser
    folder: Path

    @contextmanager
    def visit(
        self, role: str = "", *, language: str = "zh-CN", dark: bool = False, elder: bool = False
    ) -> Iterator[Page]:
        """Open a browser of its own, signed in as a role, on a phone."""
        context = self.browser.new_context(
            base_url=self.demo.base_url,
            locale=language,
            timezone_id="Asia/Shanghai",
            viewport=PHONE,
            color_scheme="dark" if dark else "light",
        )
        if elder:
            context.add_cookies(
                [{"name": COOKIE, "value": Edition.ELDER.value, "url": self.demo.base_url}],
            )
        page = context.new_page()
        if role:
            page.goto("/sign-in")
            self._sign_in(page, role, mobile="mobile")
        yield page
        context.close()

    @contextmanager
    def visit_admin(self, role: str) -> Iterator[Page]:
        """Open the administration, signed in, on a desk."""
        context = self.browser.new_context(base_url=self.demo.base_url, locale="en-GB", viewport=DESK)
        page = context.new_page()
        page.goto("/admin/login/")
        self._sign_in(page, role, mobile="username")
        yield page
        context.close()

    def go_on(self, page: Page, *, to: str) -> None:
        """Press the button that leads onward, and wait for the step of that name."""
        page.click(_ONWARD)
        page.locator(f"main [name=step][value={to}]").wait_for(state="attached")

    def ask(self, page: Page, label: str) -> None:
        """Ask after somebody of the demo's people by the form."""
        page.goto("/assisted")
        page.fill("[name=document_number]", self.demo.numbers[label])
        page.click(_ONWARD)
        page.wait_for_url("**/answers/*")

    def take(self, page: Page, name: str, *, whole: bool = False) -> None:
        """Write one picture: what the screen shows, or the whole page."""
        page.wait_for_load_state("networkidle")
        path = self.folder / f"{name}.png"
        if whole:
            # On a screen as high as the page, so that the bar at its lower edge stands there.
            page.set_viewport_size(PHONE | {"height": page.evaluate("document.documentElement.scrollHeight")})
        # Animations stay as they are: one that is cut short closes the status panel.
        page.screenshot(path=path)
        if whole:
            page.set_viewport_size(PHONE)
        sys.stdout.write(f"{path.name}\n")

    def _sign_in(self, page: Page, role: str, *, mobile: str) -> None:
        account = self.demo.accounts[role]
        page.fill(f"[name={mobile}]", account["mobile"])
        page.fill("[name=password]", account["password"])
        page.click("form:has([name=password]) [type=submit]")
        page.wait_for_url(lambda url: "sign-in" not in url and "login" not in url)


def main() -> int:
    """Take every picture; 1 with a sentence if no demo answers."""
    arguments = _arguments()
    try:
        demo = read_demo(arguments.demo)
    except (OSError, ValueError, KeyError) as error:
        sys.stderr.write(
            f"make screenshots: no demo answers ({type(error).__name__}). Start `make run` first.\n"
        )
        return 1
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        try:
            browser = start(playwright)
        except ChromiumMissing as missing:
            sys.stderr.write(f"make screenshots: {missing}\n")
            return 1
        album = Album(demo=demo, browser=browser, folder=arguments.folder)
        take_citizens_pages(album)
        take_strangers_pages(album)
        take_neighbours_pages(album)
        take_gates_pages(album)
        take_desk_pages(album)
        browser.close()
    return 0


def read_demo(path: Path) -> Demo:
    """Return the demo of a demo.json, if it answers; raises OSError, ValueError or KeyError."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    with urllib.request.urlopen(f"{content['base_url']}/readyz", timeout=10):
        return Demo(
            base_url=content["base_url"],
            accounts={account["role"]: account for account in content["accounts"]},
            people={person["label"]: person for person in content["people"]},
            device_key=content["device_key"],
        )


def take_citizens_pages(album: Album) -> None:
    """Signing in, the first page, the form, and what a verified guardian reads."""
    with album.visit() as page:
        page.goto("/demo/")
        album.take(page, "demo", whole=True)
        page.goto("/sign-in")
        album.take(page, "sign-in")
    with album.visit("guardian") as page:
        page.goto("/")
        album.take(page, "home")
        album.ask(page, "story_child")
        album.take(page, "unknown-with-reason")
        album.take(page, "unknown-with-reason-whole", whole=True)
        album.ask(page, "green_child")
        album.take(page, "green")
        album.ask(page, "alert_4")
        album.take(page, "unconfirmed", whole=True)
        page.goto("/own-code")
        page.click(_ONWARD)
        page.wait_for_url("**/answers/*")
        album.take(page, "own-code")
        page.goto("/wards")
        album.take(page, "wards")
        page.goto("/who-looked")
        album.take(page, "who-looked")
        album.ask(page, "story_child")
        # A second time the case of the first is there.
        page.click("form[action$='/case'] [type=submit], main a[href^='/cases/HK']")
        page.wait_for_url("**/cases/*")
        album.take(page, "case", whole=True)
    with album.visit() as page:
        page.goto("/sign-up")
        album.take(page, "sign-up")
    with album.visit("guardian", language="en-GB", dark=True) as page:
        album.ask(page, "story_child")
        album.take(page, "unknown-english-dark")
    with album.visit("guardian", elder=True) as page:
        page.goto("/")
        album.take(page, "home-elder")
        album.ask(page, "green_child")
        album.take(page, "green-elder")


def take_strangers_pages(album: Album) -> None:
    """What somebody without kinship reads: green, the bare unknown, and nothing once it has closed."""
    with album.visit("stranger") as page:
        page.goto("/assisted")
        page.fill("[name=document_number]", album.demo.numbers["story_child"])
        album.take(page, "assisted")
        album.ask(page, "story_child")
        album.take(page, "stranger")
        album.ask(page, "green_child")
        album.take(page, "stranger-green")
        page.wait_for_selector("[data-closes-in]", state="detached", timeout=15_000)
        page.reload()
        album.take(page, "closed")


def take_neighbours_pages(album: Album) -> None:
    """The steps of the third-party query, and what a matched face shows."""
    person = album.demo.people["adult"]
    with album.visit("third_party") as page:
        page.goto("/third-party")
        album.take(page, "third-party")
        page.fill("[name=name]", person["name"])
        album.go_on(page, to="document")
        page.fill("[name=document_number]", person["document_number"])
        album.go_on(page, to="face")
        album.take(page, "third-party-face")
        page.set_input_files("[name=photo]", person["portrait"])
        page.check("[name=consent]")
        page.click(_ONWARD)
        page.wait_for_url("**/answers/*")
        album.take(page, "third-party-answer", whole=True)


def take_gates_pages(album: Album) -> None:
    """The page for staff at a gate: the field, and the verdicts."""
    with album.visit() as page:
        page.goto("/checkpoint")
        page.fill("#key", album.demo.device_key)
        page.press("#key", "Enter")
        page.wait_for_selector("[data-desk]:not([hidden])")
        album.take(page, "gate")
        for label, name in (
            ("story_child", "gate-pass"),
            ("red", "gate-no-pass"),
            ("alert_4", "gate-manual"),
        ):
            page.keyboard.type(album.demo.numbers[label])
            page.keyboard.press("Enter")
            page.wait_for_selector("[data-verdict]:not([hidden])")
            album.take(page, name)
            page.keyboard.press("Enter")
            page.wait_for_selector("[data-verdict]", state="hidden")


def take_desk_pages(album: Album) -> None:
    """A person's page in the administration, and the pages of the API."""
    with album.visit_admin("staff") as page:
        page.goto("/admin/")
        album.take(page, "admin")
        page.goto("/admin/identity/person/")
        page.fill("[name=document_number]", album.demo.numbers["story_child"])
        page.click("form:has([name=document_number]) [type=submit]")
        page.wait_for_selector("#content-main section, #content-main .module")
        album.take(page, "admin-person")
        page.goto("/api/docs/")
        page.wait_for_selector(".opblock")
        album.take(page, "api-docs")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make screenshots", description=__doc__)
    parser.add_argument("--demo", type=Path, default=ROOT / "var" / "demo.json", help="who is who")
    parser.add_argument("--folder", type=Path, default=ROOT / "docs" / "screenshots", help="where to")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
