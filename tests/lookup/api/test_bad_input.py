"""Bad input at every address: one clear sentence, no 5xx, nothing stored, and the door still works."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from identity.models import ApiSession
from lookup.models import Lookup
from tests.lookup.api.calls import api_key, assert_problem, bearer, get, post
from tests.lookup.api.story import AT, CHILD
from tests.makers import PASSWORD, make_account, make_device_key, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

VECTORS = Path(__file__).resolve().parents[2] / "identity" / "document_vectors.json"
NUMBER = CHILD["document_number"]
BODIES: dict[str, dict[str, Any]] = {
    "sessions": {"mobile": "13900000001", "password": PASSWORD},
    "assisted-queries": {"document_number": NUMBER, "document_type": "10"},
    "checks": {"document_number": NUMBER, "document_type": "10"},
}
QUESTIONS = ["assisted-queries", "checks"]

Headers = dict[str, str]


@pytest.fixture
def headers_of() -> Callable[[str], Headers]:
    """Return what opens each address: a token, a device key, or nothing."""
    token = bearer(make_account(at=AT, person=make_person(at=AT)), at=AT)
    _, key = make_device_key()
    return lambda path: {"sessions": {}, "checks": api_key(key)}.get(path, token)


def rows() -> tuple[int, int]:
    return Lookup.objects.count(), ApiSession.objects.count()


def broken_bodies(good: dict[str, Any]) -> dict[str, bytes]:
    """Return bodies that are not what JSON or the contract calls an object, by what is wrong with them."""
    text = json.dumps(good)
    first = next(iter(good))
    return {
        "array": f"[{text}]".encode(),
        "null": b"null",
        "string": b'"hello"',
        "number": b"1",
        "true": b"true",
        "NaN": text.replace('"10"', "NaN").encode() if '"10"' in text else b'{"a": NaN}',
        "cut off": text[:-1].encode(),
        "two objects": f"{text}{text}".encode(),
        "trailing comma": f"{text[:-1]},}}".encode(),
        "not UTF-8": text.encode().replace(b"document", b"\xff\xfe") + b"\xff",
        "UTF-16": text.encode("utf-16"),
        "byte order mark": b"\xef\xbb\xbf" + text.encode(),
        "thousand brackets": b"[" * 1000 + b"]" * 1000,
        "thousand brackets in a field": f'{{"{first}": {"[" * 1000}{"]" * 1000}}}'.encode(),
        "hundred thousand brackets": b"[" * 100_000,
        "21 brackets": f'{{"{first}": {"[" * 21}{"]" * 21}}}'.encode(),
        "duplicate key": f'{text[:-1]}, "{first}": "x"}}'.encode(),
        "NUL escaped": f'{{"{first}": "\\u0000"}}'.encode(),
        "NUL as a byte": f'{{"{first}": "\0"}}'.encode(),
        "NUL in a name": f'{text[:-1]}, "\\u0000": "x"}}'.encode(),
        "lone surrogate": f'{{"{first}": "\\ud800"}}'.encode(),
        "low surrogate in a name": f'{text[:-1]}, "\\udc00": "x"}}'.encode(),
        "number of 10,000 digits": f'{{"{first}": {"1" * 10_000}}}'.encode(),
        "only NUL": b"\0" * 100,
    }


@pytest.mark.parametrize("path", BODIES)
def test_body_that_is_no_object_is_refused_and_stores_nothing(
    path: str, headers_of: Callable[[str], Headers]
) -> None:
    headers, before = headers_of(path), rows()
    for wrong, body in broken_bodies(BODIES[path]).items():
        response = post(path, body, headers)
        problem = assert_problem(response, 400, "parse_error")
        assert NUMBER not in response.content.decode(), wrong
        assert problem["errors"] == []
    assert rows() == before
    assert post(path, BODIES[path], headers).status_code == 201


@pytest.mark.parametrize("path", BODIES)
def test_empty_body_names_the_fields_that_are_missing(
    path: str, headers_of: Callable[[str], Headers]
) -> None:
    headers, before = headers_of(path), rows()
    for body in (b"", b"{}", b"  "):
        response = post(path, body, headers)
        if body == b"  ":
            assert_problem(response, 400, "parse_error")
            continue
        problem = assert_problem(response, 400, "invalid")
        assert {error["code"] for error in problem["errors"]} == {"required"}
    assert rows() == before


@pytest.mark.parametrize("path", BODIES)
def test_body_of_3_mb_is_refused_and_one_below_the_limit_is_read(
    path: str, headers_of: Callable[[str], Headers]
) -> None:
    headers, before = headers_of(path), rows()
    text = json.dumps(BODIES[path])
    assert_problem(post(path, text + " " * 3_000_000, headers), 413, "body_too_large")
    assert_problem(post(path, b"\0" * 3_000_000, headers), 413, "body_too_large")
    assert_problem(post(path, text + " " * (1024 * 1024 + 1 - len(text)), headers), 413, "body_too_large")
    assert rows() == before
    assert post(path, text + " " * (1024 * 1024 - len(text)), headers).status_code == 201


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "application/jsonx",
        "nonsense",
        "application/json/json",
    ],
)
def test_body_of_another_media_type_is_refused(
    path: str, content_type: str, headers_of: Callable[[str], Headers]
) -> None:
    headers, before = headers_of(path), rows()
    text = json.dumps(BODIES[path])
    assert_problem(post(path, text, headers, content_type=content_type), 415, "unsupported_media_type")
    assert rows() == before


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=gbk"]
)
def test_body_of_json_is_read_however_its_type_is_written(
    path: str, content_type: str, headers_of: Callable[[str], Headers]
) -> None:
    text = json.dumps(BODIES[path])
    assert post(path, text, headers_of(path), content_type=content_type).status_code == 201


@pytest.mark.parametrize("path", QUESTIONS)
@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"document_number": int(NUMBER[:17])}, "document_number", "invalid"),
        ({"document_number": 1.5}, "document_number", "invalid"),
        ({"document_number": True}, "document_number", "invalid"),
        ({"document_number": None}, "document_number", "null"),
        ({"document_number": [NUMBER]}, "document_number", "invalid"),
        ({"document_number": {"number": NUMBER}}, "document_number", "invalid"),
        ({"document_number": ""}, "document_number", "empty"),
        ({"document_number": "   "}, "document_number", "empty"),
        ({"document_number": NUMBER + "\n"}, "document_number", "hidden_characters"),
        ({"document_number": "\u200b" + NUMBER}, "document_number", "hidden_characters"),
        ({"document_number": "\u202e" + NUMBER}, "document_number", "hidden_characters"),
        ({"document_number": "٠" * 18}, "document_number", "foreign_digits"),
        ({"document_number": NUMBER[:17] + "Х"}, "document_number", "look_alike_letter"),
        ({"document_number": "😀" * 18}, "document_number", "wrong_characters"),
        ({"document_number": "119999150615001"}, "document_number", "fifteen_digits"),
        ({"document_number": NUMBER[:17]}, "document_number", "wrong_length"),
        ({"document_number": "1" * 100}, "document_number", "wrong_length"),
        ({"document_number": "1" * 101}, "document_number", "max_length"),
        ({"document_number": "1" * 10_000}, "document_number", "max_length"),
        ({"document_number": "119999201502300010"}, "document_number", "no_such_date"),
        ({"document_number": NUMBER[:16] + "99"}, "document_number", "wrong_check_digit"),
        ({"document_type": 10}, "document_type", "invalid"),
        ({"document_type": None}, "document_type", "null"),
        ({"document_type": ""}, "document_type", "blank"),
        ({"document_type": "99"}, "document_type", "unknown_type"),
        ({"document_type": "１０"}, "document_type", "unknown_type"),
        ({"document_type": "20"}, "document_number", "other_type"),
        ({"document_type": "x" * 10_000}, "document_type", "max_length"),
        ({"document_nr": NUMBER}, "document_nr", "unknown_field"),
        ({NUMBER: "x"}, "non_field_errors", "unknown_field"),
        ({"x" * 10_000: "x"}, "non_field_errors", "unknown_field"),
    ],
)
def test_question_names_the_field_that_is_wrong_and_repeats_nothing(
    path: str, change: dict[str, Any], field: str, code: str, headers_of: Callable[[str], Headers]
) -> None:
    headers = headers_of(path)
    response = post(path, BODIES[path] | change, headers)
    problem = assert_problem(response, 400, "invalid")
    assert [(error["field"], error["code"]) for error in problem["errors"]] == [(field, code)]
    assert problem["detail"] == problem["errors"][0]["detail"]
    assert NUMBER[:14] not in response.content.decode()
    assert len(response.content) < 1500
    assert Lookup.objects.count() == 0
    assert post(path, BODIES[path], headers).status_code == 201
    assert Lookup.objects.count() == 1


def test_check_takes_a_number_or_a_code_and_never_both_or_neither(
    headers_of: Callable[[str], Headers],
) -> None:
    headers = headers_of("checks")
    for body, field, code in (
        ({"document_number": NUMBER, "code": "HKP1:1"}, "code", "both"),
        ({"document_type": "10"}, "document_number", "required"),
        ({"code": None}, "code", "null"),
        ({"code": ""}, "code", "blank"),
        ({"document_number": NUMBER, "staff_ref": "x" * 41}, "staff_ref", "max_length"),
        ({"document_number": NUMBER, "staff_ref": "a\u200bb"}, "staff_ref", "unprintable"),
        ({"document_number": NUMBER, "staff_ref": ""}, "staff_ref", "blank"),
    ):
        problem = assert_problem(post("checks", body, headers), 400, "invalid")
        assert [(error["field"], error["code"]) for error in problem["errors"]] == [(field, code)]
    assert_problem(
        post("assisted-queries", {"code": "HKP1:1"}, headers_of("assisted-queries")), 400, "invalid"
    )
    assert Lookup.objects.count() == 0
    assert post("checks", {"document_number": NUMBER, "staff_ref": "三班 7"}, headers).status_code == 201
    assert Lookup.objects.get().staff_ref == "三班 7"


def test_number_of_a_foreigner_is_told_apart_by_the_number() -> None:
    _, key = make_device_key()
    # 18 characters that begin with 9: what foreigners' cards carry from December 2023.
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))["rejected"]
    [number] = [vector["raw"] for vector in vectors if vector.get("of_type") == "34" and "type" not in vector]
    body = {"document_number": number}
    problem = assert_problem(post("checks", body, api_key(key)), 400, "invalid")
    assert problem["errors"][0]["field"] == "document_number"
    assert problem["errors"][0]["code"] == "other_type"
    assert post("checks", {"document_number": NUMBER}, api_key(key)).status_code == 201


ADDRESSES = [
    ("post", "sessions"),
    ("delete", "sessions/current"),
    ("get", "own-code"),
    ("post", "assisted-queries"),
    ("get", "queries/01814b5e-8a00-7c3a-9b1d-2f6f0c5a7e10"),
    ("get", "status-codes"),
    ("post", "checks"),
]


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_nul_in_path_query_or_header_is_refused_everywhere(
    method: str, path: str, headers_of: Callable[[str], Headers]
) -> None:
    headers, before = headers_of(path), rows()

    def call(suffix: str = "", **more: str) -> Any:
        send = getattr(Client(), method)
        options: dict[str, Any] = {"content_type": "application/json"} if method == "post" else {}
        body = [json.dumps(BODIES[path])] if method == "post" else []
        return send(f"/api/v1/{path}{suffix}", *body, headers=headers | more, **options)

    assert_problem(call("%00"), 400, "malformed")
    assert_problem(call("?a=%00"), 400, "malformed")
    assert_problem(call("?%00=a"), 400, "malformed")
    assert_problem(call(**{"X-Anything": "a\0b"}), 400, "malformed")
    assert_problem(call(**{"Accept-Language": "en\0"}), 400, "malformed")
    assert_problem(call(Authorization="Bearer \0"), 400, "malformed")
    assert rows() == before
    expected = 404 if path.startswith("queries") else 204 if method == "delete" else 200
    assert call("?a=%20").status_code == (201 if method == "post" else expected)


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_odd_headers_and_queries_are_no_server_error(
    method: str, path: str, headers_of: Callable[[str], Headers]
) -> None:
    odd: list[Headers] = [
        {"Accept-Language": "x" * 10_000},
        {"Accept-Language": ",;q=,;;;" * 100},
        {"Accept": "*/*;q=nonsense"},
        {"X-Forwarded-For": "é" * 1000},
        {"Cookie": "django_language=../../etc; sessionid=" + "x" * 5000},
        {"Content-Encoding": "gzip"},
        {"X-HTTP-Method-Override": "DELETE"},
    ]
    headers = headers_of(path)
    for more in odd:
        body = [json.dumps(BODIES[path])] if method == "post" else []
        options: dict[str, Any] = {"content_type": "application/json"} if method == "post" else {}
        call = getattr(Client(), method)
        response = call(f"/api/v1/{path}?q=%ff%fe&q=1", *body, headers=headers | more, **options)
        assert response.status_code < 500, more


def test_get_with_a_body_ignores_it(headers_of: Callable[[str], Headers]) -> None:
    for path in ("own-code", "status-codes"):
        response = get(path, headers_of(path), data=None, CONTENT_TYPE="application/json")
        assert response.status_code == 200
