"""The third-party query by HTTP: a face opens it to a neighbour, kinship to a guardian."""

from datetime import date, timedelta

import pytest
import time_machine

from civil_time import next_midnight
from demo.portraits import Age
from healthcode.facts import AlertKind
from identity.models import Kinship, Person, User
from lookup.models import AccessLock, Lookup
from tests.faces import face_reference, portrait
from tests.lookup.api.calls import assert_documented, assert_problem, bearer, get, post
from tests.lookup.api.face_questions import BOTH, THIRD_PARTY, ask, give_consent, question
from tests.lookup.api.story import AT, BORN_ON, CHILD, make_alert, make_child, make_guardian, make_order
from tests.lookup.doors.neighbours import make_elder, make_neighbour
from tests.makers import (
    make_account,
    make_document,
    make_facts,
    make_kinship,
    make_person,
    make_summary,
    mark_feeds_read,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture(autouse=True)
def _feeds_are_fresh(clock: None, db: None) -> None:
    mark_feeds_read(AT)


@pytest.fixture
def neighbour() -> dict[str, str]:
    return bearer(make_neighbour(), at=AT)


def make_ward_of(born_on: date, *, sequence: int = 3) -> tuple[Person, User]:
    """Write somebody without a face on file, and the account of a carer of theirs."""
    document = make_document(born_on, sequence=sequence)
    ward = make_person(document, at=AT, has_face=False, registered_at=None)
    make_summary(ward.person_key, make_facts(born_on, at=AT), at=AT)
    carer = make_person(make_document(date(1980, 1, 1), sequence=sequence), at=AT, name="李建国")
    make_kinship(carer, ward, at=AT, kind=Kinship.Kind.CARER)
    return ward, make_account("+8613900000005", at=AT, person=carer)


@pytest.mark.parametrize("path", BOTH)
def test_query_shows_a_neighbour_what_a_matched_face_allows_and_no_more(
    neighbour: dict[str, str], path: str
) -> None:
    make_elder()
    response = ask(neighbour, path=path)
    body = response.json()
    assert (response.status_code, body["proof"], body["status"]["code"]) == (201, "FACE_MATCHED", "GREEN")
    assert response.headers["Location"] == f"/api/v1/queries/{body['id']}"
    assert body["subject"] == {"name": "赵*"}
    assert body["naat"] == {"days": 1, "result": "NOT_DETECTED", "pending": False, "history": []}
    assert body["vaccination"]["doses"] == []
    assert body["closes_after_s"] == 14 * 3600  # until 24:00
    assert all(body[field] == [] for field in ("reasons", "orders", "possible_causes", "next_steps"))
    assert all(body[field] is None for field in ("face_step", "data"))
    assert (body["code"] is not None) == (path == THIRD_PARTY)
    assert_documented(response, "ask_third_party" if path == THIRD_PARTY else "ask_for_records")


def test_query_tells_a_neighbour_who_can_see_why_when_it_is_not_green(neighbour: dict[str, str]) -> None:
    make_elder(facts={"orders": (make_order(),)})
    body = ask(neighbour | {"Accept-Language": "en"}).json()
    assert (body["status"]["code"], body["proof"]) == ("YELLOW", "FACE_MATCHED")
    assert body["next_steps"] == ["The person can see why in their own code."]
    assert (body["reasons"], body["orders"]) == ([], [])


def test_query_shows_a_neighbour_the_number_of_an_alert_alone(neighbour: dict[str, str]) -> None:
    make_elder(facts={"alerts": (make_alert(),), "naats": ()})
    body = ask(neighbour).json()
    [alert] = body["alerts"]
    assert (alert["number"], alert["kind"]) == (4, AlertKind.TEST_REQUIRED.value)
    assert all(alert[field] is None for field in ("authority", "reference", "contact", "cause"))


@pytest.mark.parametrize("path", BOTH)
def test_query_answers_kin_who_decline_the_photo_in_parts_and_in_json(path: str) -> None:
    child = make_child(has_face=False, registered_at=None)
    headers = bearer(make_guardian(child), at=AT)
    in_json = post(path, {"name": "李小明"} | CHILD, headers)
    in_parts = ask(headers, make_document(BORN_ON), path=path, name="李小明", photo=None, consent=None)
    for response in (in_json, in_parts):
        body = response.json()
        assert (response.status_code, body["proof"], body["status"]["code"]) == (201, "KINSHIP", "GREEN")
        assert_documented(response, "ask_third_party" if path == THIRD_PARTY else "ask_for_records")
    assert in_json.json()["face_step"]["code"] == "DECLINED"


@pytest.mark.parametrize(
    ("born_on", "step"),
    [
        (date(2006, 6, 11), "PORTRAIT"),  # 15, tomorrow 16
        (date(2006, 6, 10), "NO_REFERENCE"),  # 16 today
        (date(1951, 6, 11), "NO_REFERENCE"),  # 70
        (date(1951, 6, 10), "PORTRAIT"),  # 71 today
    ],
)
@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_query_tells_kin_what_came_of_the_face_step(born_on: date, step: str, language: str) -> None:
    _ward, carer = make_ward_of(born_on)
    headers = bearer(carer, at=AT) | {"Accept-Language": language}
    response = ask(
        headers, make_document(born_on, sequence=3), name="李小明", photo=portrait("ward", age=Age.CHILD)
    )
    told = response.json()
    assert (told["status"]["code"], told["face_step"]["code"]) == ("GREEN", step)
    assert told["face_step"]["text"]


def test_query_answers_kin_though_the_name_or_the_face_differs() -> None:
    elder = make_elder()
    carer = make_neighbour()
    assert carer.person is not None
    make_kinship(carer.person, elder, at=AT, kind=Kinship.Kind.CARER)
    headers = bearer(carer, at=AT)
    steps = [
        ask(headers).json(),
        ask(headers, name="赵得山").json(),
        ask(headers, photo=portrait("other")).json(),
    ]
    assert [told["face_step"]["code"] for told in steps] == ["MATCHED", "NAME_DIFFERS", "FACE_DIFFERS"]
    assert {(told["proof"], told["status"]["code"]) for told in steps} == {("KINSHIP", "GREEN")}


def test_query_registers_an_elder_so_that_the_assisted_query_answers_tomorrow(
    neighbour: dict[str, str],
) -> None:
    make_elder()
    before = post("assisted-queries", question(), neighbour).json()
    assert ask(neighbour).json()["status"]["code"] == "GREEN"
    same_day = post("assisted-queries", question(), neighbour).json()
    tomorrow = next_midnight(AT)
    with time_machine.travel(tomorrow, tick=False):
        headers = bearer(User.objects.get(), at=tomorrow)
        next_day = post("assisted-queries", question(), headers).json()
    assert [told["status"]["code"] for told in (before, same_day, next_day)] == [
        "UNKNOWN",
        "UNKNOWN",
        "GREEN",
    ]


def test_fifth_living_result_is_refused_and_asking_again_voids_the_former(neighbour: dict[str, str]) -> None:
    people = [make_document(date(1945, 6, 1), sequence=30 + each) for each in range(5)]
    for document in people:
        person = make_person(document, at=AT, name="赵德山", face_reference=face_reference("elder"))
        make_summary(person.person_key, make_facts(date(1945, 6, 1), at=AT), at=AT)
    first, *others = (ask(neighbour, document) for document in people[:4])
    assert {response.json()["proof"] for response in (first, *others)} == {"FACE_MATCHED"}
    fifth = ask(neighbour, people[4])
    assert_problem(fifth, 429, "budget_spent")
    assert fifth.headers["Retry-After"] == str(14 * 3600)
    assert_documented(fifth, "ask_third_party")
    again = ask(neighbour, people[0])
    assert again.status_code == 201
    assert_problem(get(f"queries/{first.json()['id']}", neighbour), 410, "closed")
    shown = get(f"queries/{again.json()['id']}", neighbour).json()
    assert shown.pop("code") is not None  # another one each time
    assert shown == {name: value for name, value in again.json().items() if name != "code"}
    assert get(f"queries/{others[0].json()['id']}", neighbour).status_code == 200
    with time_machine.travel(next_midnight(AT), tick=False):
        headers = bearer(User.objects.get(), at=next_midnight(AT))
        assert ask(headers, people[4]).json()["proof"] == "FACE_MATCHED"


def test_result_lives_until_midnight_or_until_a_lock(neighbour: dict[str, str]) -> None:
    elder = make_elder()
    answer = ask(neighbour).json()
    midnight = next_midnight(AT)
    user = User.objects.get()
    for at, status in ((midnight - timedelta(seconds=1), 200), (midnight, 410)):
        with time_machine.travel(at, tick=False):
            assert get(f"queries/{answer['id']}", bearer(user, at=at)).status_code == status
    again = bearer(user, at=AT)
    assert get(f"queries/{answer['id']}", again).status_code == 200
    AccessLock.objects.create(subject_key=elder.person_key, locked_at=AT, locked_by=user)
    assert_problem(get(f"queries/{answer['id']}", again), 410, "closed")


def test_kin_ask_once_more_from_the_answer_that_refused() -> None:
    child = make_child(has_face=False)
    father = make_guardian(child)
    headers = bearer(father, at=AT)
    refused = post("assisted-queries", CHILD, headers).json()
    assert refused["reasons"][0]["code"] == "NO_FACE_REFERENCE"
    response = post(f"queries/{refused['id']}/third-party", b"", headers)
    told = response.json()
    assert (response.status_code, told["door"], told["status"]["code"]) == (201, "THIRD_PARTY", "GREEN")
    assert told["face_step"]["code"] == "DECLINED"
    assert response.headers["Location"] == f"/api/v1/queries/{told['id']}"
    assert_documented(response, "ask_as_kin")
    # From a closed answer as well: a minute later the father still stands at the school gate.
    with time_machine.travel(AT + timedelta(minutes=5), tick=False):
        assert post(f"queries/{refused['id']}/third-party", b"", headers).status_code == 201


def test_nobody_but_kin_asks_once_more() -> None:
    neighbour = bearer(make_neighbour("+8613900000003"), at=AT)
    child = make_child(has_face=False)
    father = make_guardian(child)
    headers = bearer(father, at=AT)
    of_father = post("assisted-queries", CHILD, headers).json()["id"]
    of_neighbour = post("assisted-queries", CHILD, neighbour).json()["id"]
    before = Lookup.objects.count()
    ids = (of_father, of_neighbour, "0", "01814b5e-8a00-7c3a-9b1d-2f6f0c5a7e10", "..")
    for lookup_id in ids:
        response = post(f"queries/{lookup_id}/third-party", b"", neighbour)
        assert_problem(response, 404, "not_found")
    assert_documented(post(f"queries/{of_father}/third-party", b"", neighbour), "ask_as_kin")
    assert Lookup.objects.count() == before
    assert post(f"queries/{of_father}/third-party", b"", headers).status_code == 201
    Kinship.objects.update(withdrawn=True)
    assert_problem(post(f"queries/{of_father}/third-party", b"", headers), 404, "not_found")


def test_consent_serves_once_within_ten_minutes_its_asker_and_its_subject(neighbour: dict[str, str]) -> None:
    make_elder()
    other = bearer(make_neighbour("+8613900000003", sequence=6), at=AT)
    of_other, about_other = give_consent(other), give_consent(neighbour, make_document())
    fresh = give_consent(neighbour)
    missing = (of_other, about_other, "", None, "0", "01814b5e-8a00-7c3a-9b1d-2f6f0c5a7e10")
    for consent in missing:
        problem = assert_problem(ask(neighbour, consent=consent), 400, "invalid")
        assert [(e["field"], e["code"]) for e in problem["errors"]] == [("consent", "consent_needed")]
    with time_machine.travel(AT + timedelta(minutes=10), tick=False):
        assert_problem(ask(neighbour, consent=fresh), 400, "invalid")
    with time_machine.travel(AT + timedelta(minutes=10, seconds=-1), tick=False):
        assert ask(neighbour, consent=fresh).json()["proof"] == "FACE_MATCHED"
        assert_problem(ask(neighbour, consent=fresh), 400, "invalid")
    # Its own consent still serves the other.
    assert ask(other, consent=of_other).json()["proof"] == "FACE_MATCHED"
