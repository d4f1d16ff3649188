"""Opening and closing a session of a citizen's account."""

from http import HTTPStatus
from typing import Any

from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from identity import lock_out
from identity.accounts import OpenedSession, close_session, open_session
from identity.api.account_refusals import TooManyAttempts
from identity.api.authentication import BEARER_CHALLENGE, BearerAuthentication
from identity.api.times import rfc3339
from identity.client_address import client_address
from identity.models import ApiSession, User
from identity.strict_fields import StrictCharField, StrictSerializer


class WrongCredentials(exceptions.APIException):
    """No such account, wrong password or closed account: the three look alike."""

    status_code = HTTPStatus.UNAUTHORIZED
    default_code = "wrong_credentials"
    default_detail = _(
        "Mobile number and password do not belong together. Please check both, and try again or reset the "
        "password."
    )
    auth_header = BEARER_CHALLENGE


class SignInSerializer(StrictSerializer):
    """What opens a session."""

    mobile = StrictCharField(
        max_length=30, help_text="Mobile number; without a country code it is a Chinese one."
    )
    password = StrictCharField(max_length=200, help_text="The account's password.")


class SessionSerializer(serializers.Serializer[Any]):
    """A new session."""

    token = serializers.CharField(help_text="Shown once; send it as `Authorization: Bearer …`.")
    expires_at = serializers.DateTimeField(help_text="RFC 3339, `+08:00`; the token is dead from then on.")


SESSION_EXAMPLE = OpenApiExample(
    "session",
    value={
        "token": "Zk3v1yq0mB2s9w7XcR5tLh8uJd4fNg6aPe0iKoQxWz1",
        "expires_at": "2022-06-10T22:00:00+08:00",
    },
    response_only=True,
    status_codes=["201"],
)


class Sessions(APIView):
    """Opening a session."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    problems = {
        HTTPStatus.UNAUTHORIZED: (
            "wrong_credentials",
            "Unknown mobile number, wrong password or closed account; the three look alike.",
        ),
        HTTPStatus.TOO_MANY_REQUESTS: (
            "too_many_attempts",
            "Too many failures with this number from this address, whether or not it has an account. A reset "
            "of the password lifts it.",
        ),
    }

    @extend_schema(
        operation_id="open_session",
        tags=["sessions"],
        summary="Open a session",
        description="Returns the bearer token of a citizen's account. The token is shown once.",
        request=SignInSerializer,
        responses={201: OpenApiResponse(SessionSerializer, description="The session is open.")},
        examples=[
            OpenApiExample(
                "sign_in",
                value={"mobile": "13900000001", "password": "a long enough password"},
                request_only=True,
            ),
            SESSION_EXAMPLE,
        ],
    )
    def post(self, request: Request) -> Response:
        """Open a session for a mobile number and its password."""
        fields = SignInSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        mobile, password = fields.validated_data["mobile"], fields.validated_data["password"]
        # The plain request: the lock-out leaves its mark there, for the middleware too.
        plain = request._request
        user = authenticate(plain, username=mobile, password=password)
        if not isinstance(user, User):
            raise _refusal(plain, mobile)
        lock_out.forgive(user.mobile_key, address=client_address(plain))
        return Response(session_json(open_session(user, at=timezone.now())), status=HTTPStatus.CREATED)


class CurrentSession(APIView):
    """The session of the token that is sent."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="close_session",
        tags=["sessions"],
        summary="Close this session",
        description="The token of this call is dead from now on. Other sessions of the account stay open.",
        request=None,
        responses={204: OpenApiResponse(description="The session is closed.")},
    )
    def delete(self, request: Request) -> Response:
        """Close the session whose token was sent."""
        close_session(_session_of(request))
        return Response(status=HTTPStatus.NO_CONTENT)


def session_json(opened: OpenedSession) -> dict[str, str]:
    """Return a new session as the API writes it."""
    return {"token": opened.token, "expires_at": rfc3339(opened.expires_at)}


def _refusal(request: HttpRequest, mobile: str) -> exceptions.APIException:
    if not getattr(request, "axes_locked_out", False):
        return WrongCredentials()
    username, at = lock_out.username_of(request, {"username": mobile}), timezone.now()
    return TooManyAttempts(lock_out.again_at(username, client_address(request), at=at), at=at)


def _session_of(request: Request) -> ApiSession:
    if not isinstance(request.auth, ApiSession):
        raise exceptions.NotAuthenticated
    return request.auth
