"""Device keys: ``Authorization: Api-Key …`` finds the gate of a device, or the answer is 401."""

import re
from datetime import datetime
from typing import Any

import structlog
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from identity.api.authentication import credentials_in
from lookup.gates.gate import Gate
from lookup.gates.memory import memory
from lookup.gates.statements import Run, run_on_django

CHALLENGE = 'Api-Key realm="healthkit"'

# As the library makes them: prefix of 8, full stop, secret of 32.
_KEY = re.compile(r"[A-Za-z0-9]{8}\.[A-Za-z0-9]{32}")


class InvalidKey(exceptions.AuthenticationFailed):
    """The key is malformed, unknown, not begun, expired or revoked: all look alike."""

    default_code = "invalid_key"
    default_detail = _("This device key is not valid, or no longer. Please ask whoever runs the devices.")


def gate_in(authorization: str, *, at: datetime, run: Run) -> Gate | None:
    """Return the gate that an Authorization header opens, or None if another scheme or none was used.

    Raises InvalidKey.
    """
    sent = credentials_in(authorization, "api-key")
    if sent is None:
        return None
    gate = memory.gate_of(sent, run, at=at) if _KEY.fullmatch(sent) else None
    if gate is None:
        raise InvalidKey
    return gate


class DeviceKeyAuthentication(BaseAuthentication):
    """Finds the gate of a key; it becomes ``request.auth``. The library itself only has 403."""

    def authenticate(self, request: Request) -> tuple[None, Gate] | None:
        """Return the gate, or None if another scheme or none was used; raises InvalidKey."""
        authorization = str(request.META.get("HTTP_AUTHORIZATION", ""))
        gate = gate_in(authorization, at=timezone.now(), run=run_on_django)
        if gate is None:
            return None
        # The library's primary key contains the hash, so a key is named by its prefix.
        structlog.contextvars.bind_contextvars(key_prefix=gate.key_prefix)
        return None, gate

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge that goes with every 401."""
        return CHALLENGE


class DeviceKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Documents the device key."""

    target_class = "lookup.api.authentication.DeviceKeyAuthentication"
    name = "Api-Key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the scheme as OpenAPI writes it."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "A device's key: `Api-Key prefix.secret`. It is shown once, when it is made.",
        }


class IsDevice(BasePermission):
    """Lets devices through."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Tell whether a living device key came with the request."""
        return isinstance(request.auth, Gate)


def gate_of(request: Request) -> Gate:
    """Return the gate behind a key; for views whose permission has let it through."""
    if not isinstance(request.auth, Gate):
        raise exceptions.NotAuthenticated
    return request.auth
