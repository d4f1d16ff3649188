"""Resetting a password: a code to the mobile number, then document and face of the account's person."""

from datetime import datetime
from http import HTTPStatus
from typing import assert_never

from django.utils import timezone
from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from identity import password_reset
from identity.api.account_refusals import MatcherAway, ResetNotConfirmed
from identity.api.accounts import CODE_SENT_EXAMPLE, MOBILE_EXAMPLE, PHOTO_PROBLEMS
from identity.api.document_fields import document_in
from identity.api.multipart import StrictMultiPartParser
from identity.api.proof_fields import (
    CodeSentSerializer,
    MobileSerializer,
    ProofSerializer,
    unreadable_photo,
)
from identity.api.times import rfc3339
from identity.face_match import UnreadablePicture
from identity.password_reset import PasswordChanged, PasswordReset


class PasswordResets(APIView):
    """Asking for the code of a reset."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="reset_password",
        tags=["accounts"],
        summary="Ask for a code to reset the password",
        description="Always the same answer, whether or not the number has an account, and whether or not it "
        "has had its 5 codes of the day. A number without an account is sent a message that says so.",
        request=MobileSerializer,
        responses={202: OpenApiResponse(CodeSentSerializer, description="A message may be on its way.")},
        examples=[MOBILE_EXAMPLE, CODE_SENT_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Have a code sent."""
        fields = MobileSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        language = get_language() or ""
        expires_at = password_reset.ask_for_code(
            fields.validated_data["mobile"], language=language, at=timezone.now()
        )
        return Response({"expires_at": rfc3339(expires_at)}, status=HTTPStatus.ACCEPTED)


class ConfirmPasswordReset(APIView):
    """Confirming a reset."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (StrictMultiPartParser,)
    problems = PHOTO_PROBLEMS | {
        HTTPStatus.BAD_REQUEST: (
            "not_confirmed",
            "A field is malformed (`invalid`), or code, document or face are not those of an account "
            "(`not_confirmed`, the same for every cause).",
        ),
    }

    @extend_schema(
        operation_id="confirm_password_reset",
        tags=["accounts"],
        summary="Confirm mobile number, document and face, and set the password",
        description="The document and the photo must be those of the account's owner. Closes every session "
        "of the account, lifts its lock-out, and tells the owner. A refusal uses up one of the code's "
        "5 tries.",
        request={"multipart/form-data": ProofSerializer},
        responses={204: OpenApiResponse(description="The new password is in force.")},
    )
    def post(self, request: Request) -> Response:
        """Set the new password."""
        at = timezone.now()
        presented = _reset_in(request, at=at)
        try:
            outcome = password_reset.confirm(presented, at=at)
        except OSError:
            raise MatcherAway from None
        match outcome:
            case PasswordChanged():
                return Response(status=HTTPStatus.NO_CONTENT)
            case password_reset.ResetNotConfirmed():
                raise ResetNotConfirmed
            case UnreadablePicture() as unreadable:
                raise unreadable_photo(unreadable)
            case _ as never:
                assert_never(never)


def _reset_in(request: Request, *, at: datetime) -> PasswordReset:
    fields = ProofSerializer(data=request.data)
    fields.is_valid(raise_exception=True)
    typed = fields.validated_data
    return PasswordReset(
        mobile=typed["mobile"],
        code=typed["code"],
        password=typed["password"],
        document=document_in(typed, at=at),
        photo=typed["photo"],
    )
