"""My people, a claim, its confirmation and its end, in every look: axe, targets, width; and by keyboard."""

import pytest
from time_machine import TimeMachineFixture

from identity.models import Kinship, KinshipClaim
from tests.browser.chromium import LOOKS, NARROW_ENGLISH
from tests.browser.conftest import Visitors
from tests.browser.inspection import findings
from tests.identity.kin import (
    AT,
    CHILD,
    care_for,
    make_child,
    make_claim,
    make_father,
    make_grandmother,
    make_mother,
)
from tests.makers import make_kinship

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _clock(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(AT, tick=False)


def test_pages_of_my_people_are_in_order(visitor: Visitors) -> None:
    mother, father, elder, child = make_mother(), make_father(), make_grandmother(), make_child()
    held = make_kinship(mother.person, child, at=AT)
    make_kinship(father.person, child, at=AT)
    claim = make_claim(mother, care_for())
    found: list[str] = []
    for look in LOOKS:
        visit = visitor(look)
        visit.keep_signed_in(mother)
        for path in ("/wards", "/wards/claim", f"/wards/{held.id}/end", "/notices"):
            assert visit.go(path) == 200
            found += findings(visit)
        visit.go("/wards/claim")
        visit.submit.click()
        visit.wait_for_refusal()
        found += findings(visit)
        visit.keep_signed_in(elder)
        for path in ("/wards", f"/wards/{claim.id}/confirm", "/notices"):
            assert visit.go(path) == 200
            found += findings(visit)
    assert found == []


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
