"""The keys of a device: two at most, rotated with an overlap, with scopes and times; also by command."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from lookup import device_keys
from lookup.device_keys import IssuedKey, NoSuchKey, NothingToRotate, TooManyKeys
from lookup.gates.memory import Memory
from lookup.gates.statements import run_on_django
from lookup.models import Device, DeviceKey, DeviceScope
from tests.makers import make_device_key

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def opens(key: str, *, at) -> bool:
    return Memory().gate_of(key, run_on_django, at=at) is not None


def make_device() -> Device:
    device, _ = make_device_key()
    DeviceKey.objects.all().delete()
    return device


def test_issue_key_stops_at_two_that_live_and_goes_on_once_one_is_revoked(at):
    device = make_device()
    first, second = (device_keys.issue_key(device, name="May", at=at) for _ in range(2))
    assert device_keys.issue_key(device, name="May", at=at) == TooManyKeys()
    assert device_keys.revoke_key(device, prefix=first.prefix) is None
    third = device_keys.issue_key(device, name="May", at=at)
    assert [opens(key.key, at=at) for key in (first, second, third)] == [False, True, True]


def test_issue_key_works_from_its_start_until_its_end(at):
    device = make_device()
    key = device_keys.issue_key(device, name="May", at=at, starts_at=at + DAY, expires_at=at + 2 * DAY).key
    second = timedelta(seconds=1)
    moments = (at, at + DAY - second, at + DAY, at + 2 * DAY - second, at + 2 * DAY)
    assert [opens(key, at=moment) for moment in moments] == [False, False, True, True, False]


def test_rotate_key_keeps_scopes_and_lets_both_work_for_the_overlap(at):
    device = make_device()
    scopes = [DeviceScope.CHECK_CODE]
    old = device_keys.issue_key(device, name="May", at=at, scopes=scopes)
    new = device_keys.rotate_key(device, name="June", at=at, overlap=DAY)
    assert isinstance(new, IssuedKey)
    assert device_keys.rotate_key(device, name="July", at=at, overlap=DAY) == TooManyKeys()
    assert [opens(key.key, at=at) for key in (old, new)] == [True, True]
    assert [opens(key.key, at=at + DAY) for key in (old, new)] == [False, True]
    assert {shown.scopes for shown in device_keys.keys_of(device, at=at)} == {("check:code",)}
    assert isinstance(device_keys.rotate_key(device, name="July", at=at + DAY, overlap=DAY), IssuedKey)


def test_rotate_key_never_lengthens_a_key(at):
    device = make_device()
    old = device_keys.issue_key(device, name="May", at=at, expires_at=at + timedelta(hours=1))
    device_keys.rotate_key(device, name="June", at=at, overlap=DAY)
    assert not opens(old.key, at=at + timedelta(hours=1))
    assert device_keys.rotate_key(make_device(), name="June", at=at, overlap=DAY) == NothingToRotate()


def test_key_that_is_no_key_of_this_device_is_not_revoked(at):
    device = make_device()
    _, others = make_device_key(label="Gate 2")
    assert device_keys.revoke_key(device, prefix=others.partition(".")[0]) == NoSuchKey()
    assert opens(others, at=at)


def command(*arguments: str) -> str:
    written = StringIO()
    call_command("device", *arguments, stdout=written, stderr=StringIO())
    return written.getvalue().strip()


def test_device_command_makes_rotates_revokes_and_lists(at):
    with time_machine.travel(at, tick=False):
        first = command(
            "create", "School", "Gate 1", "--scope", "check:document", "--checks-per-minute", "90"
        )
        second = command("rotate", "School", "Gate 1", "--overlap-hours", "2")
        listed = command("list")
        command("revoke", "School", "Gate 1", second.partition(".")[0])
    device = Device.objects.get()
    assert (str(device), device.checks_per_minute) == ("School: Gate 1", 90)
    assert first.partition(".")[0] in listed
    assert not any(key.partition(".")[2] in listed for key in (first, second))
    assert [opens(key, at=at) for key in (first, second)] == [True, False]
    assert not opens(first, at=at + timedelta(hours=2))


@pytest.mark.parametrize(
    "arguments",
    [
        ("create", " ", "Gate 1"),
        ("create", "School", "x" * 61),
        ("create", "School", "Gate 1", "--starts-at", "tomorrow"),
        ("create", "School", "Gate 1", "--starts-at", "2026-11-24T08:00"),
        ("rotate", "School", "Gate 9"),
        ("revoke", "School", "Gate 9", "abcdefgh"),
    ],
)
def test_device_command_refuses_with_a_sentence(arguments: tuple[str, ...]):
    with pytest.raises(CommandError, match=r"\."):
        command(*arguments)
    assert not DeviceKey.objects.exists()
    assert command("create", "School", "Gate 1")
