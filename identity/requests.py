"""The type of a request behind login_required."""

from django.http import HttpRequest

from identity.models import User


class SignedInRequest(HttpRequest):
    """A request whose account is known, for views that only signed-in people reach."""

    user: User
