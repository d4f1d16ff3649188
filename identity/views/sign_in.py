"""Signing in and out in the browser, and the page of somebody who has tried too often."""

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.contrib.auth import views as auth_views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from identity import lock_out
from identity.account_wording import password_changed_text, too_many_attempts_text
from identity.client_address import client_address
from identity.forms import SignInForm

PASSWORD_CHANGED = "password changed"
"""In a session: the next sign-in page says so, once."""


class SignIn(auth_views.LoginView):
    """Django's sign-in, by mobile number."""

    form_class = SignInForm  # type: ignore[assignment]  # asks for a form with get_user, which it is
    template_name = "identity/sign_in.html"
    http_method_names = ("get", "head", "post")
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what came of a reset just before."""
        was_changed = self.request.session.pop(PASSWORD_CHANGED, False)
        return super().get_context_data(**kwargs) | {"said": password_changed_text() if was_changed else ""}

    def form_invalid(self, form: SignInForm) -> HttpResponse:  # type: ignore[override]
        """Show the form again, with what was typed but the password, and say 400."""
        response = super().form_invalid(form)  # type: ignore[arg-type]
        response.status_code = HTTPStatus.BAD_REQUEST
        return response


class SignOut(auth_views.LogoutView):
    """Django's sign-out: by POST alone, so that no link can do it."""


def locked_out(
    request: HttpRequest, response: HttpResponse, credentials: Mapping[str, Any] | None
) -> HttpResponse:
    """Answer 429 to a locked-out try, on every page that signs in; the API has said so itself by then."""
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        return response
    at, username = timezone.now(), lock_out.username_of(request, credentials)
    again_at = lock_out.again_at(username, client_address(request), at=at)
    page = render(
        request,
        "identity/locked_out.html",
        {"sentence": too_many_attempts_text()},
        status=HTTPStatus.TOO_MANY_REQUESTS,
    )
    page["Retry-After"] = str(max(1, math.ceil((again_at - at).total_seconds())))
    return page
