"""The API's common manners: strict JSON in, RFC 9457 problems out, closed unless opened."""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import IO, Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from drf_spectacular.openapi import AutoSchema
from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler
from drf_standardized_errors.types import ErrorResponse
from rest_framework import exceptions
from rest_framework.parsers import BaseParser
from rest_framework.permissions import BasePermission
from rest_framework.response import Response

DEEPEST_NESTING = 20


class Nobody(BasePermission):
    """The default permission: an endpoint that forgets to say who may call it stays closed."""

    def has_permission(self, request: Any, view: Any) -> bool:
        return False


class BodyTooLarge(exceptions.APIException):
    """The body is longer than DATA_UPLOAD_MAX_MEMORY_SIZE bytes."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "body_too_large"
    default_detail = _("The body is too large. Please send less than 1 MB.")


class OutOfService(exceptions.APIException):
    """A part that the answer needs is away."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE
    default_code = "out_of_service"
    default_detail = _("The service is out of reach for a moment. Please try again in a few seconds.")
    wait = 5


class StrictJSONParser(BaseParser):
    """JSON as RFC 8259 means it: no duplicate keys, NaN, NUL or lone surrogates, nested 20 deep at most."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise BodyTooLarge
        try:
            parsed = json.loads(
                body.decode("utf-8"), object_pairs_hook=_unique_keys, parse_constant=_refuse_constant
            )
            _check_values(parsed, depth=0)
        except (ValueError, RecursionError):
            # Neither the body nor the parser's message about it: both can hold a person's number.
            message = _("The body is not valid JSON. Please send one JSON object, each field once.")
            raise exceptions.ParseError(message) from None
        if not isinstance(parsed, dict):
            raise exceptions.ParseError(_("Please send one JSON object: { … }."))
        return parsed


class ProblemExceptionHandler(ExceptionHandler):
    """Give each error its media type, its language, and a lost database its 503."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, OperationalError | InterfaceError):
            return OutOfService()
        return super().convert_known_exceptions(exc)

    def get_response(self, exc: exceptions.APIException, data: dict[str, Any]) -> Response:
        response = super().get_response(exc, data)
        response.content_type = "application/problem+json"
        response["Content-Language"] = get_language() or ""
        return response


class ProblemFormatter(ExceptionFormatter):
    """Write an error as RFC 9457 problem details with a stable code and the fields at fault."""

    def format_error_response(self, error_response: ErrorResponse) -> dict[str, Any]:
        errors = error_response.errors
        status = HTTPStatus(self.exc.status_code)
        field_errors = isinstance(self.exc, exceptions.ValidationError)
        code = "invalid" if field_errors or status.is_server_error and not errors else str(errors[0].code)
        return {
            "type": f"urn:healthkit:problem:{code}",
            "title": status.phrase,
            "status": int(status),
            "code": code,
            "detail": " ".join(dict.fromkeys(str(error.detail) for error in errors)),
            "errors": [
                {"field": error.attr, "code": error.code, "detail": str(error.detail)}
                for error in errors
                if field_errors
            ],
        }


class ProblemAutoSchema(AutoSchema):
    """Document every operation's problems beside its answers."""


def _unique_keys(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError("a key stands twice")
        found[name] = value
    return found


def _refuse_constant(_name: str) -> None:
    raise ValueError("not a JSON number")


def _check_values(value: Any, *, depth: int) -> None:
    """Raise ValueError for what PostgreSQL cannot store or nobody would nest on purpose."""
    if depth > DEEPEST_NESTING:
        raise ValueError("nested too deep")
    match value:
        case str():
            value.encode()  # a lone surrogate raises UnicodeEncodeError, which is a ValueError
            if "\0" in value:
                raise ValueError("a NUL character")
        case dict():
            for name, item in value.items():
                _check_values(name, depth=depth + 1)
                _check_values(item, depth=depth + 1)
        case list():
            for item in value:
                _check_values(item, depth=depth + 1)
        case _:
            pass
