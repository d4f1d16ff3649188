"""Fifty accounts walk through the numbers of one prefix, each from ever new addresses, at the same time."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection

from identity.document import Document
from lookup.models import AbuseAlert, Lookup
from tests.lookup.api.calls import api_key, bearer, post
from tests.lookup.api.story import AT, BORN_ON
from tests.makers import (
    make_account,
    make_device_key,
    make_document,
    make_facts,
    make_kinship,
    make_number,
    make_person,
    make_summary,
    mark_feeds_read,
)

pytestmark = pytest.mark.django_db(transaction=True)

ACCOUNTS, NUMBERS, ALLOWED = 50, 20, 20
# The last number of the walk; the numbers before it are in no record.
CHILD = make_document(BORN_ON, sequence=999)


def test_walk_is_stopped_at_twenty_failing_numbers_while_a_guardian_and_a_gate_go_on() -> None:
    guardian, device, walkers = _make_everybody()

    def step(turn: int) -> dict[str, Any]:
        """Ask about the next number from a new address; every 50th time the guardian and the gate ask too."""
        try:
            if turn % 50 == 0:
                cache.clear()
            seen = {"walker": _ask(make_number(BORN_ON, sequence=turn), walkers[turn % ACCOUNTS], turn)}
            if turn % 50 == 49:
                seen["guardian"] = _ask(CHILD.number, guardian, turn)
                seen["gate"] = _ask(CHILD.number, device, turn, path="checks")
            return seen
        finally:
            connection.close()

    with time_machine.travel(AT, tick=False), ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(step, range(ACCOUNTS * NUMBERS)))

    _assert_walk_was_stopped([step["walker"] for step in seen])
    guardian_saw = [step["guardian"].json() for step in seen if "guardian" in step]
    assert len(guardian_saw) == ACCOUNTS * NUMBERS // 50
    assert {(body["proof"], body["status"]["code"]) for body in guardian_saw} == {("KINSHIP", "GREEN")}
    assert {step["gate"].json()["verdict"] for step in seen if "gate" in step} == {"pass"}


def _make_everybody() -> tuple[dict[str, str], dict[str, str], list[dict[str, str]]]:
    mark_feeds_read(AT)
    child = make_person(CHILD, at=AT)
    make_summary(child.person_key, make_facts(BORN_ON, at=AT), at=AT)
    parent = make_person(_adult(), at=AT, name="李建国")
    make_kinship(parent, child, at=AT)
    guardian = make_account("+8613900000002", at=AT, person=parent)
    walkers = [make_account(f"+861390000{1000 + n}", at=AT) for n in range(ACCOUNTS)]
    _, key = make_device_key()
    return bearer(guardian, at=AT), api_key(key), [bearer(walker, at=AT) for walker in walkers]


def _adult() -> Document:
    return make_document(BORN_ON.replace(year=1988))


def _ask(number: str, headers: dict[str, str], turn: int, *, path: str = "assisted-queries") -> Any:
    address = {"X-Forwarded-For": f"10.{turn % 250}.{turn // 250}.7, 192.0.2.{turn % 250}"}
    return post(path, {"document_number": number}, headers | address)


def _assert_walk_was_stopped(responses: list[Any]) -> None:
    answered = [response for response in responses if response.status_code == 201]
    refused = [response for response in responses if response.status_code == 429]
    assert (len(answered), len(refused)) == (ALLOWED, ACCOUNTS * NUMBERS - ALLOWED)
    assert {response.json()["status"]["code"] for response in answered} == {"UNKNOWN"}
    assert {response.json()["code"] for response in refused} == {"budget_spent"}
    assert {response.headers["Retry-After"] for response in refused} == {str(14 * 60 * 60)}

    failed = Lookup.objects.failed()
    alert = AbuseAlert.objects.get()
    assert alert.numbers == failed.values("subject_key").distinct().count() == ALLOWED
    assert alert.accounts == failed.values("asker_id").distinct().count()
    assert (alert.raised_on, alert.acknowledged_at) == (AT.date(), None)
    # What was refused stands in the audit too.
    assert Lookup.objects.filter(refusal="PREFIX").count() == len(refused)
