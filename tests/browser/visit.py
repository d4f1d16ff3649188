"""One person's browser: a page, what they do on it, and everything it said meanwhile."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    CDPSession,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
)

from healthkit import edition
from identity.models import User
from tests.browser.chromium import Look
from tests.makers import PASSWORD

# Chromium writes this for every page that is not a 200, whatever the page does about it.
_STATUS_NOTE = "Failed to load resource: the server responded with a status of"


@dataclass
class Visit:
    """A page and its context; ``heard`` is what no page of ours should say or fetch."""

    context: BrowserContext
    page: Page
    origin: str
    look: Look
    heard: list[str] = field(default_factory=list)
    _tools: CDPSession | None = None

    def wait_for_refusal(self) -> None:
        """Wait until the form is back with its sentence, and dressed: a bare page measures wrong."""
        self.page.wait_for_selector("[role=alert]")
        self.page.wait_for_load_state("load")

    def go(self, path: str) -> int:
        """Open a path and return its status."""
        response = self.page.goto(self.origin + path)
        assert response is not None
        return response.status

    def reload(self) -> int:
        """Load the page again and return its status."""
        response = self.page.reload()
        assert isinstance(response, Response)
        return response.status

    def keep_signed_in(self, user: User) -> None:
        """Give the browser a session without typing a password."""
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.origin}]
        )

    def sign_out(self) -> None:
        """Forget the session, and nothing else."""
        self.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

    def let_scripts_run(self, allowed: bool) -> None:
        """Let the page's scripts run or not; the browser's own option would stop the inspection as well."""
        if self._tools is None:
            self._tools = self.context.new_cdp_session(self.page)
        self._tools.send("Emulation.setScriptExecutionDisabled", {"value": not allowed})

    def sign_in(self, mobile: str) -> None:
        """Sign in by the form."""
        self.go("/sign-in")
        self.page.fill("[name=mobile]", mobile)
        self.page.fill("[name=password]", PASSWORD)
        self.submit.click()
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def ask(self, number: str) -> None:
        """Type a number into the form and wait for the answer's page."""
        self.go("/assisted")
        self.number.press_sequentially(number)
        self.submit.click()
        self.page.wait_for_url("**/answers/*")

    @property
    def submit(self) -> Locator:
        """The one button for which the page is there, beside wards to tap and second ways."""
        return self.page.locator("main .button[type=submit]:not(.second)")

    @property
    def number(self) -> Locator:
        return self.page.locator("[name=document_number]")

    @property
    def panel(self) -> Locator:
        return self.page.locator("[data-closes-in]")

    @property
    def closed_note(self) -> Locator:
        return self.page.locator("[data-closed-note]")

    def words(self) -> str:
        """Return the words that can be seen in the page's main part."""
        return "\n".join(self.page.locator("main > :not([data-announce])").all_inner_texts())

    def listen(self) -> None:
        """Write down every console message, error, failed request and request to somewhere else."""
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.heard.append(f"error: {error}"))
        self.page.on("requestfailed", self._mourn)
        self.page.on("request", self._watch)

    def _hear(self, message: ConsoleMessage) -> None:
        is_status = message.text.startswith(_STATUS_NOTE)
        if not (is_status and message.location["url"].split("#")[0] == self.page.url.split("#")[0]):
            self.heard.append(f"console: {message.text} ({message.location['url']})")

    def _mourn(self, request: Request) -> None:
        # The browser itself drops what is still under way when somebody moves on.
        if request.failure != "net::ERR_ABORTED":
            self.heard.append(f"failed: {request.url}")

    def _watch(self, request: Request) -> None:
        if not request.url.startswith((f"{self.origin}/", "data:")):
            self.heard.append(f"leaves the origin: {request.url}")


def begin(browser: Browser, origin: str, look: Look, **options: Any) -> Visit:
    """Open a browser of its own for somebody, with nothing in it."""
    context = browser.new_context(
        locale=look.locale,
        timezone_id="Asia/Shanghai",
        viewport=look.screen,
        color_scheme="dark" if look.dark else "light",
        **options,
    )
    context.add_cookies([{"name": edition.COOKIE, "value": look.edition, "url": origin}])
    visit = Visit(context=context, page=context.new_page(), origin=origin, look=look)
    if not look.scripted:
        visit.let_scripts_run(False)
    visit.page.set_default_timeout(15_000)
    visit.listen()
    return visit
