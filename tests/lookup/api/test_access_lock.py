"""The lock, by HTTP."""

import json
from typing import Any

import pytest
from django.test import Client

from identity.masking import mask_number
from identity.models import Kinship
from lookup.models import AccessLock
from tests.lookup.api.calls import assert_documented, assert_problem, bearer, get, post
from tests.lookup.api.story import AT, CHILD, make_child, make_guardian
from tests.makers import make_account, make_device_key, make_document, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def put(body: Any, headers: dict[str, str] | None = None) -> Any:
    return Client().put(
        "/api/v1/access-lock", json.dumps(body), content_type="application/json", headers=headers
    )


def ward_id() -> str:
    return str(Kinship.objects.get().id)


def test_access_lock_shuts_a_stranger_out_and_lets_the_guardian_in() -> None:
    headers = bearer(make_guardian(make_child()), at=AT)
    stranger = bearer(make_account(at=AT), at=AT)

    def seen() -> tuple[str, str]:
        answers = [post("assisted-queries", CHILD, asker).json() for asker in (stranger, headers)]
        return answers[0]["status"]["code"], answers[1]["status"]["code"]

    assert seen() == ("GREEN", "GREEN")
    closed = put({"about": ward_id(), "locked": True}, headers)
    assert seen() == ("UNKNOWN", "GREEN")
    opened = put({"about": ward_id(), "locked": False}, headers)
    assert seen() == ("GREEN", "GREEN")

    same = {"about": ward_id(), "name": "李*", "document_number": mask_number(CHILD["document_number"])}
    at = "2022-06-10T10:00:00+08:00"
    assert closed.json() == {**same, "locked": True, "locked_at": at, "by_you": True}
    assert opened.json() == {**same, "locked": False, "locked_at": None, "by_you": False}
    for response in (closed, opened):
        assert response.status_code == 200
        assert_documented(response, "set_access_lock")


def test_access_lock_changes_nothing_when_it_is_sent_twice() -> None:
    headers = bearer(make_guardian(make_child()), at=AT)
    first, second = (put({"about": "me", "locked": True}, headers) for _ in range(2))
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert AccessLock.objects.count() == 1


def test_access_lock_lists_the_account_and_its_wards() -> None:
    headers = bearer(make_guardian(make_child()), at=AT)
    put({"about": ward_id(), "locked": True}, headers)
    response = get("access-lock", headers)
    body = response.json()
    assert [(row["about"], row["name"], row["locked"], row["by_you"]) for row in body["results"]] == [
        ("me", "李*", False, False),
        (ward_id(), "李*", True, True),
    ]
    assert body["next"] is None
    assert_documented(response, "access_locks")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"about": "me"}, "locked"),
        ({"locked": True}, "about"),
        ({"about": "me", "locked": "true"}, "locked"),
        ({"about": "me", "locked": 1}, "locked"),
        ({"about": "me", "locked": None}, "locked"),
        ({"about": 5, "locked": True}, "about"),
        ({"about": "", "locked": True}, "about"),
        ({"about": "me", "locked": True, "until": "2022-07-01"}, "until"),
    ],
)
def test_access_lock_says_which_field_is_wrong(body: dict[str, object], field: str) -> None:
    headers = bearer(make_guardian(make_child()), at=AT)
    response = put(body, headers)
    problem = assert_problem(response, 400, "invalid")
    assert [error["field"] for error in problem["errors"]] == [field]
    assert not AccessLock.objects.exists()
    assert_documented(response, "set_access_lock")


def test_access_lock_of_somebody_else_s_ward_is_not_there() -> None:
    guardian = make_guardian(make_child())
    person = make_person(make_document(AT.date().replace(year=1990), sequence=3), at=AT)
    stranger = bearer(make_account("+8613900000008", at=AT, person=person), at=AT)
    bodies = set()
    for about in (ward_id(), "01814b56-f900-7348-8a68-83cb31c06918", "nonsense"):
        for locked in (True, False):
            response = put({"about": about, "locked": locked}, stranger)
            assert_problem(response, 404, "not_found")
            assert_documented(response, "set_access_lock")
            bodies.add(response.content)
    assert len(bodies) == 1
    assert not AccessLock.objects.exists()
    assert put({"about": ward_id(), "locked": True}, bearer(guardian, at=AT)).status_code == 200


def test_access_lock_needs_an_account_that_is_somebody_s() -> None:
    headers = bearer(make_account(at=AT), at=AT)
    for response in (get("access-lock", headers), put({"about": "me", "locked": True}, headers)):
        assert_problem(response, 409, "not_verified")
    assert not AccessLock.objects.exists()


def test_access_lock_needs_a_citizen_s_token() -> None:
    _, key = make_device_key()
    for headers in (None, {"Authorization": f"Api-Key {key}"}):
        assert get("access-lock", headers).status_code == 401
        assert put({"about": "me", "locked": True}, headers).status_code == 401
