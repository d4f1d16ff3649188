"""Who calls: the one reading of the Authorization header, and the bearer token of a citizen's calls."""

import re
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from identity.accounts import session_of
from identity.models import ApiSession, User

BEARER_CHALLENGE = 'Bearer realm="healthkit"'

_BEARER = re.compile(r"[A-Za-z0-9_-]{20,100}")


class InvalidToken(exceptions.AuthenticationFailed):
    """The token is malformed, unknown, expired or closed: the four look alike."""

    default_code = "invalid_token"
    default_detail = _("This token is not valid, or no longer. Please open a new session.")


def credentials_in(authorization: str, scheme: str) -> str | None:
    """Return what follows a scheme in an Authorization header; None if another scheme or none was used.

    Spaces in front of it are dropped; the rest is for the scheme to judge.
    """
    used, _space, rest = authorization.partition(" ")
    return rest.lstrip(" ") if used.lower() == scheme.lower() else None


class BearerAuthentication(BaseAuthentication):
    """Finds the session of ``Authorization: Bearer …``; the account becomes ``request.user``."""

    def authenticate(self, request: Request) -> tuple[User, ApiSession] | None:
        """Return account and session, or None if another scheme or none was used; raises InvalidToken."""
        token = credentials_in(str(request.META.get("HTTP_AUTHORIZATION", "")), "bearer")
        if token is None:
            return None
        session = session_of(token, at=timezone.now()) if _BEARER.fullmatch(token) else None
        if session is None:
            raise InvalidToken
        return session.user, session

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge that goes with every 401."""
        return BEARER_CHALLENGE


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Documents the bearer token."""

    target_class = "identity.api.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the scheme as OpenAPI writes it."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "The token of `POST /api/v1/sessions`, for citizens.",
        }


def asker_of(request: Request) -> User:
    """Return the account behind a bearer token; for views whose permission has let it through."""
    if not isinstance(request.user, User):
        raise exceptions.NotAuthenticated
    return request.user
