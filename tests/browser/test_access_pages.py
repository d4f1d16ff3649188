"""The lock in Chromium: by keyboard, and without script."""

import pytest
from time_machine import TimeMachineFixture

from lookup.models import AccessLock
from tests.browser.conftest import Visitors
from tests.browser.family import Family, make_family
from tests.lookup.api.story import AT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _clock(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(AT, tick=False)


@pytest.fixture
def family() -> Family:
    return make_family()


def test_lock_is_closed_by_keyboard_and_without_script(visitor: Visitors, family: Family) -> None:
    visit = visitor(java_script_enabled=False)
    visit.keep_signed_in(family.guardian)
    visit.go("/lock")
    visit.page.locator('a.button[href="/lock/me"]').focus()
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/lock/me")
    visit.page.locator("button[name=change]").focus()
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/lock")
    assert AccessLock.objects.filter(pk=family.guardian.person.pk).exists()
