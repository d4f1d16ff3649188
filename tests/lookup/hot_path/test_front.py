"""In front of Django: the same answers, byte by byte, and everything odd handed on."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.handlers.wsgi import WSGIHandler

from lookup.gates import pool
from lookup.gates.pool import DatabaseAway, TooBusy
from lookup.hot_path import process
from lookup.hot_path.front import Front
from lookup.models import Device, DeviceKey, Lookup
from tests.lookup.api.calls import without_ids_and_times
from tests.lookup.api.story import AT, CHILD, make_child
from tests.lookup.gates.codes import make_code
from tests.lookup.hot_path.calls import Answer, call
from tests.makers import make_device_key, make_number

pytestmark = pytest.mark.django_db(transaction=True)

NOBODY = {"document_number": make_number(sequence=9)}


@pytest.fixture(autouse=True)
def _a_process_of_its_own() -> Iterator[None]:
    """Connections end with the test, whose tables are emptied after it."""
    with time_machine.travel(AT, tick=False):
        yield
    process.hot_process().pool.close()


@pytest.fixture
def key() -> str:
    """The key of a gate, and the child of the story on file."""
    make_child()
    return make_device_key()[1]


def behind(environ: Any, start_response: Any) -> Any:
    raise AssertionError("this call was handed on to Django")


ONLY_FRONT = Front(behind)
ONLY_DJANGO = WSGIHandler()


def both(path: str, body: Any, **options: Any) -> tuple[Answer, Answer]:
    """Return the answer of the hot path, which must not hand the call on, and of its twin in Django."""
    return tuple(call(path, body, through=each, **options) for each in (ONLY_FRONT, ONLY_DJANGO))


def assert_alike(one: Answer, other: Answer) -> None:
    assert one.status == other.status
    assert without_ids_and_times(one.body.decode()) == without_ids_and_times(other.body.decode())
    assert one.headers == other.headers


@pytest.mark.parametrize("language", ["", "en", "zh-CN", "fr", "x" * 500])
@pytest.mark.parametrize(
    "body", [CHILD, NOBODY, {"items": [CHILD, NOBODY, {"code": "x"}, 7], "staff_ref": "7"}]
)
def test_front_answers_as_its_twin_byte_by_byte(body: dict[str, Any], language: str, key: str) -> None:
    path = "checks/batch" if "items" in body else "checks"
    hot, slow = both(path, body, key=key, HTTP_ACCEPT_LANGUAGE=language)
    assert hot.status == (200 if "items" in body else 201)
    assert_alike(hot, slow)


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"[]", b'{"document_number": NaN}', b"\xff", b"[" * 2000, b'{"code": "\\ud800"}'),
        *(b'{"code": "\\u0000"}', b'{"code": "1", "code": "2"}', b" " * (1024 * 1024 + 1)),
        *({"code": "x" * 500_000}, {"document_number": "1"}, {"document_nr": "1"}, {**CHILD, "code": "x"}),
        *(
            {"document_number": "１１９９９９"},
            {**CHILD, "staff_ref": "x" * 41},
            {"code": "HKP1:" + "A" * 100},
        ),
    ],
)
def test_front_refuses_as_its_twin_byte_by_byte(body: Any, key: str) -> None:
    # The thread has another language from its last call.
    call("checks", NOBODY, HTTP_ACCEPT_LANGUAGE="en")
    hot, slow = both("checks", body, key=key)
    assert hot.status in (400, 413)
    assert_alike(hot, slow)
    assert not Lookup.objects.exists()
    assert call("checks", CHILD, key=key).status == 201


@pytest.mark.parametrize(
    "header", ["", "Basic eDp5", "Api-Key", "Api-Key x.y", "Bearer 1", "Api-Key " + "a" * 9000]
)
def test_front_asks_for_a_key_as_its_twin_does(header: str, key: str) -> None:
    hot, slow = both("checks", CHILD, HTTP_AUTHORIZATION=header)
    assert (hot.status, hot.headers["WWW-Authenticate"]) == (401, 'Api-Key realm="healthkit"')
    assert_alike(hot, slow)
    assert call("checks", CHILD, key=key).status == 201


def test_front_says_when_to_come_back_as_its_twin_does(key: str) -> None:
    Device.objects.update(checks_per_minute=1)
    assert call("checks", CHILD, key=key).status == 201
    hot, slow = both("checks", CHILD, key=key)
    assert (hot.status, hot.headers["Retry-After"]) == (429, "60")
    assert_alike(hot, slow)


@pytest.mark.parametrize(
    "odd",
    [
        {"QUERY_STRING": "a=1"},
        {"REQUEST_METHOD": "GET"},
        {"REQUEST_METHOD": "HEAD"},
        {"REQUEST_METHOD": "OPTIONS"},
        {"CONTENT_TYPE": "text/plain"},
        {"HTTP_ACCEPT": "text/html"},
        {"CONTENT_LENGTH": ""},
        {"HTTP_HOST": "elsewhere.example"},
        {"PATH_INFO": "/api/v1/checks/"},
    ],
)
def test_front_hands_on_what_is_odd(odd: dict[str, str], key: str) -> None:
    with pytest.raises(AssertionError, match="handed on"):
        call("checks", CHILD, key=key, through=ONLY_FRONT, **odd)
    answer = call("checks", CHILD, key=key, **odd)
    expected = {"GET": 405, "HEAD": 405, "OPTIONS": 405}.get(odd.get("REQUEST_METHOD", ""))
    assert answer.status == expected or answer.status in (201, 400, 404, 406, 415)
    if expected:
        assert answer.headers["Allow"] == "POST, OPTIONS"
    assert call("checks", CHILD, key=key).status == 201


def test_front_wants_tls_where_the_settings_do(key: str, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    with pytest.raises(AssertionError, match="handed on"):
        call("checks", CHILD, key=key, through=ONLY_FRONT)
    assert call("checks", CHILD, key=key, through=ONLY_FRONT, HTTP_X_FORWARDED_PROTO="https").status == 201


def test_front_checks_by_code_and_flags_it_at_another_site(key: str) -> None:
    code = make_code(make_child_key(), at=AT)
    _, mall = make_device_key(site="Mall")
    answers = [call("checks", {"code": code}, key=each, through=ONLY_FRONT).json for each in (key, mall)]
    assert [answer["verdict"] for answer in answers] == ["pass", "manual"]
    assert [answer["code"]["used_elsewhere"] for answer in answers] == [False, True]


def test_front_writes_what_its_twin_writes(key: str) -> None:
    ids = [answer.json["check_id"] for answer in both("checks", {**CHILD, "staff_ref": "7"}, key=key)]
    hot, slow = ({**Lookup.objects.filter(id=id).values().get(), "id": None} for id in ids)
    assert hot == slow
    assert hot["key_prefix"] == key[:8]


def test_front_forgets_a_revoked_key_within_seconds(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert call("checks", CHILD, key=key).status == 201
    DeviceKey.objects.update(revoked=True)
    from lookup.gates import memory

    assert memory.KEYS_FOR_S <= 5
    began = memory.time.monotonic()
    monkeypatch.setattr(memory.time, "monotonic", lambda: began + memory.KEYS_FOR_S)
    assert call("checks", CHILD, key=key).status == 401


@pytest.mark.parametrize(("fault", "code"), [(TooBusy, "too_busy"), (DatabaseAway, "out_of_service")])
def test_front_says_503_at_once_where_there_is_no_room_or_no_database(
    fault: type[Exception], code: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call("checks", CHILD, key=key).status == 201

    def fail(*_values: Any) -> Any:
        raise fault

    monkeypatch.setattr(pool.Lent, "run", fail)
    answer = call("checks", CHILD, key=key)
    assert (answer.status, answer.json["code"]) == (503, code)
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.headers["Cache-Control"] == "no-store"
    monkeypatch.undo()
    assert call("checks", CHILD, key=key).status == 201


def test_front_discloses_nothing_without_its_audit_row(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read = pool.Lent.run

    def refuse_to_write(lent: Any, statement: Any, values: Any) -> Any:
        if "append" in statement.name:
            raise DatabaseAway("OperationalError")
        return read(lent, statement, values)

    monkeypatch.setattr(pool.Lent, "run", refuse_to_write)
    answer = call("checks", CHILD, key=key)
    assert answer.status == 503
    assert "李" not in answer.body.decode()
    assert not Lookup.objects.exists()
    monkeypatch.undo()
    assert "李*" in call("checks", CHILD, key=key).body.decode()


def make_child_key() -> Any:
    from identity.models import Person

    return Person.objects.get().person_key
