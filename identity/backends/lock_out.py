"""How django-axes counts here: with `identity.lock_out`, and with nothing of a request but its address."""

from collections.abc import Mapping
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.http import HttpRequest

from identity import lock_out
from identity.models import User


class LockOutHandler(AxesDatabaseHandler):  # type: ignore[misc]
    """Takes a place before each try; keeps no user agent, path, form or log of who signed in."""

    def is_locked(self, request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> bool:
        """Count the try; True if there was no place left."""
        username = lock_out.username_of(request, credentials)
        return not lock_out.take_place(username, _address(request), at=request.axes_attempt_time)  # type: ignore[attr-defined]

    def user_login_failed(
        self, sender: Any, credentials: Mapping[str, Any], request: HttpRequest | None = None, **kwargs: Any
    ) -> None:
        """Remember whose try it was, for the answer; it was counted before it was made."""
        if request is not None:
            request.axes_credentials = credentials  # type: ignore[attr-defined]

    def user_logged_in(self, sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
        """Give the places of this address back."""
        lock_out.forgive(user.mobile_key, address=_address(request))

    def user_logged_out(self, sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
        """Write nothing down."""


def _address(request: HttpRequest) -> str:
    address: str = request.axes_ip_address  # type: ignore[attr-defined]
    return address
