"""The first page: what is new, one's own people within a tap, and the services as tiles."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from identity import notices
from identity.models import User
from lookup.own_people import wards_of

_NEWS = 2
_WARDS = 3
_NEW_FOR = timedelta(days=3)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what the service offers; whoever is not signed in is asked to."""
    return render(request, "lookup/home.html", _own_things(request))


def _own_things(request: HttpRequest) -> dict[str, Any]:
    user, at = request.user, timezone.now()
    if not isinstance(user, User):
        return {}
    wards = wards_of(user, at=at)
    told = notices.page_of(user, before=None, limit=_NEWS)
    return {
        "wards": wards[:_WARDS],
        "more_wards": len(wards) > _WARDS,
        "news": [notice for notice in told if at - notice.happened_at < _NEW_FOR],
    }
