"""Every address and every role stand in docs/permissions.md, and are as it says."""

from datetime import datetime

import pytest
from django.utils import timezone

from tests.project.permissions import NOTHING, ROLES, Everybody, line, routes, written


def test_matrix_names_every_address_and_no_other() -> None:
    assert sorted(written()) == sorted(routes())


@pytest.mark.django_db
def test_matrix_says_who_may_call_what() -> None:
    at: datetime = timezone.now()
    everybody = Everybody(at=at)
    found = {route: everybody.methods_open(route) for route in routes()}
    stated = written()
    differs = [line(route, methods) for route, methods in found.items() if stated.get(route) != methods]
    assert not differs, "\n".join(["docs/permissions.md should say:", *differs])


def test_matrix_opens_something_to_every_role_and_nothing_of_the_admin_to_citizens() -> None:
    stated = written()
    for role in ROLES:
        assert any(methods[role] != NOTHING for methods in stated.values()), role
    inside = {route: methods for route, methods in stated.items() if route.startswith("admin/")}
    signing_in = {"admin/login/", "admin/logout/"}
    for role in ("anyone", "citizen", "device"):
        assert {route for route, methods in inside.items() if methods[role] != NOTHING} <= signing_in
    assert any(methods["administrator"] != NOTHING for methods in inside.values())
