"""Own code: what is my status?"""

from http import HTTPStatus
from typing import assert_never

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from identity.requests import SignedInRequest
from lookup.answer import Answer
from lookup.doors import own
from lookup.doors.own import NotVerified
from lookup.views.see_other import to_answer
from lookup.wording import not_verified_text


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own_code(request: SignedInRequest) -> HttpResponse:
    """Ask on POST, since every question leaves an audit row; on GET offer to."""
    if request.method != "POST":
        return render(request, "lookup/own_code.html")
    match own.ask(request.user, at=timezone.now()):
        case Answer() as answer:
            return to_answer(answer)
        case NotVerified():
            refusal = {"refusal": not_verified_text()}
            return render(request, "lookup/own_code.html", refusal, status=HTTPStatus.FORBIDDEN)
        case outcome:
            assert_never(outcome)
