"""The story of June 2022 in Chromium on a phone, with a set clock and the real sync (docs/domain.md, 1)."""

from pathlib import Path

import pytest
from time_machine import TimeMachineFixture

from tests.browser.conftest import Visitors
from tests.browser.visit import Visit
from tests.journeys.story import (
    CARD_DAY,
    CHILD,
    GREEN_DAY,
    GUARDIAN_MOBILE,
    IN_NO_RECORD,
    STRANGER_MOBILE,
    UNKNOWN_DAY,
    City,
    on_green_day,
    until_card_day,
    until_unknown_day,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def city(tmp_path: Path) -> City:
    """The city on the morning of 20 May 2022."""
    return on_green_day(tmp_path)


def answer_to(visit: Visit, mobile: str, number: str = CHILD.number) -> str:
    """Sign in by the form, ask, and return what the status panel says."""
    visit.sign_in(mobile)
    visit.ask(number)
    assert number not in visit.page.url
    return visit.panel.inner_text()


def records_of(visit: Visit) -> tuple[list[str], list[str]]:
    """Return the tests and the doses that the page lists."""
    lists = (visit.page.locator(f".{name} > li") for name in ("timeline", "doses"))
    tests, doses = (each.all_inner_texts() for each in lists)
    return tests, doses


def test_story_1_guardian_reads_green_with_zero_days_and_two_doses(
    visitor: Visitors, city: City, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(GREEN_DAY, tick=True)
    guardian = visitor()

    told = answer_to(guardian, GUARDIAN_MOBILE)

    assert "未见异常" in told
    assert "0 天" in told
    assert "李*" in told
    tests, doses = records_of(guardian)
    assert len(tests) == 1
    assert "Lab A" in tests[0]
    assert len(doses) == 2
    assert all("科兴" in dose for dose in doses)
    assert guardian.page.locator(".reason").count() == 0


def test_story_2_guardian_reads_why_what_to_do_who_fixes_it_and_when_to_return(
    visitor: Visitors, city: City, time_machine: TimeMachineFixture
) -> None:
    until_unknown_day(city)
    time_machine.move_to(UNKNOWN_DAY, tick=True)
    guardian = visitor()

    told = answer_to(guardian, GUARDIAN_MOBILE)

    assert "暂不掌握" in told
    reason = guardian.page.locator(".reason").first
    assert reason.locator("dt").all_inner_texts() == ["原因", "现在怎么办", "由谁解决", "何时再查"]
    assert all(reason.locator("dd").all_inner_texts())
    assert "身份证" in reason.inner_text()
    assert "记录正常" in guardian.words()
    tests, doses = records_of(guardian)
    assert (len(tests), len(doses)) == (1, 2)


def test_story_2_stranger_reads_the_bare_unknown_for_the_child_and_for_a_number_in_no_record(
    visitor: Visitors, city: City, time_machine: TimeMachineFixture
) -> None:
    until_unknown_day(city)
    time_machine.move_to(UNKNOWN_DAY, tick=False)
    stranger = visitor()

    told = answer_to(stranger, STRANGER_MOBILE)
    words = stranger.words()
    stranger.ask(IN_NO_RECORD.number)

    assert "暂不掌握" in told
    assert "李" not in words
    assert records_of(stranger) == ([], [])
    assert stranger.page.locator(".reason").count() == 0
    assert stranger.words() == words


def test_story_3_card_brings_the_face_and_both_read_green(
    visitor: Visitors, city: City, time_machine: TimeMachineFixture
) -> None:
    until_card_day(city)
    time_machine.move_to(CARD_DAY, tick=True)

    to_guardian = answer_to(visitor(), GUARDIAN_MOBILE)
    to_stranger = answer_to(visitor(), STRANGER_MOBILE)

    assert "未见异常" in to_guardian
    assert "0 天" in to_guardian
    assert "未见异常" in to_stranger
    assert "天" not in to_stranger.replace("未见异常", "")
