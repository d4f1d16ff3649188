"""The other door in Chromium on a phone: the father's one tap, and a neighbour beside an elder."""

from pathlib import Path

import pytest
from time_machine import TimeMachineFixture

from civil_time import next_midnight
from tests.browser.conftest import Visitors
from tests.browser.face_steps import fill_in
from tests.browser.visit import Visit
from tests.journeys.story import (
    CHILD,
    ELDER,
    ELDER_NAME,
    GUARDIAN_MOBILE,
    STRANGER_MOBILE,
    UNKNOWN_DAY,
    City,
    on_green_day,
    until_unknown_day,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def city(tmp_path: Path) -> City:
    """The city on 10 June 2022."""
    city = on_green_day(tmp_path)
    until_unknown_day(city)
    return city


def look_up(visit: Visit, *, name: str = ELDER_NAME, face: str = "elder", agrees: bool = True) -> None:
    """Fill in the third-party form as somebody with the elder beside them does, and send it."""
    fill_in(visit, "/third-party", name=name, number=ELDER.number, face=face, agrees=agrees)
    visit.submit.click()


def answered(visit: Visit) -> str:
    visit.page.wait_for_url("**/answers/*")
    assert ELDER.number not in visit.page.url
    return visit.words()


def test_father_reads_green_one_tap_from_the_answer_that_refused_him(
    visitor: Visitors, city: City, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(UNKNOWN_DAY, tick=True)
    father = visitor()
    father.sign_in(GUARDIAN_MOBILE)
    father.ask(CHILD.number)
    refused = father.page.url
    assert "暂不掌握" in father.panel.inner_text()

    father.page.locator("form[action$='/third-party'] button").click()
    father.page.wait_for_url(lambda url: "/answers/" in url and url != refused)

    assert "未见异常" in father.words()
    assert "Lab A" in father.words()


def test_neighbour_looks_an_elder_up_and_the_assisted_query_works_the_next_day(
    visitor: Visitors, city: City, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(UNKNOWN_DAY, tick=True)
    neighbour = visitor()
    neighbour.sign_in(STRANGER_MOBILE)
    look_up(neighbour, face="somebody else")
    assert "暂不掌握" in answered(neighbour)
    look_up(neighbour, name="赵得山")
    assert "暂不掌握" in answered(neighbour)

    look_up(neighbour)
    told = answered(neighbour)
    assert "未见异常" in told
    assert "赵*" in told
    assert ELDER_NAME not in told

    time_machine.move_to(next_midnight(UNKNOWN_DAY), tick=True)
    later = visitor()
    later.sign_in(STRANGER_MOBILE)
    later.ask(ELDER.number)
    assert "未见异常" in later.panel.inner_text()


def test_neighbour_is_asked_for_the_consent_beside_the_photo(
    visitor: Visitors, city: City, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(UNKNOWN_DAY, tick=True)
    neighbour = visitor()
    neighbour.sign_in(STRANGER_MOBILE)
    look_up(neighbour, agrees=False)
    neighbour.wait_for_refusal()
    assert neighbour.page.url.endswith("/third-party")
    look_up(neighbour)
    assert "未见异常" in answered(neighbour)
