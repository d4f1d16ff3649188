"""What a question about somebody must carry, and how it becomes a Document."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, assert_never

from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from civil_time import civil_date
from identity.document import (
    Document,
    DocumentProblem,
    DocumentType,
    MalformedDocument,
    is_born,
    parse_document,
)
from identity.strict_fields import StrictCharField, StrictSerializer
from identity.wording import document_problem_text


# Text and no ChoiceField: which code is wrong, and why, identity.wording says better.
@extend_schema_field({"type": "string", "enum": [document_type.value for document_type in DocumentType]})
class DocumentTypeField(StrictCharField):
    """The official code of a document type."""


class QuestionSerializer(StrictSerializer):
    """About whom the question is."""

    document_number = StrictCharField(
        max_length=100,
        allow_blank=True,
        help_text="As it stands on the document: 18 characters with type 10. Spaces, full-width and "
        "lower-case characters are understood.",
    )
    document_type = DocumentTypeField(
        max_length=20,
        default=DocumentType.RESIDENT_ID.value,
        help_text="Official code: `10` resident identity card or residence permit, `14` mainland travel "
        "permit for Hong Kong and Macao residents, `15` mainland travel permit for Taiwan residents, `20` "
        "passport, `34` foreign permanent resident identity card.",
    )


def read_document(request: Request, *, at: datetime) -> Document:
    """Return the document that a request asks about; raises ValidationError with a sentence for its field."""
    question = QuestionSerializer(data=request.data)
    question.is_valid(raise_exception=True)
    return document_in(question.validated_data, at=at)


def document_in(fields: Mapping[str, Any], *, at: datetime) -> Document:
    """Return the document of a valid question; raises ValidationError with a sentence for its field."""
    match parse_document(fields["document_number"], type=fields["document_type"]):
        case Document() as document:
            if is_born(document, civil_date(at)):
                return document
            raise _refused(MalformedDocument(problem=DocumentProblem.NOT_YET_BORN))
        case MalformedDocument() as malformed:
            raise _refused(malformed)
        case _ as never:
            assert_never(never)


def field_error(field: str, *, text: str, code: str) -> ValidationError:
    """Return the error of one field, to be raised."""
    return ValidationError({field: [ErrorDetail(text, code=code)]})


def _refused(malformed: MalformedDocument) -> ValidationError:
    type_is_at_fault = malformed.problem is DocumentProblem.UNKNOWN_TYPE
    return field_error(
        "document_type" if type_is_at_fault else "document_number",
        text=str(document_problem_text(malformed)),
        code=malformed.problem.value.lower(),
    )
