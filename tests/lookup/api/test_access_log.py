"""Who looked, by HTTP."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from identity.document import parse_document
from identity.models import Kinship, Person, User
from lookup.doors import assisted
from tests import gates
from tests.lookup.api.calls import assert_documented, assert_problem, bearer, get
from tests.lookup.api.story import AT, CHILD, make_child, make_guardian
from tests.makers import make_account, make_device_key, make_document, make_person, mark_feeds_read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def ask(asker: User, *, minutes_ago: int = 0) -> None:
    document = parse_document(CHILD["document_number"])
    assisted.ask(asker, document, at=AT - timedelta(minutes=minutes_ago))


def ward_id() -> UUID:
    return Kinship.objects.get().id


def test_access_log_tells_a_guardian_who_looked_at_the_child() -> None:
    guardian = make_guardian(make_child())
    device, _ = make_device_key(site="Third Primary School", label="Gate 7")
    ask(make_account(at=AT), minutes_ago=2)
    ask(guardian, minutes_ago=1)
    gates.check(device, parse_document(CHILD["document_number"]), at=AT)

    response = get(f"access-log?about={ward_id()}", bearer(guardian, at=AT) | {"Accept-Language": "en"})

    body = response.json()
    assert response.status_code == 200
    assert body["next"] is None
    assert body["results"][0] == {
        "asked_at": "2022-06-10T10:00:00+08:00",
        "door": "CHECKPOINT",
        "door_label": "Check at a gate",
        "asker": "GATE",
        "asker_label": "a machine at an entrance",
        "you": False,
        "machine": True,
        "purpose": "To decide whether the person may enter.",
        "outcome": "ANSWERED",
        "outcome_text": "Answered.",
    }
    assert [(r["asker"], r["you"]) for r in body["results"][1:]] == [("GUARDIAN", True), ("CITIZEN", False)]
    for hidden in ("Third Primary", "Gate 7", str(device.id), str(guardian.id), "李", "139"):
        assert hidden not in response.content.decode()
    assert_documented(response, "access_log")


def test_access_log_is_about_the_account_itself_unless_told() -> None:
    child = make_child()
    subject = make_account("+8613900000007", at=AT, person=child)
    ask(make_account(at=AT))
    headers = bearer(subject, at=AT)
    for path in ("access-log", "access-log?about=me", "access-log?about=me&cursor=&limit=200"):
        assert len(get(path, headers).json()["results"]) == 1
    assert get("access-log", bearer(make_guardian(child), at=AT)).json() == {"results": [], "next": None}


def test_access_log_leads_on_page_by_page() -> None:
    guardian = make_guardian(make_child())
    for minutes_ago in range(5):
        ask(guardian, minutes_ago=minutes_ago)
    headers, found = bearer(guardian, at=AT), []
    cursor: str | None = ""
    while cursor is not None:
        body = get(f"access-log?about={ward_id()}&limit=2&cursor={cursor}", headers).json()
        found.append([row["asked_at"][14:16] for row in body["results"]])
        cursor = body["next"]
    assert found == [["00", "59"], ["58", "57"], ["56"]]


def test_access_log_holds_fifty_rows_a_page_and_two_hundred_at_most() -> None:
    guardian = make_guardian(make_child())
    for minutes_ago in range(51):
        ask(guardian, minutes_ago=minutes_ago)
    headers = bearer(guardian, at=AT)
    assert len(get(f"access-log?about={ward_id()}", headers).json()["results"]) == 50
    assert len(get(f"access-log?about={ward_id()}&limit=200", headers).json()["results"]) == 51


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=-1", "limit"),
        ("limit=many", "limit"),
        ("limit=" + "9" * 5000, "limit"),
        ("cursor=nonsense", "cursor"),
        ("cursor=" + "A" * 134, "cursor"),
        ("cursor=" + "A" * 301, "cursor"),
        ("about=" + "A" * 101, "about"),
        ("since=2022-06-01", "since"),
    ],
)
def test_access_log_says_which_parameter_is_wrong(query: str, field: str) -> None:
    headers = bearer(make_guardian(make_child()), at=AT)
    response = get(f"access-log?{query}", headers)
    problem = assert_problem(response, 400, "invalid")
    assert [error["field"] for error in problem["errors"]] == [field]
    assert_documented(response, "access_log")


def test_access_log_refuses_a_cursor_that_was_changed_and_takes_it_unchanged() -> None:
    guardian = make_guardian(make_child())
    for minutes_ago in range(2):
        ask(guardian, minutes_ago=minutes_ago)
    headers = bearer(guardian, at=AT)
    cursor = get(f"access-log?about={ward_id()}&limit=1", headers).json()["next"]
    assert get(f"access-log?about={ward_id()}&cursor={cursor}", headers).status_code == 200
    changed = cursor[:-3] + ("A" if cursor[-3] != "A" else "B") + cursor[-2:]
    problem = assert_problem(get(f"access-log?about={ward_id()}&cursor={changed}", headers), 400, "invalid")
    assert problem["errors"][0]["code"] == "cursor_not_valid"
    # Of another person of the same account.
    assert get(f"access-log?cursor={cursor}", headers).status_code == 400


def test_access_log_of_somebody_else_s_ward_is_not_there() -> None:
    guardian = make_guardian(make_child())
    stranger = make_account("+8613900000008", at=AT, person=_stranger())
    assert get(f"access-log?about={ward_id()}", bearer(guardian, at=AT)).status_code == 200
    bodies = set()
    for about in (str(ward_id()), "01814b56-f900-7348-8a68-83cb31c06918", "nonsense", "mex"):
        response = get(f"access-log?about={about}", bearer(stranger, at=AT))
        assert_problem(response, 404, "not_found")
        assert_documented(response, "access_log")
        bodies.add(response.content)
    assert len(bodies) == 1


def test_access_log_ends_with_the_kinship() -> None:
    guardian = make_guardian(make_child())
    headers, path = bearer(guardian, at=AT), f"access-log?about={ward_id()}"
    assert get(path, headers).status_code == 200
    Kinship.objects.update(in_force_until=AT)
    assert get(path, headers).status_code == 404


def test_access_log_needs_an_account_that_is_somebody_s() -> None:
    response = get("access-log", bearer(make_account(at=AT), at=AT))
    assert_problem(response, 409, "not_verified")
    assert_documented(response, "access_log")


def test_access_log_needs_a_citizen_s_token() -> None:
    _, key = make_device_key()
    mark_feeds_read(AT)
    for headers in (None, {"Authorization": f"Api-Key {key}"}):
        assert get("access-log", headers).status_code == 401
    assert Client().post("/api/v1/access-log").status_code in (401, 405)


def _stranger() -> Person:
    return make_person(make_document(AT.date().replace(year=1990), sequence=3), at=AT)
