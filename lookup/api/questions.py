"""What a question about somebody must carry, and how it becomes a Document."""

from datetime import datetime

from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from identity.api.document_fields import DocumentTypeField, document_in
from identity.document import (
    Document,
    DocumentType,
)
from identity.strict_fields import StrictCharField, StrictSerializer

NUMBER_HELP = (
    "As it stands on the document: 18 characters with type 10. Spaces, full-width and lower-case characters "
    "are understood."
)
TYPE_HELP = (
    "Official code: `10` resident identity card or residence permit, `14` mainland travel permit for Hong "
    "Kong and Macao residents, `15` mainland travel permit for Taiwan residents, `20` passport, `34` foreign "
    "permanent resident identity card."
)


class QuestionSerializer(StrictSerializer):
    """About whom the question is."""

    document_number = StrictCharField(
        max_length=100,
        allow_blank=True,
        help_text=NUMBER_HELP,
    )
    document_type = DocumentTypeField(
        max_length=20,
        default=DocumentType.RESIDENT_ID.value,
        help_text=TYPE_HELP,
    )


def read_document(request: Request, *, at: datetime) -> Document:
    """Return the document that a request asks about; raises ValidationError with a sentence for its field."""
    question = QuestionSerializer(data=request.data)
    question.is_valid(raise_exception=True)
    return document_in(question.validated_data, at=at)


def field_error(field: str, *, text: str, code: str) -> ValidationError:
    """Return the error of one field, to be raised."""
    return ValidationError({field: [ErrorDetail(text, code=code)]})
