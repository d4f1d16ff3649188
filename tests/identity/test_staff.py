"""Accounts of the staff, and the command that makes them."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from identity.models import User
from identity.staff import MobileTaken, StaffRole, create_staff, is_staff_name
from tests.makers import PASSWORD, make_account

pytestmark = pytest.mark.django_db

MOBILE = "+8613900000090"


def _command(monkeypatch: pytest.MonkeyPatch, *arguments: str, password: str = PASSWORD, **typed: Any) -> str:
    answers = iter(typed.get("answers", ()))
    monkeypatch.setattr("builtins.input", lambda _prompt: next(answers))
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    out = io.StringIO()
    call_command("create_staff", *arguments, stdout=out)
    return out.getvalue()


def test_create_staff_makes_an_administrator_who_may_do_everything(at):
    user = create_staff(MOBILE, password=PASSWORD, staff_name="Wang", role=StaffRole.ADMINISTRATOR, at=at)
    assert isinstance(user, User)
    assert (user.is_staff, user.is_superuser, user.joined_at) == (True, True, at)


def test_create_staff_makes_an_auditor_who_may_look_and_not_change(at):
    user = create_staff(MOBILE, password=PASSWORD, staff_name="Wang", role=StaffRole.AUDITOR, at=at)
    assert isinstance(user, User)
    assert user.is_staff
    assert user.has_perms(["lookup.view_lookup", "records.view_naat", "identity.view_person"])
    assert not [name for name in user.get_all_permissions() if ".view_" not in name]


def test_create_staff_leaves_an_account_alone_when_the_mobile_is_taken(at):
    citizen = make_account(MOBILE, at=at)
    outcome = create_staff(
        MOBILE, password="another password", staff_name="Wang", role=StaffRole.ADMINISTRATOR, at=at
    )
    assert outcome == MobileTaken()
    citizen.refresh_from_db()
    assert not citizen.is_staff
    assert citizen.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("text", "is_name"),
    [
        ("王", True),
        ("W" * 60, True),
        ("W" * 61, False),
        ("", False),
        ("  ", False),
        ("a\0b", False),
        ("a\n", False),
    ],
)
def test_is_staff_name_takes_1_to_60_visible_characters(text, is_name):
    assert is_staff_name(text) is is_name


def test_command_makes_an_administrator_from_options_and_stdin(monkeypatch):
    out = _command(monkeypatch, "--mobile", "139 0000 0090", "--name", "Wang", "--password-stdin")
    user = User.objects.get()
    assert (user.staff_name, user.is_superuser) == ("Wang", True)
    assert user.check_password(PASSWORD)
    assert "139*****090" in out
    assert "13900000090" not in out
    assert PASSWORD not in out


def test_command_asks_for_what_is_left_out(monkeypatch):
    monkeypatch.setattr("identity.management.commands.create_staff.getpass", lambda _prompt: PASSWORD)
    _command(monkeypatch, "--auditor", answers=["13900000090", "Wang"])
    user = User.objects.get()
    assert (user.staff_name, user.is_superuser) == ("Wang", False)


def test_command_refuses_passwords_that_differ(monkeypatch):
    typed = iter([PASSWORD, "something else 1"])
    monkeypatch.setattr("identity.management.commands.create_staff.getpass", lambda _prompt: next(typed))
    with pytest.raises(CommandError, match="differ"):
        _command(monkeypatch, "--mobile", MOBILE, "--name", "Wang")
    assert not User.objects.exists()


@pytest.mark.parametrize("password", ["", "short", "password123", "8613900000090"])
def test_command_refuses_a_weak_password(monkeypatch, password):
    with pytest.raises(CommandError):
        _command(monkeypatch, "--mobile", MOBILE, "--name", "Wang", "--password-stdin", password=password)
    assert not User.objects.exists()


@pytest.mark.parametrize("mobile", ["12", "9" * 10_000, "139\0" + "00000090"])
def test_command_refuses_what_is_no_mobile_number(monkeypatch, mobile):
    with pytest.raises(CommandError, match="mobile number"):
        _command(monkeypatch, "--mobile", mobile, "--name", "Wang", "--password-stdin")


def test_command_refuses_a_name_that_cannot_be_seen(monkeypatch):
    with pytest.raises(CommandError, match="visible"):
        _command(monkeypatch, "--mobile", MOBILE, "--name", " ", "--password-stdin")


def test_command_says_that_a_mobile_number_is_taken(monkeypatch, at):
    make_account(MOBILE, at=at)
    with pytest.raises(CommandError, match="already"):
        _command(monkeypatch, "--mobile", MOBILE, "--name", "Wang", "--password-stdin")
