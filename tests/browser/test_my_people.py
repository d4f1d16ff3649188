"""A claim and its confirmation by keyboard alone."""

import pytest
from time_machine import TimeMachineFixture

from identity.models import Kinship, KinshipClaim
from tests.browser.chromium import NARROW_ENGLISH
from tests.browser.conftest import Visitors
from tests.identity.kin import AT, CHILD, care_for, make_grandmother, make_mother

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _clock(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(AT, tick=False)


def test_claim_and_confirmation_work_by_keyboard_alone(visitor: Visitors) -> None:
    mother, elder = make_mother(), make_grandmother()
    visit = visitor(NARROW_ENGLISH)
    visit.keep_signed_in(mother)
    visit.go("/wards/claim")
    visit.number.focus()
    for typed in (care_for().document.number, "赵桂英"):
        visit.page.keyboard.insert_text(typed)
        visit.page.keyboard.press("Tab")
    for chosen in ("I am a relative", "The adult confirms"):
        visit.page.keyboard.type(chosen)
        visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/wards")
    assert "Waiting to be checked" in visit.words()
    claim = KinshipClaim.objects.get()
    assert CHILD.number not in visit.page.content()

    visit.keep_signed_in(elder)
    visit.go("/wards")
    visit.page.get_by_role("link", name="Confirm").press("Enter")
    visit.page.wait_for_url(f"**/wards/{claim.id}/confirm")
    visit.submit.press("Enter")
    visit.page.wait_for_url("**/wards")
    assert "In force" in visit.words()
    assert Kinship.objects.get().verified_by == elder
