"""The first page of the admin says how many cases wait, and for whom."""

from datetime import timedelta

import pytest

from cases.admin.dashboard import panels
from tests.cases.complaints import file_case, make_guardian, make_ward
from tests.lookup.web.pages import text_of
from tests.makers import make_account, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(at):
    child = make_ward(at=at)
    return file_case(make_guardian(child, at=at), child.person_key, at=at)


def test_panel_counts_open_and_overdue_by_owner(case, at) -> None:
    colleague = make_staff("+8613900000081", at=at)
    [panel] = panels(colleague, at=at)
    [row] = panel.rows
    assert (row.value, row.is_urgent) == ("1 open, 0 overdue", False)
    assert row.address.endswith(f"?owner={case.owner}")
    [late] = panels(colleague, at=at + timedelta(days=8))
    assert (late.rows[0].value, late.rows[0].is_urgent) == ("1 open, 1 overdue", True)


def test_panel_is_for_who_may_see_cases(case, at) -> None:
    assert list(panels(make_account("+8613900000082", at=at), at=at)) == []
    assert list(panels(make_staff("+8613900000083", at=at), at=at))


def test_first_page_shows_the_panel(admin, case) -> None:
    assert "Open cases" in text_of(admin.get("/admin/"))
