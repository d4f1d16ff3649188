"""What a question by name and face must carry: multipart with a photo, or JSON from kin who send none."""

from datetime import datetime

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from identity.api.document_fields import PhotoField, document_in
from identity.names import MalformedName, parse_name
from identity.strict_fields import StrictCharField
from identity.wording import name_problem_text
from lookup.api.ids import uuid_in
from lookup.api.questions import QuestionSerializer
from lookup.doors.face_checked import Presented


@extend_schema_field(OpenApiTypes.UUID)
class ConsentField(StrictCharField):
    """The id of a consent."""


class NamedQuestionSerializer(QuestionSerializer):
    """About whom the question is, by a verified guardian who sends no photo."""

    name = StrictCharField(max_length=400, allow_blank=True, help_text="As it stands on the document.")

    def validate_name(self, raw: str) -> str:
        """Return the name in its stored form; raises ValidationError with the sentence for what is wrong."""
        match parse_name(raw):
            case MalformedName() as malformed:
                text, code = str(name_problem_text(malformed)), malformed.problem.value.lower()
                raise serializers.ValidationError(text, code=code)
            case name:
                return name


class FaceQuestionSerializer(NamedQuestionSerializer):
    """About whom the question is, and the photo that proves it."""

    photo = PhotoField(
        required=False,
        help_text="JPEG or PNG, of at most 2 MB and 13 megapixels. Verified guardians may leave it out.",
    )
    consent = ConsentField(
        max_length=100,
        required=False,
        allow_blank=True,
        help_text="The `id` of `POST /api/v1/consents`; needed with a photo.",
    )


def read_presented(request: Request, *, at: datetime) -> Presented:
    """Return what a request presents; raises ValidationError with a sentence for the field at fault."""
    has_parts = (request.content_type or "").startswith("multipart/")
    question = (FaceQuestionSerializer if has_parts else NamedQuestionSerializer)(data=request.data)
    question.is_valid(raise_exception=True)
    fields = question.validated_data
    return Presented(
        document=document_in(fields, at=at),
        name=fields["name"],
        photo=fields.get("photo"),
        # A malformed id is like one that there is not.
        consent_id=uuid_in(fields.get("consent", "")),
    )
