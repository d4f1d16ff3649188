"""The rotating code on an answer's page: drawn, counted, followed by the next, and gone with the answer."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from identity.models import Kinship
from lookup.models import AccessLock, Lookup, RotatingCode
from tests.lookup.api.story import AT, make_child, make_guardian
from tests.lookup.doors.neighbours import make_elder, make_neighbour
from tests.lookup.web.pages import ask_and_read, text_of
from tests.lookup.web.test_living_results import answer_of
from tests.makers import make_account, mark_feeds_read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture(autouse=True)
def _feeds_are_fresh(clock: object, db: None) -> None:
    mark_feeds_read(AT)


def picture_of(page: Any) -> str | None:
    found = re.search(r'class="picture".*?(<svg.*?</svg>)', page.content.decode(), flags=re.S)
    return found[1] if found else None


def test_page_of_kin_shows_a_code_with_a_clock(browser: Client) -> None:
    shown = ask_and_read(browser, make_guardian(make_child()))

    words, markup = text_of(shown), shown.content.decode()
    assert picture_of(shown) is not None
    assert "Code for the gate" in words
    assert "Good until 10:01:00" in words
    assert 'data-ends-in="60" data-next-in="45"' in markup
    assert "HKP1:" not in markup


def test_page_of_a_stranger_shows_none(browser: Client) -> None:
    make_child()
    shown = ask_and_read(browser, make_account(at=AT))
    assert "No abnormality found" in text_of(shown)
    assert "data-code" not in shown.content.decode()
    assert not RotatingCode.objects.exists()


def test_next_code_follows_without_an_audit_row(browser: Client, clock: time_machine.Traveller) -> None:
    shown = ask_and_read(browser, make_guardian(make_child()))
    rows, address = Lookup.objects.count(), f"{shown.wsgi_request.path}/code"
    clock.shift(30)

    piece = browser.post(address)

    assert piece.status_code == 200
    assert picture_of(piece) not in {None, picture_of(shown)}
    assert 'data-ends-in="30" data-next-in="30"' in piece.content.decode()
    assert piece.content.decode().count("<html") == 0
    assert piece.headers["Cache-Control"] == "no-store"
    assert Lookup.objects.count() == rows
    assert RotatingCode.objects.filter(voided_at=None).count() == 1


def test_next_code_is_refused_once_the_answer_has_closed(
    browser: Client, clock: time_machine.Traveller
) -> None:
    shown = ask_and_read(browser, make_guardian(make_child()))
    address = f"{shown.wsgi_request.path}/code"
    clock.shift(59)
    assert browser.post(address).status_code == 200
    clock.shift(1)
    assert browser.post(address).status_code == 410


def test_next_code_is_for_the_asker_alone_by_post_with_a_token(browser: Client) -> None:
    guardian = make_guardian(make_child())
    address = f"{ask_and_read(browser, guardian).wsgi_request.path}/code"
    assert browser.get(address).status_code == 405
    browser.force_login(make_account("+8613900000004", at=AT))
    assert browser.post(address).status_code == 404
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(guardian)
    assert strict.post(address).status_code == 403
    browser.logout()
    assert browser.post(address).status_code == 302
    browser.force_login(guardian)
    assert browser.post(address).status_code == 200


def test_next_code_ends_with_kinship_and_with_a_lock(browser: Client) -> None:
    guardian = make_guardian(make_child())
    kin = f"{ask_and_read(browser, guardian).wsgi_request.path}/code"
    assert browser.post(kin).status_code == 200
    Kinship.objects.update(withdrawn=True)
    assert browser.post(kin).status_code == 404

    elder = make_elder()
    browser.force_login(make_neighbour("+8613900000003", sequence=6))
    matched = f"{answer_of(browser).wsgi_request.path}/code"
    assert browser.post(matched).status_code == 200
    AccessLock.objects.create(subject_key=elder.person_key, locked_at=AT, locked_by=guardian)
    assert browser.post(matched).status_code == 410


def test_page_without_script_is_loaded_again_for_the_next_code(browser: Client) -> None:
    make_elder()
    browser.force_login(make_neighbour())
    shown = answer_of(browser)
    assert shown.headers["Refresh"] == "45"
    again = browser.get(shown.wsgi_request.path)
    assert picture_of(again) not in {None, picture_of(shown)}
    browser.cookies["script"] = "on"
    assert "Refresh" not in browser.get(shown.wsgi_request.path).headers


def test_head_voids_no_code_that_is_on_a_screen(browser: Client) -> None:
    shown = ask_and_read(browser, make_guardian(make_child()))
    assert browser.head(shown.wsgi_request.path).status_code == 200
    assert RotatingCode.objects.filter(voided_at=None).count() == 1
    browser.get(shown.wsgi_request.path)
    assert RotatingCode.objects.count() == 2


def test_page_that_has_closed_shows_no_code(browser: Client, clock: time_machine.Traveller) -> None:
    shown = ask_and_read(browser, make_guardian(make_child()))
    assert picture_of(shown) is not None
    clock.shift(timedelta(seconds=60))
    assert picture_of(browser.get(shown.wsgi_request.path)) is None
