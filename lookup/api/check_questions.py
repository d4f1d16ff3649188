"""What a device sends: one question, or many in one call, and a word on who stands at the gate.

The serializers say what is right, and every error is theirs. A question that is plainly right is taken
without them: they cost more than the whole check.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from identity.api.document_fields import DocumentTypeField, document_in
from identity.document import DocumentType
from identity.strict_fields import StrictCharField, StrictSerializer
from lookup.api.questions import NUMBER_HELP, TYPE_HELP
from lookup.codes import read_code
from lookup.doors.checkpoint import Asked

MOST_ITEMS = 500
_LONGEST_NUMBER, _LONGEST_TYPE, _LONGEST_STAFF_REF = 100, 20, 40
# lookup.codes looks at the length of a code itself, and calls one that is too long malformed.
_LONGEST_CODE = 1024 * 1024


class CheckItemSerializer(StrictSerializer):
    """About whom the question is: a document number or a code, never both."""

    default_error_messages = {
        "both": _("There are a document number and a code here. Please send one of them."),
    }

    document_number = StrictCharField(
        max_length=_LONGEST_NUMBER, allow_blank=True, required=False, help_text=NUMBER_HELP
    )
    document_type = DocumentTypeField(
        max_length=_LONGEST_TYPE, default=DocumentType.RESIDENT_ID.value, help_text=TYPE_HELP
    )
    code = StrictCharField(
        max_length=_LONGEST_CODE,
        required=False,
        help_text="A rotating code as it was scanned, in place of a document number.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Raise ValidationError unless there is a number or a code, and not both."""
        if "document_number" in attrs and "code" in attrs:
            raise ValidationError({"code": [self.error_messages["both"]]}, code="both")
        if "document_number" not in attrs and "code" not in attrs:
            number = self.fields["document_number"]
            raise ValidationError({"document_number": [number.error_messages["required"]]}, code="required")
        return attrs


class StaffRefField(StrictCharField):
    """Whose shift it is at the gate."""

    default_error_messages = {
        "unprintable": _("There is a character here that cannot be seen. Please leave it out."),
    }

    def to_internal_value(self, data: Any) -> str:
        """Return the text; raises ValidationError for a character that cannot be printed."""
        text = super().to_internal_value(data)
        if not text.isprintable():
            self.fail("unprintable")
        return text


def _staff_ref() -> StaffRefField:
    return StaffRefField(
        max_length=_LONGEST_STAFF_REF,
        required=False,
        help_text="Who stands at the gate, as the site writes it: a shift or a staff id. Kept in the audit.",
    )


class CheckQuestionSerializer(CheckItemSerializer):
    """One question of a device."""

    staff_ref = _staff_ref()


class _AsSent(serializers.Field[Any, Any, Any, Any]):
    """A value as it was sent: each item is read by itself, so that a bad one does not sink the others."""

    def to_internal_value(self, data: Any) -> Any:
        return data


@extend_schema_field(CheckItemSerializer(many=True))
class ItemsField(serializers.ListField):
    """The questions of one call."""

    default_error_messages = {
        "required": _("This field is missing. Please send it."),
        "null": _("This field is null. Please send a list."),
        "not_a_list": _("This field is not a list. Please send a list of questions."),
        "empty": _("There is no question here. Please send at least one."),
        "max_length": _("There are too many questions here. Please send at most {max_length} in one call."),
    }
    child = _AsSent(allow_null=True)


class BatchSerializer(StrictSerializer):
    """Many questions of a device in one call."""

    items = ItemsField(allow_empty=False, max_length=MOST_ITEMS, help_text="At most 500.")
    staff_ref = _staff_ref()


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """The questions of one call as they were sent, and whose shift it is."""

    items: Sequence[Any] = field(repr=False)
    staff_ref: str = field(repr=False)


def read_question(body: Any, *, at: datetime) -> tuple[Asked, str]:
    """Return what a body asks, and whose shift it is; raises ValidationError for a field."""
    fields = body if _is_plain(body, _OF_A_QUESTION) else _validated(CheckQuestionSerializer, body)
    return _asked(fields, at=at), fields.get("staff_ref", "")


def read_item(item: Any, *, at: datetime) -> Asked:
    """Return what one item of a batch asks; raises ValidationError with a sentence for its field."""
    return _asked(item if _is_plain(item, _OF_AN_ITEM) else _validated(CheckItemSerializer, item), at=at)


def read_batch(body: Any) -> Batch:
    """Return the questions of a call, each as it was sent; raises ValidationError for the call itself."""
    fields = _validated(BatchSerializer, body)
    return Batch(items=fields["items"], staff_ref=fields.get("staff_ref", ""))


_OF_AN_ITEM: Mapping[str, int] = {
    "document_number": _LONGEST_NUMBER,
    "document_type": _LONGEST_TYPE,
    "code": _LONGEST_CODE,
}
_OF_A_QUESTION: Mapping[str, int] = {**_OF_AN_ITEM, "staff_ref": _LONGEST_STAFF_REF}


def _is_plain(fields: Any, longest: Mapping[str, int]) -> bool:
    """Tell whether the serializers would take these fields as they are; at the least doubt, no."""
    if type(fields) is not dict or ("document_number" in fields) == ("code" in fields):
        return False
    for name, value in fields.items():
        if name not in longest or type(value) is not str or not 0 < len(value) <= longest[name]:
            return False
    return "staff_ref" not in fields or _is_plain_text(fields["staff_ref"])


def _is_plain_text(text: str) -> bool:
    return text.isascii() and text.isprintable() and not text.isspace()


def _validated(serializer: type[StrictSerializer], body: Any) -> Mapping[str, Any]:
    read = serializer(data=body)
    read.is_valid(raise_exception=True)
    fields: Mapping[str, Any] = read.validated_data
    return fields


def _asked(fields: Mapping[str, Any], *, at: datetime) -> Asked:
    if "code" in fields:
        return read_code(fields["code"], at=at)
    document_type = fields.get("document_type", DocumentType.RESIDENT_ID.value)
    return document_in({**fields, "document_type": document_type}, at=at)
