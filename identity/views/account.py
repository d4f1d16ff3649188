"""One's own account: whose it is, how the pages look, and the way out."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from identity.requests import SignedInRequest


@login_required
@require_safe
def account(request: SignedInRequest) -> HttpResponse:
    """Show the account to its holder; name and numbers are masked here too, since others look on."""
    return render(request, "identity/account.html", {"person": request.user.person})
