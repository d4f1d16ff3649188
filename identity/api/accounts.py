"""Signing up: a code to the mobile number, then the proof of identity."""

from datetime import datetime
from http import HTTPStatus
from typing import assert_never

from django.utils import timezone
from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from identity import sign_up
from identity.accounts import open_session
from identity.api.account_refusals import IdentityNotConfirmed, MatcherAway, NotConfirmed
from identity.api.document_fields import document_in
from identity.api.multipart import StrictMultiPartParser
from identity.api.proof_fields import (
    CodeSentSerializer,
    MobileSerializer,
    NamedProofSerializer,
    unreadable_photo,
)
from identity.api.sessions import SESSION_EXAMPLE, SessionSerializer, session_json
from identity.api.times import rfc3339
from identity.face_match import UnreadablePicture
from identity.models import User
from identity.sign_up import SignUp

MOBILE_EXAMPLE = OpenApiExample("A mobile number", value={"mobile": "13900000001"}, request_only=True)
CODE_SENT_EXAMPLE = OpenApiExample(
    "Whatever the number",
    value={"expires_at": "2022-06-10T10:10:00+08:00"},
    response_only=True,
    status_codes=["202"],
)
PHOTO_PROBLEMS = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("body_too_large", "The body is larger than 3 MB."),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ("unsupported_media_type", "The body is not `multipart/form-data`."),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        "matcher_away",
        "Faces cannot be compared at the moment, or another part is away (`out_of_service`). No try is "
        "used up.",
    ),
}


class Accounts(APIView):
    """Asking for the code of a sign-up."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="sign_up",
        tags=["accounts"],
        summary="Ask for a code to sign up",
        description="Always the same answer, whether the number is new, has an account, or has had its 5 "
        "codes of the day. A number that has an account is sent a message that says so. Only the newest code "
        "is good, and there is a minute between two.",
        request=MobileSerializer,
        responses={202: OpenApiResponse(CodeSentSerializer, description="A message may be on its way.")},
        examples=[MOBILE_EXAMPLE, CODE_SENT_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Have a code sent."""
        fields = MobileSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        language = get_language() or ""
        expires_at = sign_up.ask_for_code(
            fields.validated_data["mobile"], language=language, at=timezone.now()
        )
        return Response({"expires_at": rfc3339(expires_at)}, status=HTTPStatus.ACCEPTED)


class ConfirmAccount(APIView):
    """Confirming a sign-up."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (StrictMultiPartParser,)
    problems = PHOTO_PROBLEMS | {
        HTTPStatus.BAD_REQUEST: (
            "identity_not_confirmed",
            "A field is malformed (`invalid`); the mobile number was not confirmed (`not_confirmed`: code "
            "wrong, old, used or tried 5 times, or the number has an account); or the identity was not "
            "(`identity_not_confirmed`, the same for every cause).",
        ),
    }

    @extend_schema(
        operation_id="confirm_sign_up",
        tags=["accounts"],
        summary="Confirm the mobile number and the identity",
        description="Makes the account, registers the person, and opens a session. A refusal uses up one of "
        "the 5 tries of the code; failed proofs of identity are also counted per person, mobile number and "
        "number range and day, and over the limit the refusal is the same.",
        request={"multipart/form-data": NamedProofSerializer},
        responses={
            201: OpenApiResponse(SessionSerializer, description="The account and a session are open.")
        },
        examples=[SESSION_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Make the account and open a session."""
        at = timezone.now()
        presented = _sign_up_in(request, at=at)
        try:
            outcome = sign_up.confirm(presented, at=at)
        except OSError:
            raise MatcherAway from None
        match outcome:
            case User() as user:
                return Response(session_json(open_session(user, at=at)), status=HTTPStatus.CREATED)
            case sign_up.NotConfirmed():
                raise NotConfirmed
            case sign_up.IdentityNotConfirmed():
                raise IdentityNotConfirmed
            case UnreadablePicture() as unreadable:
                raise unreadable_photo(unreadable)
            case _ as never:
                assert_never(never)


def _sign_up_in(request: Request, *, at: datetime) -> SignUp:
    fields = NamedProofSerializer(data=request.data)
    fields.is_valid(raise_exception=True)
    typed = fields.validated_data
    return SignUp(
        mobile=typed["mobile"],
        code=typed["code"],
        password=typed["password"],
        name=typed["name"],
        document=document_in(typed, at=at),
        photo=typed["photo"],
    )
