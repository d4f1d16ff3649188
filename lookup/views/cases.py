"""From an answer to a case with one tap, through the port to whoever takes cases."""

from http import HTTPStatus
from math import ceil
from typing import assert_never
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from identity.requests import SignedInRequest
from identity.views.see_other import SeeOther
from lookup.case_desk import Filed, NeedsWords, NoSuchAnswer, TooManyCases, case_desk


@login_required
@require_POST
def case_of_answer(request: SignedInRequest, lookup_id: UUID) -> HttpResponse:
    """File a case about an unknown answer; a second tap leads to the same one.

    Without a floor under its time: it reads the asker's own audit row and nothing of the person.
    """
    at = timezone.now()
    match case_desk().file(request.user, lookup_id, at=at):
        case Filed(address=address) | NeedsWords(form_address=address):
            return SeeOther(address)
        case NoSuchAnswer():
            raise Http404
        case TooManyCases(again_at=again_at):
            page = {"lookup_id": lookup_id}
            response = render(
                request, "lookup/too_many_cases.html", page, status=HTTPStatus.TOO_MANY_REQUESTS
            )
            response["Retry-After"] = str(ceil((again_at - at).total_seconds()))
            return response
        case outcome:
            assert_never(outcome)
