"""Which calls are plain enough to be answered in front of Django, and in which language."""

from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.http import parse_cookie
from django.http.request import split_domain_port, validate_host
from django.utils.translation import get_language_from_request

Environ = dict[str, Any]

_ACCEPTED = frozenset({"", "*/*", "application/json"})


def is_plain(environ: Environ) -> bool:
    """Tell whether nothing in a call is left for Django's layers to judge."""
    return (
        environ["REQUEST_METHOD"] == "POST"
        and not environ.get("QUERY_STRING")
        and environ.get("HTTP_ACCEPT", "") in _ACCEPTED
        and _is_json(environ.get("CONTENT_TYPE", ""))
        and environ.get("CONTENT_LENGTH", "").isdecimal()
        and _is_host_of_ours(environ.get("HTTP_HOST", ""))
        and _is_secure_enough(environ)
    )


def language_of(environ: Environ) -> str:
    """Return the language that Django would choose for a call."""
    cookie, accept = environ.get("HTTP_COOKIE", ""), environ.get("HTTP_ACCEPT_LANGUAGE", "")
    if cookie or len(accept) > _LONGEST_REMEMBERED:
        return _language(cookie, accept)
    return _language_by_header(accept)


_LONGEST_REMEMBERED = 100


@lru_cache(maxsize=256)
def _language_by_header(accept: str) -> str:
    return _language("", accept)


def _language(cookie: str, accept: str) -> str:
    request: Any = SimpleNamespace(COOKIES=parse_cookie(cookie), META={"HTTP_ACCEPT_LANGUAGE": accept})
    return get_language_from_request(request)


@lru_cache(maxsize=32)
def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "application/json"


@lru_cache(maxsize=64)
def _is_host_of_ours(host: str) -> bool:
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def _is_secure_enough(environ: Environ) -> bool:
    if not settings.SECURE_SSL_REDIRECT:
        return True
    if settings.SECURE_PROXY_SSL_HEADER:
        name, value = settings.SECURE_PROXY_SSL_HEADER
        return bool(environ.get(name) == value)
    return bool(environ["wsgi.url_scheme"] == "https")
