"""The headers of the hot path: those that Django's own layers would set, worked out once."""

from collections.abc import Mapping
from functools import cache
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.utils.translation import to_locale

Headers = list[tuple[str, str]]

# These of MIDDLEWARE set headers that are the same for every answer.
_SETTING_HEADERS = (
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)


def headers_of_success(language: str, length: int) -> Headers:
    """Return the headers of an answer."""
    return [*_fixed("application/json", language), ("Content-Length", str(length))]


def headers_of_problem(language: str, length: int, own: Mapping[str, str]) -> Headers:
    """Return the headers of a refusal: the fixed ones, and its own (WWW-Authenticate, Retry-After)."""
    fixed = _fixed("application/problem+json", language)
    names = {name.lower() for name, _ in fixed}
    more = [(name, value) for name, value in own.items() if name.lower() not in names]
    return [*fixed, *more, ("Content-Length", str(length))]


@cache
def _fixed(content_type: str, language: str) -> Headers:
    answer = HttpResponse(content_type=content_type)
    answer["Vary"] = "Accept-Language"
    answer["Allow"] = "POST, OPTIONS"
    answer["Cache-Control"] = "no-store"
    answer["Content-Language"] = to_locale(language).replace("_", "-")
    request = _request()
    for path in _SETTING_HEADERS:
        middleware: Any = import_string(path)(lambda _request: answer)
        middleware(request)
    return list(answer.items())


def _request() -> HttpRequest:
    # As over TLS, which production asks for before it lets a call come here.
    environ = {"REQUEST_METHOD": "POST", "SERVER_NAME": "gate", "SERVER_PORT": "443", "wsgi.input": BytesIO()}
    environ["wsgi.url_scheme"] = "https"
    if settings.SECURE_PROXY_SSL_HEADER:
        name, value = settings.SECURE_PROXY_SSL_HEADER
        environ[name] = value
    return WSGIRequest(environ)
