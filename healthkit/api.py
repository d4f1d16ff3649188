"""How the API takes requests: strict JSON, and closed unless opened. Imported before DRF's views exist."""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import IO, Any

from django.conf import settings
from django.http import UnreadablePostError
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.parsers import BaseParser
from rest_framework.permissions import BasePermission

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


class StrictJSONParser(BaseParser):
    """JSON as RFC 8259 means it: no duplicate keys, NaN, NUL or lone surrogates, nested 20 deep at most.

    No sentence repeats the body, and neither does the parser's own message: both can hold a number.
    """

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the object of a body; raises BodyTooLarge or ParseError."""
        body = _read(stream)
        try:
            parsed = json.loads(
                body.decode("utf-8"), object_pairs_hook=_unique_keys, parse_constant=_refuse_constant
            )
        except RecursionError:
            raise _too_deep() from None
        except ValueError:
            message = _("The body is not valid JSON in UTF-8. Please send one JSON object.")
            raise exceptions.ParseError(message) from None
        _check_values(parsed, depth=0)
        if not isinstance(parsed, dict):
            raise exceptions.ParseError(_("The body is not a JSON object. Please send one: { … }."))
        return parsed


def _read(stream: IO[Any]) -> bytes:
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    try:
        body: bytes = stream.read(limit + 1)
    except UnreadablePostError:
        raise exceptions.ParseError(_("The body broke off. Please send the request again.")) from None
    if len(body) > limit:
        raise BodyTooLarge
    return body


def _unique_keys(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            message = _("A field stands twice in the body. Please send each field once.")
            raise exceptions.ParseError(message)
        found[name] = value
    return found


def _refuse_constant(_name: str) -> None:
    raise ValueError("not a JSON number")


def _check_values(value: Any, *, depth: int) -> None:
    """Raise ParseError for what PostgreSQL cannot store or nobody would nest on purpose."""
    if depth > DEEPEST_NESTING:
        raise _too_deep()
    match value:
        case str():
            if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
                message = _(
                    "The body contains a character that no text may hold: NUL or half a surrogate pair. "
                    "Please leave it out."
                )
                raise exceptions.ParseError(message)
        case dict():
            for name, item in value.items():
                _check_values(name, depth=depth + 1)
                _check_values(item, depth=depth + 1)
        case list():
            for item in value:
                _check_values(item, depth=depth + 1)
        case _:
            pass


def _too_deep() -> exceptions.ParseError:
    return exceptions.ParseError(_("The body is nested too deep. Please send one flat JSON object."))
