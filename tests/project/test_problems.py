"""Whatever goes wrong below /api/ is answered as problem details, in the language of the request."""

from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client
from django.urls import reverse

from lookup.api import catalogue
from tests.lookup.api.calls import assert_problem

pytestmark = pytest.mark.django_db

CALM = Client(raise_request_exception=False)
ADDRESSES = [
    "/api/v1/sessions",
    "/api/v1/sessions/current",
    "/api/v1/own-code",
    "/api/v1/assisted-queries",
    "/api/v1/queries/01814b5e-8a00-7c3a-9b1d-2f6f0c5a7e10",
    "/api/v1/status-codes",
    "/api/v1/checks",
]


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "options"])
@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1/", "/api/v1/nothing", "/api/v1/own-code/", "/api/v2/own-code", "/api/v1/李"]
)
def test_unknown_address_is_a_problem_for_every_method(path: str, method: str) -> None:
    problem = assert_problem(getattr(Client(), method)(path), 404, "not_found")
    assert problem["title"] == "Not Found"


def test_unknown_page_stays_a_page() -> None:
    response = Client().get("/nothing")
    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize("method", ["put", "patch", "options", "trace"])
def test_wrong_method_is_a_problem_that_names_the_right_ones(path: str, method: str) -> None:
    response = getattr(Client(), method)(path)
    # An address with a token asks for it first.
    if response.status_code == 401:
        assert_problem(response, 401, "not_authenticated")
        return
    assert_problem(response, 405, "method_not_allowed")
    assert response.headers["Allow"]


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/*", "nonsense"])
def test_answer_in_another_media_type_is_refused(accept: str) -> None:
    assert_problem(Client().get("/api/v1/status-codes", headers={"Accept": accept}), 406, "not_acceptable")


@pytest.mark.parametrize(
    "accept", ["*/*", "application/json", "text/html, */*;q=0.8", "application/problem+json, application/*"]
)
def test_answer_is_json_for_whoever_takes_json(accept: str) -> None:
    response = Client().get("/api/v1/status-codes", headers={"Accept": accept})
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")


def test_fault_of_ours_is_a_problem_that_tells_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("number 11999920190615001X")

    monkeypatch.setattr(catalogue, "catalogue_json", fail)
    response = CALM.get("/api/v1/status-codes")
    assert_problem(response, 500, "broken")
    assert b"119999" not in response.content
    monkeypatch.undo()
    assert CALM.get("/api/v1/status-codes").status_code == 200


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_lost_database_is_503_with_the_time_to_come_back(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise error("server closed the connection")

    monkeypatch.setattr(catalogue, "catalogue_json", fail)
    response = CALM.get("/api/v1/status-codes")
    assert_problem(response, 503, "out_of_service")
    assert response.headers["Retry-After"] == "5"


@pytest.mark.parametrize(("language", "given"), [("zh-CN", "zh-Hans"), ("en", "en"), ("fr", "zh-Hans")])
@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/own-code", "/api/v1/own-code%00"])
def test_problem_is_in_the_language_of_its_own_request(path: str, language: str, given: str) -> None:
    # The request before leaves its language in the thread.
    Client().get("/api/v1/status-codes", headers={"Accept-Language": "en" if given != "en" else "zh"})
    response = Client().get(path, headers={"Accept-Language": language})
    assert response.headers["Content-Language"] == given
    is_chinese = any("\u4e00" <= character <= "\u9fff" for character in response.json()["detail"])
    assert is_chinese == (given == "zh-Hans")


def test_problem_is_never_kept_by_a_cache() -> None:
    for path in ("/api/v1/nothing", "/api/v1/own-code", "/api/v1/status-codes", "/api/v1/own-code%00"):
        assert Client().get(path).headers["Cache-Control"] == "no-store"


def test_cookie_less_calls_set_no_cookie() -> None:
    for path in ADDRESSES:
        assert not Client().post(path, "{}", content_type="application/json").cookies


def test_metrics_count_views_and_name_nobody() -> None:
    number = "11999920190615001X"
    Client().get(f"/api/v1/queries/{number}")
    Client().get(f"/api/v1/nothing/{number}")
    response: Any = Client().get(reverse("prometheus-django-metrics"))
    assert response.status_code == 200
    assert b"django_http_requests_total_by_view_transport_method" in response.content
    assert number.encode() not in response.content
