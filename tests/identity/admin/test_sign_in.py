"""The admin's door: staff by mobile number, nobody else."""

import pytest
from django.test import Client

from tests.admin_clients import ENGLISH
from tests.makers import (
    PASSWORD,
    make_account,
    make_staff,
)

pytestmark = pytest.mark.django_db

FIND = "/admin/identity/person/find/"


def test_sign_in_asks_for_a_mobile_number():
    page = Client(headers=ENGLISH).get("/admin/login/").content.decode()
    assert "Mobile number" in page


@pytest.mark.parametrize("typed", ["13900000090", "+86 139 0000 0090", "+8613900000090"])
def test_sign_in_lets_staff_in(at, typed):
    make_staff("+8613900000090", at=at)
    client = Client(headers=ENGLISH)
    answer = client.post("/admin/login/?next=/admin/", {"username": typed, "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    page = client.get("/admin/").content.decode()
    assert "Staff 90" in page


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("13900000090", "a wrong password"),
        ("13900000099", PASSWORD),
        ("13900000090\0", PASSWORD),
        ("1" * 10_000, PASSWORD),
        ("Х", PASSWORD),
        ("", ""),
    ],
)
def test_sign_in_refuses_with_a_sentence(at, username, password):
    make_staff("+8613900000090", at=at)
    answer = Client(headers=ENGLISH).post("/admin/login/", {"username": username, "password": password})
    assert answer.status_code == 200
    assert b"errornote" in answer.content


def test_sign_in_refuses_a_citizen(at):
    make_account("+8613900000001", at=at)
    answer = Client(headers=ENGLISH).post("/admin/login/", {"username": "13900000001", "password": PASSWORD})
    assert answer.status_code == 200
    assert "mobile number and password for a staff account" in answer.content.decode()


def test_admin_sends_whoever_is_not_staff_to_the_sign_in(at):
    client = Client(headers=ENGLISH)
    client.force_login(make_account(at=at))
    for address in ("/admin/", "/admin/identity/person/", FIND):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/admin/login/")
