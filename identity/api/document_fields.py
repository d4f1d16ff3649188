"""Documents and photos as the API takes them: the one reading for every call that asks for either."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, assert_never

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from civil_time import civil_date
from identity.document import (
    Document,
    DocumentProblem,
    DocumentType,
    MalformedDocument,
    is_born,
    parse_document,
)
from identity.face_match import PictureProblem, UnreadablePicture
from identity.strict_fields import StrictCharField
from identity.uploads import read_photo
from identity.wording import document_problem_text, picture_problem_text


# Text and no ChoiceField: which code is wrong, and why, identity.wording says better.
@extend_schema_field({"type": "string", "enum": [document_type.value for document_type in DocumentType]})
class DocumentTypeField(StrictCharField):
    """The official code of a document type."""


@extend_schema_field(OpenApiTypes.BINARY)
class PhotoField(serializers.FileField):
    """A photo; becomes its bytes, which stay in memory."""

    default_error_messages = {
        "required": _("This field is missing. Please send it."),
        "invalid": _("The photo is not a file. Please send it as one."),
    }

    def to_internal_value(self, data: Any) -> bytes:  # type: ignore[override]  # no file is kept
        """Return the bytes, or raise ValidationError with the sentence for what is wrong."""
        if not isinstance(data, UploadedFile):
            self.fail("invalid")
        match read_photo(data):
            case PictureProblem() as problem:
                text = str(picture_problem_text(UnreadablePicture(problem=problem)))
                raise serializers.ValidationError(text, code=problem.value.lower())
            case photo:
                return photo


def document_in(fields: Mapping[str, Any], *, at: datetime) -> Document:
    """Return the document of valid fields; raises ValidationError with a sentence for its field."""
    match parse_document(fields["document_number"], type=fields["document_type"]):
        case Document() as document:
            if is_born(document, civil_date(at)):
                return document
            raise _malformed(MalformedDocument(problem=DocumentProblem.NOT_YET_BORN))
        case MalformedDocument() as malformed:
            raise _malformed(malformed)
        case _ as never:
            assert_never(never)


def _malformed(malformed: MalformedDocument) -> ValidationError:
    type_is_at_fault = malformed.problem is DocumentProblem.UNKNOWN_TYPE
    detail = ErrorDetail(str(document_problem_text(malformed)), code=malformed.problem.value.lower())
    return ValidationError({"document_type" if type_is_at_fault else "document_number": [detail]})
