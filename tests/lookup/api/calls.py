"""How the tests call the API: one function a call, and each answer held against the OpenAPI document."""

import json
import re
from datetime import datetime
from functools import cache
from typing import Any

from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator

from identity.accounts import open_session
from identity.models import User

PROBLEM_JSON = "application/problem+json"


def bearer(user: User, *, at: datetime) -> dict[str, str]:
    """Return the headers of a signed-in account."""
    return {"Authorization": f"Bearer {open_session(user, at=at).token}"}


def api_key(key: str) -> dict[str, str]:
    """Return the headers of a device."""
    return {"Authorization": f"Api-Key {key}"}


def post(path: str, body: Any, headers: dict[str, str] | None = None, **options: Any) -> Any:
    """Send a body, JSON unless it is text or bytes already."""
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    content_type = options.pop("content_type", "application/json")
    return Client().post(f"/api/v1/{path}", data, content_type=content_type, headers=headers, **options)


def post_form(path: str, fields: dict[str, Any], headers: dict[str, str] | None = None) -> Any:
    """Send a body in parts, as a client with a photo does."""
    client = Client(raise_request_exception=False)
    return client.post(f"/api/v1/{path}", fields, headers=headers)


def get(path: str, headers: dict[str, str] | None = None, **options: Any) -> Any:
    return Client().get(f"/api/v1/{path}", headers=headers, **options)


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    plain: dict[str, Any] = json.loads(json.dumps(schema, default=str))
    return plain


@cache
def _strict_components() -> dict[str, Any]:
    """Return the components with every object closed, so that an undocumented field is an error."""
    components: dict[str, Any] = json.loads(json.dumps(document()["components"]))
    for schema in components["schemas"].values():
        if schema.get("type") == "object":
            schema["additionalProperties"] = False
    return components


def assert_fits(value: Any, schema: dict[str, Any]) -> None:
    """Hold a value against a schema of the document."""
    validator = Draft202012Validator({**schema, "components": _strict_components()})
    errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]
    assert errors == []


def assert_documented(response: Any, operation_id: str) -> None:
    """Hold status, media type, headers and body of a response against the document."""
    responses = operation(operation_id)["responses"]
    status = str(response.status_code)
    assert status in responses, f"{operation_id} may answer {status}, undocumented"
    for name in responses[status].get("headers", {}):
        assert name in response.headers, f"{operation_id} {status} lacks {name}"
    content = responses[status].get("content")
    if content is None:
        assert response.content == b""
        return
    media_type = response.headers["Content-Type"].partition(";")[0]
    assert_fits(response.json(), content[media_type]["schema"])


def operation(operation_id: str) -> dict[str, Any]:
    """Return an operation of the document by its id."""
    operations = [op for path in document()["paths"].values() for op in path.values()]
    return next(op for op in operations if op["operationId"] == operation_id)


def assert_problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """Return the problem of a response, which must be complete, in one language, and say something."""
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == PROBLEM_JSON
    assert response.headers["Content-Language"] in ("zh-Hans", "en")
    problem: dict[str, Any] = response.json()
    assert list(problem) == ["type", "title", "status", "code", "detail", "errors"]
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["type"] == f"urn:healthkit:problem:{code}"
    assert problem["detail"].endswith((".", "。")), problem["detail"]
    return problem


_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00")


def without_ids_and_times(text: str) -> str:
    """Return a text with its ids and times replaced by words of the same length."""
    return _TIME.sub("T" * 25, _ID.sub("I" * 36, text))
