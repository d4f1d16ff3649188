"""What proves a mobile number and an identity, as the API takes it."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError as Unfit
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from identity.account_wording import code_problem_text, mobile_problem_text
from identity.accounts import MobileProblem, parse_mobile
from identity.api.document_fields import DocumentTypeField, PhotoField
from identity.document import (
    DocumentType,
)
from identity.face_match import UnreadablePicture
from identity.names import LONGEST_NAME, MalformedName, parse_name
from identity.one_time_codes import parse_code
from identity.strict_fields import StrictCharField, StrictSerializer
from identity.wording import name_problem_text, picture_problem_text


class MobileSerializer(StrictSerializer):
    """To whom a code is sent."""

    mobile = StrictCharField(
        max_length=30, help_text="Mobile number; without a country code it is a Chinese one."
    )

    def validate_mobile(self, raw: str) -> str:
        """Return the number in E.164."""
        match parse_mobile(raw):
            case MobileProblem() as problem:
                raise serializers.ValidationError(str(mobile_problem_text()), code=problem.value.lower())
            case mobile:
                return mobile


class CodeSentSerializer(serializers.Serializer[Any]):
    """The same for every number."""

    expires_at = serializers.DateTimeField(help_text="RFC 3339, `+08:00`; a code is good until then.")


class ProofSerializer(MobileSerializer):
    """What proves mobile number and identity, and the new password."""

    code = StrictCharField(max_length=40, help_text="The 6 digits that were sent to the mobile number.")
    password = StrictCharField(
        max_length=200, help_text="The new password: 10 characters at least, not digits alone, no common one."
    )
    document_type = DocumentTypeField(
        max_length=20, default=DocumentType.RESIDENT_ID.value, help_text="Official code, as in other calls."
    )
    document_number = StrictCharField(
        max_length=100, allow_blank=True, help_text="Of the account's owner, as it stands on the document."
    )
    photo = PhotoField(
        help_text="Of the owner's face: JPEG or PNG, of at most 2 MB and 13 megapixels. It is not kept."
    )

    def validate_code(self, raw: str) -> str:
        """Return the six digits."""
        code = parse_code(raw)
        if code is None:
            raise serializers.ValidationError(str(code_problem_text()), code="malformed")
        return code

    def validate_password(self, password: str) -> str:
        """Return a password that Django's validators let through."""
        try:
            validate_password(password)
        except Unfit as unfit:
            raise serializers.ValidationError(" ".join(unfit.messages), code="password_unfit") from None
        return password


class NamedProofSerializer(ProofSerializer):
    """The same with a name."""

    name = StrictCharField(
        max_length=4 * LONGEST_NAME, allow_blank=True, help_text="As it stands on the document."
    )

    def validate_name(self, raw: str) -> str:
        """Return the name in its stored form."""
        match parse_name(raw):
            case MalformedName() as malformed:
                text, code = str(name_problem_text(malformed)), malformed.problem.value.lower()
                raise serializers.ValidationError(text, code=code)
            case name:
                return name


def unreadable_photo(unreadable: UnreadablePicture) -> ValidationError:
    """Return the error of a photo that nothing could be compared with, to be raised."""
    text, code = str(picture_problem_text(unreadable)), unreadable.problem.value.lower()
    return ValidationError({"photo": [ErrorDetail(text, code=code)]})
