"""Signing in by mobile number and password."""

from typing import Any
from uuid import UUID

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from identity.accounts import MobileProblem, parse_mobile
from identity.keyring import mobile_key
from identity.models import User

_NOBODY = UUID(int=0)


class MobileBackend(ModelBackend):
    """Finds the account by the key of its mobile number; a wrong number costs as much as a wrong password."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **credentials: Any,
    ) -> User | None:
        """Return the account of a mobile number (Django's forms call it username) and its password."""
        mobile = username if username is not None else credentials.get("mobile")
        if mobile is None or password is None:
            return None
        user = User.objects.filter(mobile_key=_key_or_nobody(mobile)).first()
        if user is None:
            # Hash once all the same, so that time does not tell which numbers have an account.
            User().set_password(password)
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None


def _key_or_nobody(mobile: str) -> UUID:
    match parse_mobile(mobile):
        case MobileProblem():
            return _NOBODY
        case str(number):
            return mobile_key(number)
