"""What every request meets before a view: refusal of malformed ones, outages as 503, no-store."""

from collections.abc import Callable

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from healthkit.errors import malformed_request, out_of_service

GetResponse = Callable[[HttpRequest], HttpResponse]

log = structlog.get_logger(__name__)


class RefuseMalformedRequests:
    """Answer 400 to a NUL byte or a lone surrogate in path, query or headers.

    PostgreSQL cannot store either, so further in they would show as a server error.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if any(_is_unspeakable(part) for part in self._texts_of(request)):
            return malformed_request(request)
        return self.get_response(request)

    def _texts_of(self, request: HttpRequest) -> list[str]:
        headers = [value for name, value in request.META.items() if name.startswith("HTTP_")]
        query = request.META.get("QUERY_STRING", "")
        return [request.path, "\0" if "%00" in query else query, *map(str, headers)]


class DatabaseOutageIs503:
    """Answer 503 with Retry-After when PostgreSQL is away, so that clients come back."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn a lost or refused database connection into 503; leave every other exception alone."""
        if isinstance(exception, OperationalError | InterfaceError):
            log.error("database_unavailable", exception=type(exception).__name__)
            return out_of_service(request)
        return None


class NoStore:
    """Forbid every cache to keep a page or answer; static files are served before this runs."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response


def _is_unspeakable(text: str) -> bool:
    return "\0" in text or any("\ud800" <= character <= "\udfff" for character in text)
