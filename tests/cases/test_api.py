"""Cases through the API: filed, read, written to and opened again, each answer held against the document."""

from uuid import UUID

import pytest

from cases import casework
from cases.api import examples
from cases.models import Case
from cases.reference import read_reference
from tests.cases.complaints import ask, file_case, make_guardian, make_stranger, make_ward
from tests.cases.ways_of_writing import NUMBER
from tests.lookup.api.calls import (
    assert_documented,
    assert_fits,
    assert_problem,
    bearer,
    document,
    get,
    operation,
    post,
)
from tests.makers import make_staff

pytestmark = pytest.mark.django_db
OPERATIONS = ("cases", "file_case", "show_case", "write_to_case", "reopen_case")


@pytest.fixture(autouse=True)
def _clock(time_machine, at):
    time_machine.move_to(at, tick=False)


@pytest.fixture
def child(at):
    return make_ward(at=at)


@pytest.fixture
def guardian(child, at):
    return make_guardian(child, at=at)


def filed(user, row, at, **fields):
    return post("cases", {"query": str(row.id), "kind": "STATUS_UNKNOWN"} | fields, bearer(user, at=at))


def test_case_is_filed_once_and_read_back(child, guardian, at) -> None:
    row = ask(guardian, child.person_key, at=at)
    first = filed(guardian, row, at, text="两针都打了")
    assert first.status_code == 201
    assert_documented(first, "file_case")
    body = first.json()
    assert read_reference(body["number"]) == body["number"]
    assert body["state"]["code"] == "OPEN"
    assert (body["person"], body["owner"]["code"]) == ("李*", "SERVICE")
    assert body["respond_by"] == "2022-05-21T10:00:00+08:00"
    assert body["timeline"][0]["words"] == "两针都打了"
    again = filed(guardian, row, at)
    assert (again.status_code, again.json()["number"]) == (200, body["number"])
    shown = get(f"cases/{body['number'].lower()}", bearer(guardian, at=at))
    assert_documented(shown, "show_case")
    assert shown.json()["number"] == body["number"]
    listed = get("cases", bearer(guardian, at=at))
    assert_documented(listed, "cases")
    assert [each["number"] for each in listed.json()["results"]] == [body["number"]]


def test_numbers_are_taken_out_with_a_kind_sentence(child, guardian, at) -> None:
    row = ask(guardian, child.person_key, at=at)
    response = filed(guardian, row, at, text=f"孩子 {NUMBER}")
    assert response.json()["notice"]
    assert NUMBER not in response.content.decode()
    number = response.json()["number"]
    assert get(f"cases/{number}", bearer(guardian, at=at)).json()["notice"] is None


def test_citizen_writes_reads_the_answer_and_opens_again(child, guardian, at) -> None:
    case, staff = file_case(guardian, child.person_key, at=at), make_staff(at=at)
    written = post(f"cases/{case.number}/messages", {"text": "昨天又做了"}, bearer(guardian, at=at))
    assert written.status_code == 201
    assert_documented(written, "write_to_case")
    casework.answer(case.id, staff, "请等一天", at=at)
    casework.resolve(case.id, staff, Case.Resolution.PUT_RIGHT, "好了", at=at)
    closed = get(f"cases/{case.number}", bearer(guardian, at=at)).json()
    assert closed["resolution"]["code"] == "PUT_RIGHT"
    assert [each["event"] for each in closed["timeline"]] == ["FILED", "ADDED", "ANSWERED", "CLOSED"]
    late = post(f"cases/{case.number}/messages", {"text": "?"}, bearer(guardian, at=at))
    assert_problem(late, 409, "case_closed")
    assert_documented(late, "write_to_case")
    opened = post(f"cases/{case.number}/reopen", {}, bearer(guardian, at=at))
    assert_documented(opened, "reopen_case")
    assert opened.json()["state"]["code"] == "OPEN"
    twice = post(f"cases/{case.number}/reopen", {}, bearer(guardian, at=at))
    assert_problem(twice, 409, "cannot_reopen")


def test_what_is_not_one_s_own_is_404_and_what_is_malformed_400(child, guardian, at) -> None:
    stranger, row = make_stranger(at=at), ask(guardian, child.person_key, at=at)
    case = file_case(guardian, child.person_key, at=at)
    for number in (case.number, "HK-2022-000001-Z", "1", "null", "HK-2022-9999999999-A"):
        assert_problem(get(f"cases/{number}", bearer(stranger, at=at)), 404, "not_found")
    assert_problem(filed(stranger, row, at), 404, "not_found")
    assert_problem(filed(stranger, row, at, query="x"), 404, "not_found")
    for fields in (
        {"kind": "GREEN"},
        {"kind": ["OTHER"]},
        {"record": "TEST"},
        {"kind": "WRONG_RECORD"},
        {"text": 5},
        {"text": "一" * 2001},
        {"colour": "green"},
        {"query": None},
    ):
        assert_problem(filed(guardian, row, at, **fields), 400, "invalid")
    assert get(f"cases/{case.number}", bearer(guardian, at=at)).status_code == 200


def test_limit_of_a_day_is_429_with_the_seconds_until_midnight(guardian, at) -> None:
    for number in range(1, 6):
        file_case(guardian, UUID(int=number), at=at)
    spent = filed(guardian, ask(guardian, UUID(int=6), at=at), at)
    assert_problem(spent, 429, "too_many_cases")
    assert_documented(spent, "file_case")
    assert spent.headers["Retry-After"] == str(14 * 3600)


def test_stranger_reads_nothing_of_the_cause_and_the_guardian_does(child, guardian, at) -> None:
    stranger = make_stranger(at=at)
    of_stranger = filed(stranger, ask(stranger, child.person_key, at=at), at).json()
    of_guardian = filed(guardian, ask(guardian, child.person_key, at=at), at).json()
    assert (of_stranger["person"], of_stranger["owner"]) == (None, None)
    assert (of_guardian["person"], of_guardian["owner"]["code"]) == ("李*", "SERVICE")
    assert of_stranger.keys() == of_guardian.keys()


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_operation_tells_its_words_and_needs_a_token(operation_id) -> None:
    described = operation(operation_id)
    assert described["summary"]
    assert described["description"]
    assert described["tags"] == ["cases"]
    assert described["security"] == [{"bearer": []}]


def test_examples_fit_their_schemas() -> None:
    schemas = document()["components"]["schemas"]
    assert_fits(examples.CASE, schemas["Case"])
    assert_fits(examples.LINE, schemas["CaseLine"])
    assert read_reference(examples.LINE["number"]) == examples.LINE["number"]
