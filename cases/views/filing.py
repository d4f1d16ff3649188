"""Filing a case from an answer with words of one's own."""

from http import HTTPStatus
from typing import assert_never
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cases import filing, wording
from cases.allowance import TooMuchToday
from cases.filing import CaseFiled, KindDoesNotFit
from cases.forms import CaseForm
from cases.views.my_cases import later, to_case
from identity.requests import SignedInRequest
from lookup import shown_again
from lookup.models import Lookup
from lookup.shown_again import NotYours


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def file_case(request: SignedInRequest, lookup_id: UUID) -> HttpResponse:
    """Ask what is wrong with an answer, and file it."""
    at = timezone.now()
    row = shown_again.row_of(request.user, lookup_id, at=at)
    if isinstance(row, NotYours):
        raise Http404
    unsettled = filing.is_unsettled(row)
    if request.method != "POST":
        initial = {"what": "STATUS_UNKNOWN"} if unsettled else {}
        return _page(request, row, CaseForm(unsettled=unsettled, initial=initial))
    form = CaseForm(request.POST, unsettled=unsettled)
    if not form.is_valid():
        return _page(request, row, form, status=HTTPStatus.BAD_REQUEST)
    match filing.file(request.user, lookup_id, form.complaint, at=at):
        case CaseFiled(case=case, removed=removed):
            return to_case(case.number, removed=removed)
        case NotYours():
            raise Http404
        case KindDoesNotFit():
            form.add_error("what", str(wording.kind_does_not_fit_text()))
            return _page(request, row, form, status=HTTPStatus.BAD_REQUEST)
        case TooMuchToday() as spent:
            form.add_error(None, str(wording.too_much_today_text()))
            page = _page(request, row, form, status=HTTPStatus.TOO_MANY_REQUESTS)
            return later(page, spent, at=at)
        case never:
            assert_never(never)


def _page(
    request: SignedInRequest, row: Lookup, form: CaseForm, *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    return render(request, "cases/file.html", {"form": form, "lookup_id": row.id}, status=status)
