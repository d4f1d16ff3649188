"""The next code of an answer that is on a screen: a piece of its page, fetched before the old one ends."""

from http import HTTPStatus
from typing import assert_never
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from identity.requests import SignedInRequest
from lookup import code_issue
from lookup.answer import Answer
from lookup.shown_again import Closed, NotYours, show_again
from lookup.views.code_panel import code_panel


@login_required
@require_POST
def next_code(request: SignedInRequest, lookup_id: UUID) -> HttpResponse:
    """Show a new code beside a living answer; 410 once it has closed. Leaves no audit row: nothing is asked.

    POST, since each call voids the code before it.
    """
    at = timezone.now()
    match show_again(request.user, lookup_id, at=at):
        case Answer() as answer:
            code = code_panel(code_issue.next_code(answer, asker_id=request.user.id, at=at), at=at)
            if code is None:
                return HttpResponse(status=HTTPStatus.GONE)
            return render(request, "lookup/answer/code.html", {"code": code, "answer_id": lookup_id})
        case Closed():
            return HttpResponse(status=HTTPStatus.GONE)
        case NotYours():
            raise Http404
        case outcome:
            assert_never(outcome)
