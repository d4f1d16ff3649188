"""Nothing leaves that the table does not allow: every address, command and admin page, as everybody."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.contrib import admin
from django.core.management import call_command, get_commands
from django.urls import reverse

from lookup.admission import Door, Proof
from lookup.disclosure import TABLE, Field
from tests.disclosure.canary_child import AT, CHILD, NEVER, Town, fields_in, make_town, write_feed
from tests.disclosure.walk import ABOUT_NOBODY, ASKED, COMMANDS
from tests.project.permissions import routes

_STAFF = TABLE[Door.ADMIN, Proof.NONE]


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    """The child and everybody around it, with the clock stopped on 10 June 2022."""
    with time_machine.travel(AT, tick=False):
        yield make_town()


def test_walk_knows_every_address() -> None:
    walked = set(ASKED) | set(ABOUT_NOBODY) | {route for route in routes() if route.startswith("admin/")}
    assert walked == set(routes())
    assert not set(ASKED) & set(ABOUT_NOBODY)
    assert all(ABOUT_NOBODY.values())


@pytest.mark.parametrize("route", ASKED)
def test_address_tells_nobody_more_than_the_table(route: str, town: Town) -> None:
    call, told = ASKED[route]
    told_to_somebody: set[Field] = set()
    for role, pair in told.items():
        text = call(town.client(role), town)
        allowed = TABLE[pair] if pair else frozenset()
        seen = fields_in(text)
        assert seen <= allowed, (role, seen - allowed)
        assert _slips(text) == [], role
        told_to_somebody |= seen
    # What is kept back proves something only beside what is told to those who may know.
    assert told_to_somebody or not any(told.values())


@pytest.mark.parametrize("role", ["administrator", "auditor"])
def test_admin_shows_staff_no_more_than_the_table(role: str, town: Town) -> None:
    client, seen = town.client(role), set()
    for path in _admin_pages():
        text = client.get(path, follow=True).content.decode()
        assert fields_in(text) <= _STAFF, path
        assert _slips(text) == [], path
        seen |= fields_in(text)
    assert {Field.MASKED_NAME, Field.ORDERS, Field.DOSE_HISTORY} <= seen


def test_commands_of_ours_are_all_walked() -> None:
    ours = {config.name for config in apps.get_app_configs() if config.name in _APPS}
    assert {name for name, app in get_commands().items() if app in ours} == set(COMMANDS)


@pytest.mark.parametrize("command", [name for name, arguments in COMMANDS.items() if arguments is not None])
def test_command_prints_nothing_of_anybody(command: str, town: Town, settings: Any, tmp_path: Any) -> None:
    settings.FEED_FOLDER = tmp_path
    write_feed(tmp_path)
    written = StringIO()
    call_command(command, *(COMMANDS[command] or ()), stdout=written, stderr=written)
    assert fields_in(written.getvalue()) == set()
    assert _slips(written.getvalue()) == []


_APPS = ("identity", "records", "lookup", "cases", "demo")


def _slips(text: str) -> list[str]:
    # A form may show again what was typed into it; the number stands in no other place.
    return [secret for secret in NEVER if secret in text.replace(f'value="{CHILD.number}"', "")]


def _admin_pages() -> Iterator[str]:
    """Yield every list of the admin, and the page of each of its first rows."""
    yield reverse("admin:index")
    for model in admin.site._registry:
        label = f"{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"admin:{label}_changelist")
        for row in model._default_manager.order_by("pk")[:3]:
            yield reverse(f"admin:{label}_change", args=[row.pk])
