"""An answer's page: while it lives its status, afterwards what stays of it."""

from http import HTTPStatus
from typing import assert_never
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from identity.requests import SignedInRequest
from lookup.disclosure import Answer
from lookup.shown_again import Closed, NotYours, show_again
from lookup.views.answer_page import closed_page, living_page

# Set by static/healthkit/site.js. With it the script closes the panel, and no reload interrupts reading.
SCRIPT_COOKIE = "script"


@login_required
@require_safe
def answer(request: SignedInRequest, lookup_id: UUID) -> HttpResponse:
    """Show an answer to its asker; 410 once its status has closed."""
    at = timezone.now()
    match show_again(request.user, lookup_id, at=at):
        case Answer() as found:
            page = living_page(found, at=at)
            response = render(request, "lookup/answer.html", {"page": page})
            if SCRIPT_COOKIE not in request.COOKIES:
                response["Refresh"] = str(page.closes_in)
            return response
        case Closed(answer=found):
            page = closed_page(found, at=at)
            return render(request, "lookup/answer.html", {"page": page}, status=HTTPStatus.GONE)
        case NotYours():
            raise Http404
        case outcome:
            assert_never(outcome)
