"""Every page of the admin in Chromium: an empty console, and nothing leaves the origin."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse
from time_machine import TimeMachineFixture

from healthcode.verdict import StatusCode
from identity import second_factor
from identity.models import User
from tests.browser.chromium import DESK, ENGLISH_DESK, Look
from tests.browser.conftest import Visitors
from tests.browser.family import make_family
from tests.browser.visit import Visit
from tests.lookup.api.story import AT
from tests.lookup.test_tallies import make_lookup
from tests.makers import PASSWORD, make_device_key, make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOBILE = "+8613900000090"
DARK_CHINESE_DESK = Look(screen=DESK, locale="zh-CN", lang="zh-Hans", dark=True)


@pytest.mark.parametrize("look", [ENGLISH_DESK, DARK_CHINESE_DESK], ids=str)
def test_no_page_of_the_admin_says_anything_in_the_console(
    visitor: Visitors, time_machine: TimeMachineFixture, look: Look
) -> None:
    time_machine.move_to(AT, tick=False)
    colleague = _things_to_show()
    staff = visitor(look)
    staff.keep_signed_in(colleague)
    seen = 0
    for path in _pages(colleague):
        status = staff.go(path)
        assert status in (200, 403, 405), path
        staff.page.wait_for_load_state("load")
        assert staff.heard == [], path
        seen += status == 200
    assert seen > 50


def test_first_page_and_signing_in_are_for_everybody(
    visitor: Visitors, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(AT, tick=False)
    colleague = _things_to_show()
    staff = visitor(ENGLISH_DESK)
    _sign_in(staff)
    assert _violations(staff) == []

    staff.page.click("text=One-time codes")
    staff.page.wait_for_selector(".qr svg")
    assert _violations(staff) == []
    factor = colleague.second_factor
    staff.page.keyboard.type(second_factor.token_at(factor, AT))
    staff.page.keyboard.press("Enter")
    staff.page.wait_for_selector(".recovery-codes")
    codes = staff.page.locator(".recovery-codes code").all_inner_texts()
    staff.page.click("text=go on")
    staff.page.wait_for_url("**/admin/")

    another = visitor(DARK_CHINESE_DESK)
    _sign_in(another)
    another.page.wait_for_url("**/admin/second-step/**")
    assert _violations(another) == []
    # The field has the focus: nothing is needed but the keyboard.
    another.page.keyboard.type(codes[0])
    another.page.keyboard.press("Enter")
    another.page.wait_for_url("**/admin/")
    assert _violations(another) == []


def _violations(staff: Visit) -> list[str]:
    staff.page.wait_for_load_state("load")
    assert staff.heard == []
    found = Axe().run(staff.page).response["violations"]
    # Axe tries styles of its own, which the policy blocks.
    staff.heard.clear()
    return [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in found]


def _sign_in(staff: Visit) -> None:
    staff.go("/admin/login/?next=/admin/")
    staff.page.fill("[name=username]", MOBILE)
    staff.page.fill("[name=password]", PASSWORD)
    staff.page.click("form:has([name=password]) [type=submit]")
    staff.page.wait_for_url(lambda url: "/login/" not in url)


def _things_to_show() -> User:
    make_family()
    make_device_key()
    for back in range(3):
        make_lookup(AT, shown_status=StatusCode.UNKNOWN if back else StatusCode.GREEN)
    return make_staff(MOBILE, at=AT)


def _pages(colleague: User) -> Iterator[str]:
    """Yield the lists, the form to add, the pages of the first row of each, and what stands beside."""
    request = RequestFactory().get("/")
    request.user = colleague
    yield reverse("admin:index")
    yield reverse("second-step-enrol")
    yield reverse("admin:password_change")
    yield reverse("admin:records_board")
    yield reverse("admin:identity_person_find")
    yield reverse("admin:lookup_device_import")
    for app in admin.site.get_app_list(request):
        yield app["app_url"]
    for model, model_admin in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        if model_admin.has_add_permission(request):
            yield reverse(f"{name}_add")
        row = model_admin.get_queryset(request).first()
        if row is not None:
            yield reverse(f"{name}_change", args=[row.pk])
            yield reverse(f"{name}_history", args=[row.pk])
