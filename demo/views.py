"""The first minutes of a visitor: who is who in the demo, and signing in as any of them by a tap."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from demo.accounts import ACCOUNTS
from demo.checks import refuse_deployment
from demo.demo_file import content_of
from identity import keyring
from identity.models import User

_BACKEND = "identity.backends.mobile.MobileBackend"


@require_safe
def who_is_who(request: HttpRequest) -> HttpResponse:
    """Show the accounts, the people to ask about and the device key; all of them are invented."""
    return render(request, "demo/who_is_who.html", {"demo": content_of(settings.VAR_DIR / "demo.json")})


@require_POST
def sign_in_as(request: HttpRequest, role: str) -> HttpResponse:
    """Sign in as one of the demo's accounts without a password, and lead to where it works."""
    # These passwords stand in the README, so this opens nothing: but on a server nobody may try.
    refuse_deployment()
    account = next((each for each in ACCOUNTS if each.role == role), None)
    if account is None:
        raise Http404
    user = User.objects.filter(mobile_key=keyring.mobile_key(account.mobile), is_active=True).first()
    if user is None:
        raise Http404
    login(request, user, backend=_BACKEND)
    return HttpResponseRedirect(reverse("admin:index" if account.staff_role else "home"))
