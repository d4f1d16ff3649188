"""Signing in and out in the browser."""

from http import HTTPStatus

from django.contrib.auth import views as auth_views
from django.http import HttpResponse

from identity.forms import SignInForm


class SignIn(auth_views.LoginView):
    """Django's sign-in, by mobile number."""

    form_class = SignInForm  # type: ignore[assignment]  # asks for a form with get_user, which it is
    template_name = "identity/sign_in.html"
    redirect_authenticated_user = True

    def form_invalid(self, form: SignInForm) -> HttpResponse:  # type: ignore[override]
        """Show the form again, with what was typed but the password, and say 400."""
        response = super().form_invalid(form)  # type: ignore[arg-type]
        response.status_code = HTTPStatus.BAD_REQUEST
        return response


class SignOut(auth_views.LogoutView):
    """Django's sign-out: by POST alone, so that no link can do it."""
