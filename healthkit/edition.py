"""The two editions of the pages: the standard one, and one for elders with larger letters."""

from enum import StrEnum

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

COOKIE = "edition"
_KEPT_FOR_S = 60 * 60 * 24 * 365


class Edition(StrEnum):
    """Which pages somebody wants; remembered by the browser alone."""

    STANDARD = "standard"
    ELDER = "elder"


@require_POST
def set_edition(request: HttpRequest) -> HttpResponse:
    """Keep the choice for a year, and lead back to the page it was made on."""
    response = HttpResponseRedirect(_way_back(request))
    response.set_cookie(
        COOKIE,
        _edition(request.POST.get("edition")),
        max_age=_KEPT_FOR_S,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def edition(request: HttpRequest) -> dict[str, str]:
    """Tell every template which edition to be; anything unknown is the standard one."""
    return {"edition": _edition(request.COOKIES.get(COOKIE))}


def _edition(wanted: str | None) -> Edition:
    return Edition.ELDER if wanted == Edition.ELDER else Edition.STANDARD


def _way_back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else reverse("home")
