"""The second step of the staff's sign-in, below /admin/second-step/: a code, and enrolling a phone.

Whoever comes here has given a password and may see nothing else yet.
"""

import math
from http import HTTPStatus
from typing import Any, cast

import django_otp
import segno
from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import user_passes_test
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from identity import second_factor
from identity.models import SecondFactor, User
from identity.second_factor import Enrolled, TooManyTries, WrongCode

_SHOWN_TO = "second step to enrol"
"""In a session: the factor whose enrolment code was given."""


def _is_colleague(user: User | AnonymousUser) -> bool:
    return user.is_active and user.is_staff


class CodeForm(forms.Form):
    """One code, from an app or from paper."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True}),
    )


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@user_passes_test(_is_colleague, login_url="admin:login")
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask for a code, and go on to where the colleague was going."""
    user = _colleague(request)
    if _is_verified(request):
        return HttpResponseRedirect(_next(request))
    if not django_otp.user_has_device(user):
        return HttpResponseRedirect(reverse("second-step-enrol"))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        outcome = second_factor.verify(user, form.cleaned_data["code"], at=timezone.now())
        if isinstance(outcome, SecondFactor):
            return _let_in(request, outcome)
        return _refused(request, form, outcome, "admin/identity/second_step.html")
    return _page(request, "admin/identity/second_step.html", form=form)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@user_passes_test(_is_colleague, login_url="admin:login")
def enrol(request: HttpRequest) -> HttpResponse:
    """Enrol a phone: the enrolment code, then the picture for the app, then the app's first code."""
    user = _colleague(request)
    if django_otp.user_has_device(user):
        return HttpResponseRedirect(reverse("second-step"))
    factor = _to_enrol(request, user)
    if factor is None:
        return _ask_enrolment_code(request, user)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        outcome = second_factor.enrol(user, form.cleaned_data["code"], at=timezone.now())
        if not isinstance(outcome, Enrolled):
            return _refused(request, form, outcome, "admin/identity/second_step_enrol.html", **_shown(factor))
        _open(request, outcome.factor)
        codes = outcome.recovery_codes
        return _page(request, "admin/identity/second_step_codes.html", codes=codes, next=_next(request))
    return _page(request, "admin/identity/second_step_enrol.html", form=form, **_shown(factor))


def _ask_enrolment_code(request: HttpRequest, user: User) -> HttpResponse:
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        outcome = second_factor.may_enrol(user, form.cleaned_data["code"], at=timezone.now())
        if not isinstance(outcome, SecondFactor):
            return _refused(request, form, outcome, "admin/identity/second_step_begin.html")
        request.session[_SHOWN_TO] = outcome.pk
        return HttpResponseRedirect(reverse("second-step-enrol"))
    return _page(request, "admin/identity/second_step_begin.html", form=form)


def _to_enrol(request: HttpRequest, user: User) -> SecondFactor | None:
    if not settings.SECOND_STEP_REQUIRED:
        return second_factor.begin(user, at=timezone.now())
    shown_to = request.session.get(_SHOWN_TO)
    return SecondFactor.objects.filter(user=user, confirmed=False, pk=shown_to).first() if shown_to else None


def _shown(factor: SecondFactor) -> dict[str, Any]:
    """Return the picture for the app, and the same to be typed."""
    picture = segno.make(second_factor.address_of(factor), error="m", micro=False)
    drawn = picture.svg_inline(scale=5, border=4, light="#fff", dark="#000", omitsize=False)
    secret = second_factor.secret_of(factor)
    in_fours = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return {"picture": mark_safe(drawn), "secret": in_fours}  # noqa: S308  # nosec: segno draws squares alone


def _let_in(request: HttpRequest, factor: SecondFactor) -> HttpResponse:
    _open(request, factor)
    return HttpResponseRedirect(_next(request))


def _open(request: HttpRequest, factor: SecondFactor) -> None:
    request.session.pop(_SHOWN_TO, None)
    # What somebody overheard before the second step is worth nothing after it.
    request.session.cycle_key()
    django_otp.login(request, factor)


def _refused(
    request: HttpRequest, form: CodeForm, refused: WrongCode | TooManyTries, template: str, **context: Any
) -> HttpResponse:
    match refused:
        case WrongCode():
            form.add_error(
                "code",
                _(
                    "This code was not accepted. A code of the app is good for half a minute, and each code "
                    "once. Please see whether the phone shows the right time, and type the next code."
                ),
            )
            return _page(request, template, form=form, status=HTTPStatus.BAD_REQUEST, **context)
        case TooManyTries(again_at=again_at):
            minutes = max(1, math.ceil((again_at - timezone.now()).total_seconds() / 60))
            text = _("Too many wrong codes. Please try again in %(minutes)s minutes.")
            form.add_error("code", text % {"minutes": minutes})
            page = _page(request, template, form=form, status=HTTPStatus.TOO_MANY_REQUESTS, **context)
            page["Retry-After"] = str(minutes * 60)
            return page


def _page(
    request: HttpRequest, template: str, *, status: int = HTTPStatus.OK, **context: Any
) -> HttpResponse:
    shared = {
        **admin.site.each_context(request),
        "title": _("One-time codes"),
        "is_nav_sidebar_enabled": False,
        "next": _next(request),
    }
    return TemplateResponse(request, template, shared | context, status=status)


def _colleague(request: HttpRequest) -> User:
    return cast("User", request.user)


def _is_verified(request: HttpRequest) -> bool:
    return bool(cast("Any", request.user).is_verified())


def _next(request: HttpRequest) -> str:
    asked = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if is_ours and asked.startswith("/admin/") else reverse("admin:index")


urlpatterns = [
    path("", second_step, name="second-step"),
    path("enrol/", enrol, name="second-step-enrol"),
]
