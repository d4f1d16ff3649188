"""Forms with a photo, as the API takes them: one file, each field once, nothing that no text may hold."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import IO, Any

from django.core.exceptions import SuspiciousOperation
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.parsers import DataAndFiles, MultiPartParser

from identity.uploads import LARGEST_BODY_BYTES


class FormTooLarge(exceptions.APIException):
    """The form with its photo is longer than LARGEST_BODY_BYTES."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "body_too_large"
    default_detail = _("The body is too large. Please send a photo of at most 2 MB.")


class StrictMultiPartParser(MultiPartParser):
    """multipart/form-data; no sentence of it repeats anything of the body."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> "DataAndFiles[Any, Any]":
        """Return fields and files; raises FormTooLarge or ParseError."""
        if _length_of(parser_context) > LARGEST_BODY_BYTES:
            raise FormTooLarge
        try:
            # DRF's own types want a plain dict; it is handed through.
            parsed: DataAndFiles[Any, Any] = super().parse(stream, media_type, dict(parser_context or {}))
        except (exceptions.ParseError, SuspiciousOperation):
            message = _("The body is not a form as multipart/form-data. Please send each field as one part.")
            raise exceptions.ParseError(message) from None
        for fields in (parsed.data, parsed.files):
            _check(fields)
        return parsed


def _length_of(parser_context: Mapping[str, Any] | None) -> int:
    request = (parser_context or {}).get("request")
    length = str(request.META.get("CONTENT_LENGTH", "") if request is not None else "")
    return int(length) if length.isascii() and length.isdigit() else 0


def _check(fields: Any) -> None:
    for name, values in fields.lists():
        if len(values) > 1:
            raise exceptions.ParseError(_("A field stands twice in the body. Please send each field once."))
        texts = (name, *(value for value in values if isinstance(value, str)))
        if any(_is_unspeakable(text) for text in texts):
            message = _(
                "The body contains a character that no text may hold: NUL or half a surrogate pair. "
                "Please leave it out."
            )
            raise exceptions.ParseError(message)


def _is_unspeakable(text: str) -> bool:
    return "\0" in text or any("\ud800" <= character <= "\udfff" for character in text)
