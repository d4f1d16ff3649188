"""The administration in Chromium: nothing on it asks for a softer policy, and nothing leaves the origin."""

import pytest
from time_machine import TimeMachineFixture

from healthcode.verdict import StatusCode
from tests.browser.chromium import ENGLISH_DESK
from tests.browser.conftest import Visitors
from tests.browser.family import make_family
from tests.lookup.api.story import AT
from tests.makers import PASSWORD, make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STAFF_MOBILE = "+8613900000090"


def test_admin_shows_a_person_and_leaves_the_console_empty(
    visitor: Visitors, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(AT, tick=False)
    family = make_family()
    make_staff(STAFF_MOBILE, at=AT)
    staff = visitor(ENGLISH_DESK)

    staff.go("/admin/login/")
    staff.page.fill("[name=username]", STAFF_MOBILE)
    staff.page.fill("[name=password]", PASSWORD)
    staff.page.click("form:has([name=password]) [type=submit]")
    staff.page.wait_for_url("**/admin/")
    staff.go("/admin/identity/person/")
    staff.page.fill("[name=document_number]", family.number(StatusCode.UNKNOWN))
    staff.page.click("form:has([name=document_number]) [type=submit]")
    staff.page.wait_for_selector("#content-main section, #content-main .module")

    words = staff.page.locator("#content").inner_text()
    assert "李*" in words
    assert family.number(StatusCode.UNKNOWN) not in words
    assert family.number(StatusCode.UNKNOWN) not in staff.page.url
    assert staff.heard == []
