"""What every request meets before a view: refusal of malformed ones, its log lines, no-store."""

import threading
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.translation import get_language_from_request, override
from django_structlog.middlewares import RequestMiddleware

from healthkit.errors import malformed_request, too_busy

GetResponse = Callable[[HttpRequest], HttpResponse]
_ALWAYS_LET_IN = frozenset({"/healthz", "/readyz", "/metrics"})


class RefuseMalformedRequests:
    """Answer 400 to a NUL byte or a lone surrogate in path, query or headers.

    PostgreSQL cannot store either, so further in they would show as a server error.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if any(_is_unspeakable(part) for part in self._texts_of(request)):
            # The language middleware comes later, and the thread still has the language of its last request.
            with override(get_language_from_request(request)):
                return malformed_request(request)
        return self.get_response(request)

    def _texts_of(self, request: HttpRequest) -> list[str]:
        headers = [value for name, value in request.META.items() if name.startswith("HTTP_")]
        query = request.META.get("QUERY_STRING", "")
        return [request.path, "\0" if "%00" in query else query, *map(str, headers)]


class RequestLog(RequestMiddleware):
    """Log each request with its id and its route: an address as typed may hold anybody's name."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Return method and route; what stands in path and query stays out."""
        try:
            route = f"/{resolve(request.path_info).route}"
        except Resolver404:
            route = "no such address"
        return f"{request.method} {route}"


class RoomForGates:
    """Let so many requests of people run at once in a process, so that its other threads are the gates' own.

    One more is told at once to come back: if it waited, it would hold a thread as well. Whoever asks
    whether the process is alive is always let in.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self._room = threading.BoundedSemaphore(settings.PEOPLE_AT_ONCE)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in _ALWAYS_LET_IN:
            return self.get_response(request)
        if not self._room.acquire(blocking=False):
            return too_busy(request)
        try:
            return self.get_response(request)
        finally:
            self._room.release()


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
