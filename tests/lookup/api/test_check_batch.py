"""Many checks in one call: each at its place, and a bad one sinks no other."""

from datetime import date
from typing import Any

import pytest

from lookup.models import Device, DeviceKey, Lookup, RotatingCode
from tests.lookup.api.calls import api_key, assert_documented, assert_problem, post
from tests.lookup.api.story import AT, CHILD, make_child
from tests.lookup.gates.codes import make_code
from tests.makers import make_device_key, make_number

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def without_id(check: dict[str, Any]) -> dict[str, Any]:
    return {**check, "check_id": ""}


def test_batch_gives_each_question_what_it_gets_alone_at_its_place() -> None:
    code = make_code(make_child().person_key, at=AT)
    _, key = make_device_key()
    nobody = {"document_number": make_number(date(1988, 3, 1))}
    items: list[Any] = [CHILD, {"code": "HC1:6B"}, nobody, {"document_number": "1"}, 7, {"code": code}, CHILD]
    response = post("checks/batch", {"items": items, "staff_ref": "shift 7"}, api_key(key))
    results = response.json()["results"]
    assert response.status_code == 200
    assert_documented(response, "check_many")
    errors = [result.get("error", {}).get("code") for result in results]
    assert errors == [None, "code_malformed", None, "invalid", "invalid", None, None]
    alone = [post("checks", item, api_key(key)).json() for item in (CHILD, nobody, {"code": code})]
    together = [results[place] for place in (0, 2, 5)]
    assert [without_id(check) for check in together] == [without_id(check) for check in alone]
    rows = Lookup.objects.filter(staff_ref="shift 7")
    assert {str(row.id) for row in rows} == {result["check_id"] for result in results if "check_id" in result}
    assert len({result["check_id"] for result in results if "check_id" in result}) == rows.count() == 4


def test_batch_takes_500_and_refuses_none_and_501() -> None:
    make_child()
    _, key = make_device_key()
    for items, code in (([], "empty"), ([CHILD] * 501, "max_length"), ("x", "not_a_list"), (None, "null")):
        response = post("checks/batch", {"items": items}, api_key(key))
        problem = assert_problem(response, 400, "invalid")
        assert [(error["field"], error["code"]) for error in problem["errors"]] == [("items", code)]
    assert not Lookup.objects.exists()
    response = post("checks/batch", {"items": [CHILD] * 500}, api_key(key))
    assert {result["verdict"] for result in response.json()["results"]} == {"pass"}
    assert Lookup.objects.count() == 500


def test_batch_needs_its_scope_and_each_question_its_own() -> None:
    make_child()
    _, key = make_device_key()
    DeviceKey.objects.update(scopes=["check:document"])
    assert_problem(post("checks/batch", {"items": [CHILD]}, api_key(key)), 403, "scope_missing")
    _, other = make_device_key(label="Gate 2", scopes=["batch", "check:document"])
    results = post("checks/batch", {"items": [CHILD, {"code": "x"}]}, api_key(other)).json()["results"]
    assert (results[0]["verdict"], results[1]["error"]["code"]) == ("pass", "scope_missing")


def test_batch_counts_each_question_against_the_rate() -> None:
    make_child()
    _, key = make_device_key()
    Device.objects.update(checks_per_minute=5)
    assert post("checks/batch", {"items": [CHILD] * 4}, api_key(key)).status_code == 200
    response = post("checks/batch", {"items": [CHILD] * 2}, api_key(key))
    assert_problem(response, 429, "rate_exceeded")
    assert_documented(response, "check_many")
    assert response.headers["Retry-After"] == "60"
    assert post("checks", CHILD, api_key(key)).status_code == 201
    assert_problem(post("checks", CHILD, api_key(key)), 429, "rate_exceeded")
    assert Lookup.objects.count() == 5


def test_batch_uses_a_code_that_stands_in_it_twice_once() -> None:
    code = make_code(make_child().person_key, at=AT)
    _, key = make_device_key()
    results = post("checks/batch", {"items": [{"code": code}] * 3}, api_key(key)).json()["results"]
    assert [result["code"]["used_elsewhere"] for result in results] == [False] * 3
    assert RotatingCode.objects.get().reused_at is None
