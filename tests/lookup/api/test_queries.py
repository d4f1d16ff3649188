"""An answer once more: while it lives, to its asker; and its language and times."""

import re
from datetime import timedelta

import pytest
import time_machine

from lookup.models import Lookup
from tests.lookup.api.calls import assert_documented, assert_problem, bearer, get, post
from tests.lookup.api.story import (
    AT,
    CHILD,
    ask_as_stranger,
    make_alert,
    make_child,
    make_guardian,
    make_order,
)
from tests.makers import (
    make_account,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_query_shows_the_same_answer_until_it_closes() -> None:
    headers, answer = ask_as_stranger()
    with time_machine.travel(AT + timedelta(seconds=9.999), tick=False):
        living = get(f"queries/{answer['id']}", headers)
    assert (living.status_code, living.json()) == (200, answer)
    assert_documented(living, "show_again")
    with time_machine.travel(AT + timedelta(seconds=10), tick=False):
        closed = get(f"queries/{answer['id']}", headers)
    assert_problem(closed, 410, "closed")
    assert_documented(closed, "show_again")
    assert Lookup.objects.count() == 1


def test_query_is_not_found_for_another_account() -> None:
    headers, answer = ask_as_stranger()
    other = bearer(make_account("+8613900000003", at=AT), at=AT)
    refused = get(f"queries/{answer['id']}", other)
    assert_problem(refused, 404, "not_found")
    assert_documented(refused, "show_again")
    assert get(f"queries/{answer['id']}", headers).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        "0",
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "01814b5e-8a00-7c3a-9b1d-2f6f0c5a7e10",
        "%7B01814b5e-8a00-7c3a-9b1d-2f6f0c5a7e10%7D",
        "01814b5e8a007c3a9b1d2f6f0c5a7e10",
        "%D9%A0" * 36,
        "1" * 10_000,
        "..",
        "李",
    ],
)
def test_query_finds_nothing_under_another_id(wrong: str) -> None:
    headers, answer = ask_as_stranger()
    assert_problem(get(f"queries/{wrong}", headers), 404, "not_found")
    assert get(f"queries/{answer['id']}", headers).json() == answer
    assert get(f"queries/{answer['id'].upper()}", headers).json() == answer


def test_answer_comes_in_the_language_that_is_asked_for() -> None:
    headers, _ = ask_as_stranger()
    asked = {None: "zh-Hans", "zh-CN": "zh-Hans", "en-GB, zh;q=0.5": "en", "fr": "zh-Hans", "": "zh-Hans"}
    for wanted, given in asked.items():
        language = {} if wanted is None else {"Accept-Language": wanted}
        response = post("assisted-queries", CHILD, headers | language)
        assert response.headers["Content-Language"] == given
    in_english = post("assisted-queries", CHILD, headers | {"Accept-Language": "en"}).json()
    assert in_english["status"]["label"] == "No abnormality found"


def test_every_time_is_rfc_3339_with_the_offset_of_shanghai() -> None:
    child = make_child(facts={"orders": (make_order(),), "alerts": (make_alert(),), "naats": ()})
    text = post("assisted-queries", CHILD, bearer(make_guardian(child), at=AT)).content.decode()
    times = re.findall(r'"(\d{4}-\d\d-\d\dT[^"]*)"', text)
    assert len(times) >= 8
    assert all(re.fullmatch(r"[-\d]{10}T[:\d]{8}\+08:00", time) for time in times)
