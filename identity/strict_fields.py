"""Request bodies read strictly: text is text, every text is bounded, and no field is unknown."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

# What may be repeated to the sender of a field that does not exist; anything else may be personal.
_PLAIN_FIELD_NAME = re.compile(r"[a-z][a-z_]{0,39}")


class StrictCharField(serializers.CharField):
    """Text of at most ``max_length`` characters, exactly as it was sent.

    DRF's own field takes numbers for text and trims it; a document number sent as a JSON number has lost
    its X or its last digits on the way, and a line break at its end is a mistake to be told about.
    """

    default_error_messages = {
        "required": _("This field is missing. Please send it."),
        "null": _("This field is null. Please send it as text in quotes."),
        "invalid": _("This field is not text. Please send it in quotes."),
        "blank": _("This field is empty. Please fill it in."),
        "max_length": _("This field is too long. Please send at most {max_length} characters."),
    }

    def __init__(self, *, max_length: int, **options: Any) -> None:
        super().__init__(max_length=max_length, trim_whitespace=False, **options)

    def to_internal_value(self, data: Any) -> str:
        """Return the text; a number or boolean is an error here and not a text."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class StrictSerializer(serializers.Serializer[Any]):
    """A request body in which an unknown field is an error, so that a misspelt one is never ignored."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the validated fields; raises ValidationError that names a field which does not exist."""
        if isinstance(data, Mapping):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                raise serializers.ValidationError(_unknown_field(unknown[0]), code="unknown_field")
        return super().to_internal_value(data)


def _unknown_field(name: str) -> dict[str, str]:
    if _PLAIN_FIELD_NAME.fullmatch(name):
        return {name: str(_("There is no field “%(name)s” here. Please leave it out.") % {"name": name})}
    return {"non_field_errors": str(_("There is a field here that does not exist. Please leave it out."))}
