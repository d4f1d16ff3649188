"""An answer's page: while it lives its status, afterwards what stays of it."""

from http import HTTPStatus
from time import monotonic
from typing import Any, assert_never
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from identity.requests import SignedInRequest
from lookup import code_issue, floor
from lookup.answer import Answer
from lookup.case_desk import case_desk
from lookup.doors import third_party
from lookup.shown_again import Closed, NotYours, show_again, subject_of
from lookup.views.answer_page import AnswerPage, closed_page, living_page
from lookup.views.code_panel import code_panel
from lookup.views.see_other import to_answer

# Set by static/healthkit/site.js. With it the script closes the panel, and no reload interrupts reading.
SCRIPT_COOKIE = "script"


@login_required
@require_safe
def answer(request: SignedInRequest, lookup_id: UUID) -> HttpResponse:
    """Show an answer to its asker; 410 once its status has closed."""
    started, at = monotonic(), timezone.now()
    match show_again(request.user, lookup_id, at=at):
        case Answer() as found:
            # A HEAD shows nothing, so it must not void the code on a screen.
            shown = (
                code_issue.next_code(found, asker_id=request.user.id, at=at)
                if request.method == "GET"
                else None
            )
            code = code_panel(shown, at=at)
            page = living_page(found, at=at, code=code)
            response = render(request, "lookup/answer.html", _context(request, page))
            if SCRIPT_COOKIE not in request.COOKIES:
                response["Refresh"] = str(
                    page.closes_in if code is None else min(page.closes_in, code.next_in)
                )
            floor.hold(started, proof_is_kin=found.proof.is_kin)
            return response
        case Closed(answer=found):
            page = closed_page(found, at=at)
            response = render(request, "lookup/answer.html", _context(request, page), status=HTTPStatus.GONE)
            floor.hold(started, proof_is_kin=found.proof.is_kin)
            return response
        case NotYours():
            raise Http404
        case outcome:
            assert_never(outcome)


def _context(request: SignedInRequest, page: AnswerPage) -> dict[str, Any]:
    return {"page": page, "case": case_desk().beside(request.user, page.id)}


@login_required
@require_POST
def third_party_of_answer(request: SignedInRequest, lookup_id: UUID) -> HttpResponse:
    """Ask once more as kin about the person of an answer, through the third-party query: one tap."""
    subject_key = subject_of(request.user, lookup_id)
    if isinstance(subject_key, NotYours):
        raise Http404
    found = third_party.ask_as_kin(request.user, subject_key, at=timezone.now())
    if found is None:
        raise Http404
    return to_answer(found)
