"""The OpenAPI document: complete, accurate, valid; and the page that shows it."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from healthcode.facts import AlertKind
from healthcode.verdict import Reason, StatusCode, VaccinationState
from lookup.remedies import Remedy
from tests.lookup.api.calls import assert_documented, assert_fits, document, get, operation

MEDIA_TYPES = ("application/json", "application/problem+json", "multipart/form-data")


def routes(resolver: URLResolver, prefix: str = "/") -> list[tuple[str, Any]]:
    """Return every address below /api/v1/ with its view class."""
    found: list[tuple[str, Any]] = []
    for pattern in resolver.url_patterns:
        where = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += routes(pattern, where)
        elif isinstance(pattern, URLPattern) and where.startswith("/api/v1/"):
            found.append((where.replace("<str:", "{").replace(">", "}"), pattern.callback.cls))
    return found


def test_every_route_is_documented_with_every_method() -> None:
    described = {
        (path, method)
        for path, methods in document()["paths"].items()
        for method in methods
        if method != "parameters"
    }
    served = {
        (path, method)
        for path, view in routes(get_resolver())
        for method in ("get", "post", "put", "patch", "delete")
        if hasattr(view, method)
    }
    assert len(served) > 10
    assert described == served


def test_document_is_valid_and_gives_no_warning() -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO())
    assert document()["openapi"].startswith("3.1")


@pytest.mark.parametrize(
    "operation_id",
    [
        *("open_session", "close_session", "own_code", "ask_assisted", "show_again", "status_codes", "check"),
        *("give_consent", "ask_third_party", "ask_for_records", "ask_as_kin", "check_many"),
    ],
)
def test_operation_tells_its_problems_tags_and_words(operation_id: str) -> None:
    described = operation(operation_id)
    problems = {int(status) for status in described["responses"] if int(status) >= 400}
    needs_token = operation_id not in ("open_session", "status_codes")
    takes_body = "requestBody" in described
    assert {406, 500, 503} <= problems
    assert (401 in problems) == (needs_token or operation_id == "open_session")
    assert ({400, 413, 415} <= problems) == takes_body
    assert described["summary"]
    assert described["description"]
    assert described["tags"][0] in [tag["name"] for tag in document()["tags"]]
    scheme = {"check": "Api-Key", "check_many": "Api-Key"}.get(operation_id, "bearer")
    # An empty requirement says that the address is open.
    assert described.get("security", [{}]) == ([{scheme: []}] if needs_token else [{}])


def test_security_schemes_are_the_bearer_token_and_the_device_key() -> None:
    schemes = document()["components"]["securitySchemes"]
    assert (schemes["bearer"]["type"], schemes["bearer"]["scheme"]) == ("http", "bearer")
    assert (schemes["Api-Key"]["type"], schemes["Api-Key"]["name"]) == ("apiKey", "Authorization")


def test_every_example_fits_its_description_and_uses_nobody_s_number() -> None:
    held = 0
    for methods in document()["paths"].values():
        for described in methods.values():
            bodies = [described.get("requestBody", {}), *described["responses"].values()]
            for content in (body.get("content", {}) for body in bodies):
                for media_type in content:
                    assert media_type in MEDIA_TYPES
                    for example in content[media_type].get("examples", {}).values():
                        assert_fits(example["value"], content[media_type]["schema"])
                        number = example["value"].get("document_number", "119999")
                        assert number is None or number.startswith(("119999", "11*"))
                        held += 1
    assert held > 40


def test_requests_are_closed_to_unknown_fields() -> None:
    schemas = document()["components"]["schemas"]
    assert schemas["QuestionRequest"]["additionalProperties"] is False
    assert schemas["SignInRequest"]["additionalProperties"] is False


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_catalogue_lists_every_code_in_words(language: str) -> None:
    response = get("status-codes", {"Accept-Language": language})
    assert_documented(response, "status_codes")
    assert response.headers["Content-Language"] == language
    catalogue = response.json()
    assert [status["code"] for status in catalogue["statuses"]] == list(StatusCode)
    assert [reason["code"] for reason in catalogue["reasons"]] == list(Reason)
    assert [remedy["code"] for remedy in catalogue["remedies"]] == list(Remedy)
    assert [alert["kind"] for alert in catalogue["alerts"]] == list(AlertKind)
    assert [state["code"] for state in catalogue["vaccination_states"]] == list(VaccinationState)
    mended = [reason for remedy in catalogue["remedies"] for reason in remedy["reasons"]]
    assert sorted(mended) == sorted(Reason)
    assert catalogue["possible_causes"]


@pytest.mark.django_db
@pytest.mark.parametrize(("query", "media_type"), [("", "vnd.oai.openapi"), ("?format=json", "json")])
def test_document_is_served_to_anybody(query: str, media_type: str) -> None:
    response = Client().get(f"/api/schema/{query}")
    assert response.status_code == 200
    assert media_type in response.headers["Content-Type"]


@pytest.mark.django_db
def test_docs_page_has_no_inline_style_or_script() -> None:
    response = Client().get("/api/docs/")
    page = response.content.decode()
    assert response.status_code == 200
    assert "<style" not in page
    assert "style=" not in page
    assert "<script>" not in page
    assert "swagger-ui-bundle.js" in page
    script = Client().get("/api/docs/?script=")
    assert script.headers["Content-Type"].startswith("application/javascript")
    assert "'unsafe-eval'" not in response.headers["Content-Security-Policy"]
