"""The OpenAPI document's common parts: every operation's problems, headers and the choice of language."""

from collections.abc import Collection
from http import HTTPStatus
from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

PROBLEM_JSON = "application/problem+json"

# Status: code, and when.
_OF_A_BODY = {
    HTTPStatus.BAD_REQUEST: ("invalid", "The body is malformed, or a field is; `errors` names the fields."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("body_too_large", "The body is larger than 1 MB."),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ("unsupported_media_type", "The body is not `application/json`."),
}
_OF_A_TOKEN = {
    HTTPStatus.UNAUTHORIZED: (
        "not_authenticated",
        "The token or key is missing, wrong, expired or revoked (`not_authenticated`, `invalid_token`, "
        "`invalid_key`).",
    )
}
_OF_EVERY_CALL = {
    HTTPStatus.NOT_ACCEPTABLE: ("not_acceptable", "`Accept` leaves no room for JSON."),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("broken", "A fault of ours."),
    HTTPStatus.SERVICE_UNAVAILABLE: ("out_of_service", "A part that the answer needs is away."),
}


class ProblemFieldSerializer(serializers.Serializer[Any]):
    """A field at fault."""

    field = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    detail = serializers.CharField(help_text="One sentence for people, in the language of the request.")


class ProblemSerializer(serializers.Serializer[Any]):
    """An error as RFC 9457 problem details."""

    type = serializers.CharField(help_text="`urn:healthkit:problem:` and the code.")
    title = serializers.CharField(help_text="The phrase of the status.")
    status = serializers.IntegerField(min_value=400, max_value=599)
    code = serializers.CharField(help_text="Stable; branch on this.")
    detail = serializers.CharField(help_text="For people, in the language of the request.")
    errors = ProblemFieldSerializer(  # type: ignore[assignment]  # the stubs take it for Serializer.errors
        many=True, help_text="The fields at fault; empty for everything else."
    )


class ProblemAutoSchema(AutoSchema):
    """Document every operation's problems beside its answers.

    A view adds its own as ``problems``: status to (code, when).
    """

    def get_override_parameters(self) -> list[OpenApiParameter]:  # type: ignore[override]
        """Return the headers that every call takes and gives."""
        problems = self._problems()
        return [
            OpenApiParameter(
                "Accept-Language",
                str,
                OpenApiParameter.HEADER,
                description="Language of all texts: `zh-Hans` (default) or `en`.",
            ),
            _response_header("Content-Language", "`zh-Hans` or `en`."),
            _response_header("WWW-Authenticate", "The scheme to use.", {401} & problems.keys()),
            _response_header("Retry-After", "Seconds to wait.", {429, 503} & problems.keys()),
        ]

    def _map_basic_serializer(self, serializer: Any, direction: Literal["request", "response"]) -> Any:
        schema = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if direction == "request":
            # As identity.strict_fields reads them.
            schema["additionalProperties"] = False
        return schema

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for status, (code, when) in sorted(self._problems().items()):
            bodies[str(int(status))] = self._get_response_for_code(  # type: ignore[no-untyped-call]
                OpenApiResponse(ProblemSerializer, description=when, examples=[_example(status, code)]),
                str(int(status)),
                [PROBLEM_JSON],
                direction,
            )
        return bodies

    def _problems(self) -> dict[int, tuple[str, str]]:
        takes_a_body = self.method in ("POST", "PUT", "PATCH") and self.get_request_serializer() is not None
        return {
            **_OF_EVERY_CALL,
            **(_OF_A_BODY if takes_a_body else {}),
            **(_OF_A_TOKEN if self.view.get_authenticators() else {}),
            **getattr(self.view, "problems", {}),
        }


def _example(status: int, code: str) -> OpenApiExample:
    of_a_field = {"field": "document_number", "code": "wrong_check_digit", "detail": "…"}
    problem = {
        "type": f"urn:healthkit:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "code": code,
        "detail": "…",
        "errors": [of_a_field] if code == "invalid" else [],
    }
    return OpenApiExample(
        code, value=problem, response_only=True, media_type=PROBLEM_JSON, status_codes=[str(int(status))]
    )


def _response_header(
    name: str, description: str, statuses: Collection[int] | None = None
) -> OpenApiParameter:
    """Return a header of the answers with these statuses; without statuses, of all."""
    # drf-spectacular reads an empty list as a header of the request.
    only = True if statuses is None else [int(status) for status in statuses] or [0]
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=description, response=only)
