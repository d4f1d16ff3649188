"""The inspection finds what it is for; and statuses differ by word and shape, not by colour alone."""

import pytest
from time_machine import TimeMachineFixture

from healthcode.verdict import StatusCode
from tests.browser.conftest import Visitors
from tests.browser.family import make_family
from tests.browser.inspection import findings
from tests.lookup.api.story import AT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

_HARM = {
    "an image without words": ("<img src='/static/healthkit/icon.svg'>", "axe image-alt"),
    "pale text": ("<p style='color: #bbb; background: #fff'>pale</p>", "axe color-contrast"),
    "a small button": ("<button style='height: 20px'>small</button>", "BUTTON"),
    "something wide": ("<p style='width: 900px'>wide</p>", "in 390"),
    "a second heading": ("<h1>second</h1>", "2 first headings"),
}


@pytest.mark.parametrize(("markup", "finding"), _HARM.values(), ids=_HARM.keys())
def test_inspection_finds_a_harm_that_was_done(visitor: Visitors, markup: str, finding: str) -> None:
    visit = visitor(bypass_csp=True)
    visit.go("/")

    visit.page.evaluate(
        "markup => document.querySelector('main').insertAdjacentHTML('beforeend', markup)", markup
    )

    assert any(finding in each for each in findings(visit))


def test_inspection_hears_what_the_content_security_policy_stops(visitor: Visitors) -> None:
    visit = visitor()
    visit.go("/")

    visit.page.evaluate("() => document.body.setAttribute('style', 'color: red')")

    assert any("style-src" in each for each in findings(visit))


def test_inspection_hears_what_is_asked_for_elsewhere(visitor: Visitors) -> None:
    visit = visitor(bypass_csp=True)
    visit.go("/")

    with visit.page.expect_event("requestfailed"):
        visit.page.evaluate("() => { new Image().src = 'http://127.0.0.1:9/pixel'; }")

    assert any("leaves the origin: http://127.0.0.1:9/pixel" in each for each in findings(visit))


def test_status_is_told_by_word_and_shape(visitor: Visitors, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(AT, tick=False)
    family, guardian = make_family(), visitor()
    guardian.keep_signed_in(family.guardian)
    words, shapes = set(), set()
    for status in StatusCode:
        guardian.ask(family.number(status))
        icon = guardian.panel.locator("svg.icon")
        assert icon.is_visible()
        words.add(guardian.panel.locator(".status-word").inner_text())
        shapes.add(icon.inner_html())
    assert len(words) == len(shapes) == len(StatusCode)
