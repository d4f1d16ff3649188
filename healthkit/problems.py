"""How the API says no: every error as RFC 9457 problem details with a stable code."""

from http import HTTPStatus
from typing import Any

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_lazy as _
from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler
from drf_standardized_errors.types import ErrorResponse
from rest_framework import exceptions
from rest_framework.response import Response

from healthkit.language import language_tag

# DRF's own sentences name parts and not what to do, and some repeat what was sent.
_OWN_WORDS = {
    exceptions.NotAuthenticated: _("Please sign in: this address needs an Authorization header."),
    exceptions.PermissionDenied: _("This address is not open to whoever signed in."),
    exceptions.NotFound: _("There is nothing at this address. Please compare it with /api/docs/."),
    exceptions.MethodNotAllowed: _("This address does not take this method. Please see the Allow header."),
    exceptions.NotAcceptable: _("Answers are JSON only. Please send Accept: application/json."),
    exceptions.UnsupportedMediaType: _("Please send the body as JSON, with Content-Type: application/json."),
    exceptions.APIException: _(
        "Something broke on our side. Nothing was changed. Please try again in a moment."
    ),
}


class OutOfService(exceptions.APIException):
    """A part that the answer needs is away."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE
    default_code = "out_of_service"
    default_detail = _("The service is out of reach for a moment. Please try again in a few seconds.")
    wait = 5


class ProblemExceptionHandler(ExceptionHandler):
    """Give each error its media type, its language, and a lost database its 503."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        """Turn a lost or refused database connection into 503, as the middleware does for pages."""
        if isinstance(exc, OperationalError | InterfaceError):
            return OutOfService()
        return super().convert_known_exceptions(exc)

    def get_response(self, exc: exceptions.APIException, data: dict[str, Any]) -> Response:
        """Return the problem as a response."""
        response = super().get_response(exc, data)
        response.content_type = "application/problem+json"
        response["Content-Language"] = language_tag()
        return response


class ProblemFormatter(ExceptionFormatter):
    """Write an error as RFC 9457 problem details with a stable code and the fields at fault."""

    def format_error_response(self, error_response: ErrorResponse) -> dict[str, Any]:
        """Return the members of the problem; ``errors`` is for fields alone."""
        errors = error_response.errors
        status = HTTPStatus(self.exc.status_code)
        are_fields = isinstance(self.exc, exceptions.ValidationError)
        # By exact class: a refusal of our own brings its own sentence.
        own_words = _OWN_WORDS.get(type(self.exc))
        details = [str(own_words)] if own_words else [str(error.detail) for error in errors]
        code = "invalid" if are_fields else "broken" if type(self.exc) is exceptions.APIException else None
        code = code or str(errors[0].code)
        return {
            "type": f"urn:healthkit:problem:{code}",
            "title": status.phrase,
            "status": int(status),
            "code": code,
            "detail": " ".join(dict.fromkeys(details)),
            "errors": [
                {"field": error.attr, "code": error.code, "detail": str(error.detail)}
                for error in errors
                if are_fields
            ],
        }
