"""Who is signed in to the admin, at the set clock: for the conftest of each folder of admin tests."""

import pytest
from django.test import Client

from identity.staff import StaffRole
from tests.makers import make_staff

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
