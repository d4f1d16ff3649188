"""What the account was told, newest first."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from identity import notices as told
from identity.requests import SignedInRequest

_ROWS = 50


@login_required
@require_safe
def notices(request: SignedInRequest) -> HttpResponse:
    """Show a page of notices; ``before`` is the id at which the page before ended."""
    rows = told.page_of(request.user, before=id_or_none(request.GET.get("before", "")), limit=_ROWS + 1)
    older = rows[_ROWS - 1].id if len(rows) > _ROWS else None
    return render(request, "identity/notices.html", {"notices": rows[:_ROWS], "older": older})


def id_or_none(text: str) -> UUID | None:
    """Return the id that a text is; None, which is the newest, for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None
