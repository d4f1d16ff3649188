"""What the doors of a face refuse by HTTP: a sentence for each field, and the door still works."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from identity import identity_check
from identity.face_match import LARGEST_PHOTO_BYTES
from lookup.models import Lookup
from tests.faces import portrait
from tests.lookup.api.calls import (
    assert_documented,
    assert_problem,
    bearer,
    post,
    post_form,
    without_ids_and_times,
)
from tests.lookup.api.face_questions import BOTH, THIRD_PARTY, ask, picture, question
from tests.lookup.api.story import AT
from tests.lookup.doors.neighbours import ELDER_NAME, FAILURES, make_elder, make_neighbour
from tests.makers import make_account, make_document, make_number, mark_feeds_read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

OPERATIONS = dict(zip(BOTH, ("ask_third_party", "ask_for_records"), strict=True))


@pytest.fixture(autouse=True)
def _feeds_are_fresh(clock: None, db: None) -> None:
    mark_feeds_read(AT)


@pytest.fixture
def neighbour() -> dict[str, str]:
    return bearer(make_neighbour(), at=AT)


@pytest.fixture
def _matcher_is_away(settings: Any) -> Iterator[None]:
    settings.FACE_MATCHER = "tests.faces.AwayMatcher"
    identity_check.matcher.cache_clear()
    yield
    identity_check.matcher.cache_clear()


def read_by_a_neighbour(headers: dict[str, str], cause: str, path: str) -> str:
    """Return headers and body of a failure, as bytes that may be compared."""
    what = FAILURES[cause]()
    response = ask(headers, what.document, path=path, name=what.name, photo=what.photo)
    assert (response.status_code, response.json()["status"]["code"]) == (201, "UNKNOWN")
    assert response.json()["possible_causes"]
    seen = sorted(item for item in response.headers.items() if not item[0].lower().endswith("-id"))
    return without_ids_and_times(f"{seen}\n{response.content.decode()}")


@pytest.mark.parametrize("cause", FAILURES)
@pytest.mark.parametrize("path", BOTH)
@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_failure_is_the_same_to_the_byte_whatever_the_cause(cause: str, path: str, language: str) -> None:
    headers = [
        bearer(make_neighbour(f"+861390000001{each}", sequence=20 + each), at=AT)
        | {"Accept-Language": language}
        for each in range(2)
    ]
    expected = read_by_a_neighbour(headers[0], "number in no record", path)
    assert read_by_a_neighbour(headers[1], cause, path) == expected


def test_failure_is_told_apart_from_a_match(neighbour: dict[str, str]) -> None:
    make_elder()
    failed, matched = ask(neighbour, photo=portrait("somebody else")).json(), ask(neighbour).json()
    assert (failed["proof"], failed["closes_after_s"], failed["valid_until"]) == ("NONE", 10, None)
    assert (matched["proof"], matched["possible_causes"]) == ("FACE_MATCHED", [])


@pytest.mark.parametrize("path", BOTH)
def test_query_needs_a_photo_from_whoever_is_no_kin(neighbour: dict[str, str], path: str) -> None:
    make_elder()
    fields = {"name": ELDER_NAME} | question()
    for response in (post(path, fields, neighbour), post_form(path, fields, neighbour)):
        problem = assert_problem(response, 400, "invalid")
        assert [(e["field"], e["code"]) for e in problem["errors"]] == [("photo", "photo_needed")]
        assert_documented(response, OPERATIONS[path])
    assert Lookup.objects.count() == 0
    assert ask(neighbour, path=path).status_code == 201


@pytest.mark.parametrize("path", BOTH)
@pytest.mark.parametrize(
    ("field", "sent", "code"),
    [
        ("name", "", "empty"),
        ("name", None, "required"),
        ("name", "赵1", "digits"),
        ("name", "赵\u202e德", "hidden_characters"),
        ("name", "赵" * 101, "too_long"),
        ("document_number", make_number()[:17], "wrong_length"),
        ("document_number", None, "required"),
        ("document_type", "99", "unknown_type"),
        ("photo", b"", "empty"),
        ("photo", b"not a picture", "wrong_format"),
        ("photo", portrait("elder")[:200], "damaged"),
        ("photo", portrait("elder").ljust(LARGEST_PHOTO_BYTES + 1, b"\0"), "too_many_bytes"),
    ],
)
def test_query_says_of_each_field_what_is_wrong(
    neighbour: dict[str, str], path: str, field: str, sent: Any, code: str
) -> None:
    make_elder()
    response = ask(neighbour, path=path, **{field: sent})
    problem = assert_problem(response, 400, "invalid")
    assert [(e["field"], e["code"]) for e in problem["errors"]] == [(field, code)]
    assert all(error["detail"].strip() for error in problem["errors"])
    assert ELDER_NAME not in response.content.decode()
    assert_documented(response, OPERATIONS[path])
    assert ask(neighbour, path=path).status_code == 201


def test_photo_of_just_2_mb_is_read(neighbour: dict[str, str]) -> None:
    make_elder()
    largest = portrait("elder").ljust(LARGEST_PHOTO_BYTES, b"\0")
    assert ask(neighbour, photo=largest).json()["proof"] == "FACE_MATCHED"


@pytest.mark.parametrize("path", BOTH)
def test_body_of_more_than_3_mb_is_refused_unread(neighbour: dict[str, str], path: str) -> None:
    make_elder()
    response = ask(neighbour, path=path, photo=b"\0" * 3_000_000)
    assert_problem(response, 413, "body_too_large")
    assert_documented(response, OPERATIONS[path])
    assert Lookup.objects.count() == 0
    assert ask(neighbour, path=path).status_code == 201


def test_json_takes_no_photo_and_parts_take_no_text_for_one(neighbour: dict[str, str]) -> None:
    fields = {"name": ELDER_NAME} | question()
    in_json = assert_problem(post(THIRD_PARTY, fields | {"photo": "data:"}, neighbour), 400, "invalid")
    assert [(e["field"], e["code"]) for e in in_json["errors"]] == [("photo", "unknown_field")]
    in_parts = assert_problem(post_form(THIRD_PARTY, fields | {"photo": "data:"}, neighbour), 400, "invalid")
    assert [(e["field"], e["code"]) for e in in_parts["errors"]] == [("photo", "invalid")]
    other = post_form(THIRD_PARTY, fields | {"portrait": picture(portrait("elder"))}, neighbour)
    assert other.status_code == 400
    assert Lookup.objects.count() == 0


@pytest.mark.parametrize("path", BOTH)
def test_query_needs_a_verified_account(neighbour: dict[str, str], path: str) -> None:
    make_elder()
    nobody = bearer(make_account("+8613900000077", at=AT), at=AT)
    refused = ask(nobody, path=path)
    assert_problem(refused, 409, "not_verified")
    assert_documented(refused, OPERATIONS[path])
    assert ask(neighbour, path=path).status_code == 201


@pytest.mark.parametrize("path", BOTH)
def test_query_needs_a_token(path: str) -> None:
    assert_problem(post_form(path, {"name": ELDER_NAME} | question()), 401, "not_authenticated")
    assert Lookup.objects.count() == 0


@pytest.mark.usefixtures("_matcher_is_away")
@pytest.mark.parametrize("path", BOTH)
def test_query_says_when_to_try_again_while_the_matcher_is_away(neighbour: dict[str, str], path: str) -> None:
    make_elder()
    away = ask(neighbour, path=path)
    assert_problem(away, 503, "matcher_away")
    assert away.headers["Retry-After"] == "60"
    assert_documented(away, OPERATIONS[path])
    assert Lookup.objects.get().refusal == "MATCHER_AWAY"


def test_query_works_again_once_the_matcher_is_back(neighbour: dict[str, str]) -> None:
    make_elder()
    assert ask(neighbour).json()["proof"] == "FACE_MATCHED"


def test_eleventh_question_after_ten_failures_is_refused(neighbour: dict[str, str]) -> None:
    people = [make_document(date(1940 + each, 1, 1)) for each in range(11)]
    *within, beyond = [ask(neighbour, document) for document in people]
    assert {response.status_code for response in within} == {201}
    assert_problem(beyond, 429, "budget_spent")
    assert beyond.headers["Retry-After"] == str(14 * 3600)
