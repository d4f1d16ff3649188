"""A gate's call from its parsed body to its answer as JSON, for the hot path and for its twin in DRF."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Any, assert_never

import orjson
from django.conf import settings
from rest_framework import exceptions

from identity.document import Document
from lookup.answer import Check
from lookup.api.check_questions import read_batch, read_item, read_question
from lookup.api.check_refusals import BadCodeSent, RateExceeded, ScopeMissing, problem_of
from lookup.api.shapes import check_json
from lookup.doors.checkpoint import Asked, CodeRefused, Question, Told
from lookup.gates.gate import Gate
from lookup.gates.rates import Permits
from lookup.models import DeviceScope

Ask = Callable[[Question], list[Told]]
"""Puts a question: alone, or together with those of other calls."""


def answer_one(gate: Gate, body: Any, *, at: datetime, ask: Ask, language: str) -> bytes:
    """Answer one question, 201; raises APIException for every refusal."""
    asked, staff_ref = read_question(body, at=at)
    _require(gate, asked)
    _take_permits(gate, 1, at=at)
    [told] = ask(Question(gate=gate, asked=[asked], at=at, staff_ref=staff_ref))
    match told:
        case Check():
            return orjson.dumps(check_json(told, language=language))
        case CodeRefused(fault=fault):
            raise BadCodeSent(fault)
        case _:
            assert_never(told)


def answer_batch(gate: Gate, body: Any, *, at: datetime, ask: Ask, language: str) -> bytes:
    """Answer many questions, 200, each at its place; raises APIException where the call itself is refused."""
    if not gate.may(DeviceScope.BATCH):
        raise ScopeMissing(DeviceScope.BATCH)
    batch = read_batch(body)
    _take_permits(gate, len(batch.items), at=at)
    read = [_read_or_refuse(gate, item, at=at) for item in batch.items]
    asked = [one for one in read if not isinstance(one, exceptions.APIException)]
    told = iter(ask(Question(gate=gate, asked=asked, at=at, staff_ref=batch.staff_ref)))
    results = [
        _error(one) if isinstance(one, exceptions.APIException) else _result(next(told), language)
        for one in read
    ]
    return orjson.dumps({"results": results})


ANSWERS = {
    "checks": (answer_one, HTTPStatus.CREATED),
    "checks/batch": (answer_batch, HTTPStatus.OK),
}


def _read_or_refuse(gate: Gate, item: Any, *, at: datetime) -> Asked | exceptions.APIException:
    try:
        asked = read_item(item, at=at)
        _require(gate, asked)
    except exceptions.APIException as refusal:
        return refusal
    return asked


def _require(gate: Gate, asked: Asked) -> None:
    scope = DeviceScope.CHECK_DOCUMENT if isinstance(asked, Document) else DeviceScope.CHECK_CODE
    if not gate.may(scope):
        raise ScopeMissing(scope)


def _take_permits(gate: Gate, count: int, *, at: datetime) -> None:
    wait = permits().take(gate, count, at=at)
    if wait is not None:
        raise RateExceeded(wait=wait)


def _result(told: Told, language: str) -> dict[str, Any]:
    match told:
        case Check():
            return check_json(told, language=language)
        case CodeRefused(fault=fault):
            return _error(BadCodeSent(fault))
        case _:
            assert_never(told)


def _error(refusal: exceptions.APIException) -> dict[str, Any]:
    return {"error": problem_of(refusal).data}


@lru_cache(maxsize=1)
def permits() -> Permits:
    """Return this process's permits."""
    return Permits(settings.RATES_STORAGE)
