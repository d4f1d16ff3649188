"""The API of accounts: opening and closing a session, and the bearer token of a citizen's calls."""

import re
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib.auth import authenticate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from civil_time import SHANGHAI
from identity.accounts import close_session, open_session, session_of
from identity.models import ApiSession, User
from identity.strict_fields import StrictCharField, StrictSerializer

BEARER_CHALLENGE = 'Bearer realm="healthkit"'

_BEARER = re.compile(r"bearer +(?P<token>[A-Za-z0-9_-]{20,100})", re.IGNORECASE)


class InvalidToken(exceptions.AuthenticationFailed):
    """The token is malformed, unknown, expired or closed: the four look alike."""

    default_code = "invalid_token"
    default_detail = _("This token is not valid, or no longer. Please open a new session.")


class WrongCredentials(exceptions.APIException):
    """No such account, wrong password or closed account: the three look alike."""

    status_code = HTTPStatus.UNAUTHORIZED
    default_code = "wrong_credentials"
    default_detail = _(
        "Mobile number and password do not belong together. Please check both, and try again or reset the "
        "password."
    )
    auth_header = BEARER_CHALLENGE


class BearerAuthentication(BaseAuthentication):
    """Finds the session of ``Authorization: Bearer …``; the account becomes ``request.user``."""

    def authenticate(self, request: Request) -> tuple[User, ApiSession] | None:
        """Return account and session, or None if another scheme or none was used; raises InvalidToken."""
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if header.partition(" ")[0].lower() != "bearer":
            return None
        bearer = _BEARER.fullmatch(header)
        session = session_of(bearer["token"], at=timezone.now()) if bearer else None
        if session is None:
            raise InvalidToken
        return session.user, session

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge that goes with every 401."""
        return BEARER_CHALLENGE


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Documents the bearer token."""

    target_class = "identity.api.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the scheme as OpenAPI writes it."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "The token of `POST /api/v1/sessions`, for citizens.",
        }


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


class Sessions(APIView):
    """Opening a session."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    problems = {
        HTTPStatus.UNAUTHORIZED: (
            "wrong_credentials",
            "Unknown mobile number, wrong password or closed account; the three look alike.",
        )
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
            OpenApiExample(
                "session",
                value={
                    "token": "Zk3v1yq0mB2s9w7XcR5tLh8uJd4fNg6aPe0iKoQxWz1",
                    "expires_at": "2022-06-10T22:00:00+08:00",
                },
                response_only=True,
                status_codes=["201"],
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        """Open a session for a mobile number and its password."""
        fields = SignInSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        mobile, password = fields.validated_data["mobile"], fields.validated_data["password"]
        user = authenticate(request, username=mobile, password=password)
        if not isinstance(user, User):
            raise WrongCredentials
        opened = open_session(user, at=timezone.now())
        body = {"token": opened.token, "expires_at": rfc3339(opened.expires_at)}
        return Response(body, status=HTTPStatus.CREATED)


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


def asker_of(request: Request) -> User:
    """Return the account behind a bearer token; for views whose permission has let it through."""
    if not isinstance(request.user, User):
        raise exceptions.NotAuthenticated
    return request.user


def rfc3339(at: datetime) -> str:
    """Return an instant as the API writes it: whole seconds, Shanghai time, ``+08:00``."""
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")


def _session_of(request: Request) -> ApiSession:
    if not isinstance(request.auth, ApiSession):
        raise exceptions.NotAuthenticated
    return request.auth
