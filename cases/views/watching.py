"""Watching an answer without filing a case: one tap, and a notice when there is something to tell."""

from http import HTTPStatus
from typing import assert_never
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from cases import watching
from cases.watching import NothingToWatch, TooManyWatches, Watching
from identity.requests import SignedInRequest
from identity.views.see_other import SeeOther
from lookup.shown_again import NotYours


@login_required
@require_POST
def watch_answer(request: SignedInRequest, lookup_id: UUID) -> HttpResponse:
    """Watch an own answer, and lead back to it; a second tap changes nothing."""
    match watching.watch(request.user, lookup_id, at=timezone.now()):
        case Watching() | NothingToWatch():
            return SeeOther(reverse("answer", args=[lookup_id]))
        case NotYours():
            raise Http404
        case TooManyWatches():
            page = {"lookup_id": lookup_id, "most": watching.MOST_WATCHES}
            return render(request, "cases/too_many_watches.html", page, status=HTTPStatus.CONFLICT)
        case never:
            assert_never(never)
