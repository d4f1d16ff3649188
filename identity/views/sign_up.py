"""Signing up in the browser: the mobile number, then code, password, name, document and photo."""

from http import HTTPStatus
from typing import assert_never

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from civil_time import civil_date
from identity import account_wording, sign_up
from identity.account_forms import MobileForm, SignUpForm
from identity.face_match import UnreadablePicture
from identity.masking import mask_mobile
from identity.models import OneTimeCode, User
from identity.views import typed_mobile
from identity.views.see_other import SeeOther
from identity.wording import picture_problem_text

MATCHER_BACK_AFTER_S = 60
_PURPOSE = OneTimeCode.Purpose.SIGN_UP


@require_http_methods(["GET", "HEAD", "POST"])
def ask_to_sign_up(request: HttpRequest) -> HttpResponse:
    """Take the mobile number and have a code sent, whatever the number."""
    if request.user.is_authenticated:
        return SeeOther(reverse("home"))
    if request.method != "POST":
        return render(request, "identity/sign_up.html", {"form": MobileForm()})
    form = MobileForm(request.POST)
    if not form.is_valid():
        return render(request, "identity/sign_up.html", {"form": form}, status=HTTPStatus.BAD_REQUEST)
    mobile = form.cleaned_data["mobile"]
    sign_up.ask_for_code(mobile, language=get_language() or "", at=timezone.now())
    typed_mobile.keep(request, _PURPOSE, mobile)
    return SeeOther(reverse("sign-up-confirm"))


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_sign_up(request: HttpRequest) -> HttpResponse:
    """Make the account and sign in; whatever was wrong stands beside the field or on top."""
    mobile = typed_mobile.kept(request, _PURPOSE)
    if mobile is None or request.user.is_authenticated:
        return SeeOther(reverse("sign-up"))
    at = timezone.now()
    if request.method != "POST":
        return _page(request, SignUpForm(today=civil_date(at)), mobile)
    form = SignUpForm(request.POST, request.FILES, today=civil_date(at))
    if not form.is_valid():
        return _page(request, form, mobile, status=HTTPStatus.BAD_REQUEST)
    try:
        outcome = sign_up.confirm(form.request(mobile), at=at)
    except OSError:
        return _matcher_away(request, form, mobile)
    match outcome:
        case User() as user:
            typed_mobile.drop(request, _PURPOSE)
            login(request, user, backend="identity.backends.mobile.MobileBackend")
            return SeeOther(reverse("home"))
        case sign_up.NotConfirmed():
            form.add_error(None, str(account_wording.not_confirmed_text()))
        case sign_up.IdentityNotConfirmed():
            form.add_error(None, str(account_wording.identity_not_confirmed_text()))
        case UnreadablePicture() as unreadable:
            form.add_error("photo", str(picture_problem_text(unreadable)))
        case _ as never:
            assert_never(never)
    return _page(request, form, mobile, status=HTTPStatus.BAD_REQUEST)


def _matcher_away(request: HttpRequest, form: SignUpForm, mobile: str) -> HttpResponse:
    form.add_error(None, str(account_wording.matcher_away_text()))
    response = _page(request, form, mobile, status=HTTPStatus.SERVICE_UNAVAILABLE)
    response["Retry-After"] = str(MATCHER_BACK_AFTER_S)
    return response


def _page(
    request: HttpRequest, form: SignUpForm, mobile: str, *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    page = {"form": form, "mobile": mask_mobile(mobile), "code_sent": account_wording.code_sent_text()}
    return render(request, "identity/sign_up_confirm.html", page, status=status)
