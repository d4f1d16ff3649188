"""Device keys: ``Authorization: Api-Key …`` finds the device at its site, or the answer is 401."""

import re
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

from identity.api.authentication import credentials
from lookup.models import Device, DeviceKey

CHALLENGE = 'Api-Key realm="healthkit"'

# As the library makes them: prefix of 8, full stop, secret of 32.
_KEY = re.compile(r"[A-Za-z0-9]{8}\.[A-Za-z0-9]{32}")


class InvalidKey(exceptions.AuthenticationFailed):
    """The key is malformed, unknown, expired or revoked: the four look alike."""

    default_code = "invalid_key"
    default_detail = _("This device key is not valid, or no longer. Please ask whoever runs the devices.")


class DeviceKeyAuthentication(BaseAuthentication):
    """Finds the device of a key; the device becomes ``request.auth``. The library itself only has 403."""

    def authenticate(self, request: Request) -> tuple[None, Device] | None:
        """Return the device, or None if another scheme or none was used; raises InvalidKey."""
        sent = credentials(request, "api-key")
        if sent is None:
            return None
        key = _living_key(sent) if _KEY.fullmatch(sent) else None
        if key is None:
            raise InvalidKey
        # The library's primary key contains the hash, so a key is named by its prefix.
        structlog.contextvars.bind_contextvars(key_prefix=key.prefix)
        return None, key.device

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
            "description": "A device's key: `Api-Key prefix.secret`. It is made in the admin and shown once.",
        }


class IsDevice(BasePermission):
    """Lets devices through."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Tell whether a living device key came with the request."""
        return isinstance(request.auth, Device)


def device_of(request: Request) -> Device:
    """Return the device behind a key; for views whose permission has let it through."""
    if not isinstance(request.auth, Device):
        raise exceptions.NotAuthenticated
    return request.auth


def _living_key(key: str) -> DeviceKey | None:
    try:
        found = DeviceKey.objects.select_related("device__site").get(
            prefix=key.partition(".")[0], revoked=False
        )
    except DeviceKey.DoesNotExist:
        return None
    expired = found.expiry_date is not None and found.expiry_date <= timezone.now()
    return found if not expired and found.is_valid(key) else None
