"""The floor under answers to askers without proof: a stranger waits, kin do not."""

from collections.abc import Callable
from datetime import date, datetime
from time import monotonic
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from lookup import floor
from tests.lookup.api.calls import bearer, get, post
from tests.lookup.api.face_questions import ask, question
from tests.makers import (
    make_account,
    make_document,
    make_facts,
    make_kinship,
    make_number,
    make_person,
    make_summary,
    mark_feeds_read,
)

FLOOR_S = 0.25
BORN_ON = date(2018, 6, 15)
CHILD = make_document(BORN_ON)


class Clock:
    """A clock that sleeping moves, and nothing else."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        assert not connection.in_atomic_block
        self.slept.append(round(seconds, 3))
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Clock:
    settings.UNPROVEN_ANSWER_FLOOR_S = FLOOR_S
    clock = Clock()
    monkeypatch.setattr(floor, "monotonic", lambda: clock.now)
    monkeypatch.setattr(floor, "sleep", clock.sleep)
    return clock


@pytest.mark.parametrize(("took", "slept"), [(0.0, [0.25]), (0.125, [0.125]), (0.25, []), (9.0, [])])
def test_hold_sleeps_the_rest_of_the_floor(clock: Clock, took: float, slept: list[float]) -> None:
    floor.hold(100.0 - took, proof_is_kin=False)
    assert clock.slept == slept


def test_hold_keeps_no_kin_waiting(clock: Clock) -> None:
    floor.hold(100.0, proof_is_kin=True)
    assert clock.slept == []


def test_hold_does_nothing_where_the_floor_is_zero(clock: Clock, settings: Any) -> None:
    settings.UNPROVEN_ANSWER_FLOOR_S = 0.0
    floor.hold(100.0, proof_is_kin=False)
    assert clock.slept == []


def make_family(at: datetime) -> tuple[Any, Any]:
    """Write a green child with a guardian; return the accounts of the guardian and of a stranger."""
    child = make_person(CHILD, at=at)
    make_summary(child.person_key, make_facts(BORN_ON, at=at), at=at)
    mark_feeds_read(at)
    guardian = make_person(make_document(date(1988, 3, 1)), at=at, name="李建国")
    make_kinship(guardian, child, at=at)
    stranger = make_person(make_document(date(1990, 3, 1)), at=at, name="王五")
    return (
        make_account("+8613900000002", at=at, person=guardian),
        make_account("+8613900000003", at=at, person=stranger),
    )


def seconds_of(call: Callable[[], Any], *, status: int) -> float:
    started = monotonic()
    assert call().status_code == status
    return monotonic() - started


@pytest.mark.django_db(transaction=True)
def test_stranger_waits_for_success_failure_and_refusal_alike_and_kin_do_not(settings: Any) -> None:
    at = timezone.now()
    guardian, stranger = (bearer(account, at=at) for account in make_family(at))
    known, nobody = question(CHILD), {"document_number": make_number(at.date())}
    post("assisted-queries", known, guardian)
    settings.UNPROVEN_ANSWER_FLOOR_S = 0.5
    green = seconds_of(lambda: post("assisted-queries", known, stranger), status=201)
    unknown = seconds_of(lambda: post("assisted-queries", nobody, stranger), status=201)
    no_photo = seconds_of(lambda: ask(stranger, CHILD, photo=None, consent=None), status=400)
    no_match = seconds_of(lambda: ask(stranger, CHILD), status=201)
    assert min(green, unknown, no_photo, no_match) >= 0.5
    kin = [
        seconds_of(lambda: post("assisted-queries", known, guardian), status=201),
        seconds_of(lambda: ask(guardian, CHILD, photo=None, consent=None), status=201),
        seconds_of(lambda: get("own-code", guardian), status=200),
    ]
    assert max(kin) < 0.5


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/assisted", "/third-party", "/records-of"])
def test_pages_hold_a_stranger_outside_any_transaction(clock: Clock, path: str) -> None:
    at = timezone.now()
    guardian, stranger = make_family(at)
    fields = {"name": "李小明"} | question(CHILD)
    browser = Client()
    browser.force_login(guardian)
    shown = browser.get(browser.post(path, fields).headers["Location"])
    assert (shown.status_code, clock.slept) == (200, [])
    browser.force_login(stranger)
    sent = browser.post(path, fields)
    assert sent.status_code == (303 if path == "/assisted" else 400)
    assert len(clock.slept) == 1
    if path == "/assisted":
        # Reading the answer is part of it.
        assert browser.get(sent.headers["Location"]).status_code == 200
        assert len(clock.slept) == 2


@pytest.mark.django_db(transaction=True)
def test_spent_budget_holds_a_stranger_too(clock: Clock) -> None:
    at = timezone.now()
    _, stranger = (bearer(account, at=at) for account in make_family(at))
    numbers = [make_number(at.date().replace(year=1940 + each, day=1)) for each in range(11)]
    statuses = [post("assisted-queries", {"document_number": each}, stranger).status_code for each in numbers]
    assert statuses == [201] * 10 + [429]
    assert len(clock.slept) == 11
