"""The clock, and who is signed in."""

import pytest
from django.test import Client

from identity.staff import StaffRole
from tests.makers import (
    make_staff,
)

FIND = "/admin/identity/person/find/"
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def _clock(time_machine, at):
    time_machine.move_to(at, tick=False)


@pytest.fixture
def admin(at) -> Client:
    client = Client(headers=ENGLISH)
    client.force_login(make_staff(at=at))
    return client


@pytest.fixture
def auditor(at) -> Client:
    client = Client(headers=ENGLISH)
    client.force_login(make_staff("+8613900000091", at=at, role=StaffRole.AUDITOR))
    return client
