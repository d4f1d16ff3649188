"""Every page in every look: axe, the way of the focus, targets, letters, width, and an empty console."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from time_machine import TimeMachineFixture

from tests.browser.chromium import LOOKS, NARROW_CHINESE, NARROW_ELDER, NARROW_ENGLISH, Look
from tests.browser.conftest import Visitors
from tests.browser.inspection import findings, sideways
from tests.browser.stations import STATIONS
from tests.browser.visit import Visit
from tests.browser.walk import Walk, make_town
from tests.identity.conftest import carried
from tests.lookup.api.story import AT

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("carried"),
]

__all__ = ["carried"]

PICTURES = Path(os.environ["HEALTHKIT_PICTURES"]) if "HEALTHKIT_PICTURES" in os.environ else None


def keep_picture(visit: Visit, name: str) -> None:
    """Write a picture of the whole page where `make pictures` wants it; without that, nothing."""
    if PICTURES is not None:
        look = re.sub(r"\W+", "-", str(visit.look))
        place = f"{list(STATIONS).index(name):02} {name.rstrip('?')}.png"
        # Animations stay as they are: one that is cut short closes the status panel.
        # As high as the page, so that the tabs stand at its end.
        height = visit.page.evaluate("() => document.documentElement.scrollHeight")
        visit.page.set_viewport_size(
            {**visit.look.screen, "height": max(height, visit.look.screen["height"])}
        )
        visit.page.screenshot(path=PICTURES / look / place)
        visit.page.set_viewport_size(visit.look.screen)


def walked(
    visitor: Visitors, look: Look, clock: TimeMachineFixture, inspect: Callable[[Visit], list[str]]
) -> str:
    """Go to every station, and return what the inspection says, each finding once with where it was found."""
    clock.move_to(AT, tick=False)
    walk = Walk(visit=visitor(look), town=make_town(), clock=clock)
    said: dict[str, list[str]] = {}
    for name, step in STATIONS.items():
        try:
            step(walk)
        except Exception as broken:
            broken.add_note(f"on the way to: {name}")
            broken.add_note(_list(said))
            raise
        for finding in inspect(walk.visit):
            said.setdefault(finding, []).append(name)
        keep_picture(walk.visit, name)
    return _list(said)


def _list(said: dict[str, list[str]]) -> str:
    return "\n".join(f"{finding} [{', '.join(places)}]" for finding, places in said.items())


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_page_is_in_order(visitor: Visitors, look: Look, time_machine: TimeMachineFixture) -> None:
    told = walked(visitor, look, time_machine, findings)
    assert not told, told


@pytest.mark.parametrize("look", [NARROW_CHINESE, NARROW_ENGLISH, NARROW_ELDER], ids=str)
def test_no_page_scrolls_sideways_on_the_narrowest_screen(
    visitor: Visitors, look: Look, time_machine: TimeMachineFixture
) -> None:
    def wide(visit: Visit) -> list[str]:
        visit.page.wait_for_load_state("load")
        return sideways(visit)

    told = walked(visitor, look, time_machine, wide)
    assert not told, told
