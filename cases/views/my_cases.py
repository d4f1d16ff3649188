"""My cases: the list, and one of them with its timeline, where one writes and opens again."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from math import ceil
from typing import assert_never

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cases import filing, shown, wording
from cases.allowance import TooMuchToday
from cases.filing import CannotReopen, CaseIsClosed, NothingWritten, Written
from cases.forms import ReopenForm, TextForm
from cases.reference import read_reference
from cases.shown import CaseShown
from cases.views.case_lines import case_page
from identity.requests import SignedInRequest
from identity.views.notices import id_or_none
from identity.views.see_other import SeeOther
from lookup.shown_again import NotYours

_ROWS = 20
# In the address after a text was taken from which numbers were removed: how many. Nothing else stands there.
_REMOVED = "removed"


@login_required
@require_safe
def my_cases(request: SignedInRequest) -> HttpResponse:
    """Show the account's cases, newest first."""
    at, before = timezone.now(), id_or_none(request.GET.get("before", ""))
    rows = shown.page_of(request.user, before=before, limit=_ROWS + 1, at=at)
    older = rows[_ROWS - 1].id if len(rows) > _ROWS else None
    page = {"cases": [case_page(row, at=at) for row in rows[:_ROWS]], "older": older}
    return render(request, "cases/cases.html", page)


@login_required
@require_safe
def my_case(request: SignedInRequest, number: str) -> HttpResponse:
    """Show one case with its timeline."""
    removed = request.GET.get(_REMOVED, "")
    count = int(removed) if removed.isascii() and removed.isdecimal() and len(removed) < 4 else 0
    return _page(request, number, removed=count)


@login_required
@require_POST
def write_to_case(request: SignedInRequest, number: str) -> HttpResponse:
    """Add a text to an open case."""
    at, form = timezone.now(), TextForm(request.POST)
    if not form.is_valid():
        return _page(request, number, add=form, status=HTTPStatus.BAD_REQUEST)
    match filing.add(request.user, number_or_404(number), form.cleaned_data["text"], at=at):
        case Written(case=case, removed=removed):
            return to_case(case.number, removed=removed)
        case NotYours():
            raise Http404
        case NothingWritten():
            form.add_error("text", str(wording.nothing_written_text()))
            return _page(request, number, add=form, status=HTTPStatus.BAD_REQUEST)
        case CaseIsClosed():
            form.add_error(None, str(wording.case_is_closed_text()))
            return _page(request, number, add=form, status=HTTPStatus.CONFLICT)
        case TooMuchToday() as spent:
            form.add_error(None, str(wording.too_much_today_text()))
            return later(_page(request, number, add=form, status=HTTPStatus.TOO_MANY_REQUESTS), spent, at=at)
        case never:
            assert_never(never)


@login_required
@require_POST
def reopen_case(request: SignedInRequest, number: str) -> HttpResponse:
    """Open a closed case again."""
    at, form = timezone.now(), ReopenForm(request.POST)
    if not form.is_valid():
        return _page(request, number, reopen=form, status=HTTPStatus.BAD_REQUEST)
    match filing.reopen(request.user, number_or_404(number), form.cleaned_data["text"], at=at):
        case Written(case=case, removed=removed):
            return to_case(case.number, removed=removed)
        case NotYours():
            raise Http404
        case CannotReopen():
            form.add_error(None, str(wording.cannot_reopen_text()))
            return _page(request, number, reopen=form, status=HTTPStatus.CONFLICT)
        case TooMuchToday() as spent:
            form.add_error(None, str(wording.too_much_today_text()))
            page = _page(request, number, reopen=form, status=HTTPStatus.TOO_MANY_REQUESTS)
            return later(page, spent, at=at)
        case never:
            assert_never(never)


def to_case(number: str, *, removed: int = 0) -> SeeOther:
    """Redirect to a case; the address says its number and how many numbers were removed, no more."""
    address = reverse("case", args=[number])
    return SeeOther(f"{address}?{_REMOVED}={removed}" if removed else address)


def later(response: HttpResponse, spent: TooMuchToday, *, at: datetime) -> HttpResponse:
    """Say when to come back."""
    response["Retry-After"] = str(ceil((spent.again_at - at).total_seconds()))
    return response


def number_or_404(number: str) -> str:
    """Return the number of a case in its one form; typed otherwise it is the same."""
    read = read_reference(number)
    if read is None:
        raise Http404
    return read


@dataclass(frozen=True, kw_only=True)
class _Forms:
    """The forms below a timeline: one of them, or none."""

    add: Form | None
    reopen: Form | None


def _page(
    request: SignedInRequest,
    number: str,
    *,
    add: Form | None = None,
    reopen: Form | None = None,
    removed: int = 0,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    at = timezone.now()
    case = shown.find(request.user, number_or_404(number), at=at)
    if not isinstance(case, CaseShown):
        raise Http404
    page = case_page(case, at=at)
    forms = _Forms(
        add=add or (None if page.is_closed else TextForm()),
        reopen=reopen or (ReopenForm() if page.may_reopen else None),
    )
    context = {
        "case": page,
        "forms": forms,
        "removed": wording.numbers_removed_text(removed) if removed else None,
    }
    return render(request, "cases/case.html", context, status=status)
