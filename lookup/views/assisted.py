"""Assisted query for the old and the young: one question, one number."""

from datetime import datetime
from http import HTTPStatus
from math import ceil
from time import monotonic
from typing import assert_never
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from civil_time import civil_date
from identity.requests import SignedInRequest
from lookup import floor, own_people
from lookup.answer import Answer
from lookup.budgets import BudgetSpent
from lookup.doors import assisted as door
from lookup.doors import third_party
from lookup.doors.assisted import AgeNotInNumber, AgeNotServed
from lookup.forms import AssistedQueryForm
from lookup.own_people import OwnPerson
from lookup.views.see_other import to_answer
from lookup.wording import age_not_in_number_text, assisted_age_text, budget_text


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def assisted(request: SignedInRequest) -> HttpResponse:
    """Ask on POST and lead to the answer's page; whatever was wrong stands beside the field."""
    started, at = monotonic(), timezone.now()
    if request.method != "POST":
        return _page(request, AssistedQueryForm(today=civil_date(at)), at=at)
    if "ward" in request.POST:
        return _about_ward(request, at=at)
    form = AssistedQueryForm(request.POST, today=civil_date(at))
    if not form.is_valid():
        return _page(request, form, at=at, status=HTTPStatus.BAD_REQUEST)
    match door.ask(request.user, form.document, at=at):
        case Answer() as answer:
            floor.hold(started, proof_is_kin=answer.proof.is_kin)
            return to_answer(answer)
        case AgeNotServed():
            form.add_error("document_number", str(assisted_age_text()))
            return _page(request, form, at=at, status=HTTPStatus.BAD_REQUEST)
        case AgeNotInNumber():
            form.add_error("document_type", str(age_not_in_number_text()))
            return _page(request, form, at=at, status=HTTPStatus.BAD_REQUEST)
        case BudgetSpent() as spent:
            floor.hold(started, proof_is_kin=False)
            return _budget_spent(request, form, spent, at=at)
        case outcome:
            assert_never(outcome)


def _about_ward(request: SignedInRequest, *, at: datetime) -> HttpResponse:
    """Ask about one of the account's own wards by a tap on the name: no number is typed.

    For a ward whose age this door does not serve, the third-party query answers.
    """
    ward = own_people.find(request.user, _id_or_none(request.POST["ward"]), at=at)
    if not isinstance(ward, OwnPerson) or ward.is_self:
        raise Http404
    match door.ask_as_kin(request.user, ward.subject_key, at=at):
        case Answer() as answer:
            return to_answer(answer)
        case AgeNotServed():
            found = third_party.ask_as_kin(request.user, ward.subject_key, at=at)
            if found is None:
                raise Http404
            return to_answer(found)
        case None:
            raise Http404
        case outcome:
            assert_never(outcome)


def _id_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _budget_spent(
    request: SignedInRequest, form: AssistedQueryForm, spent: BudgetSpent, *, at: datetime
) -> HttpResponse:
    form.add_error("document_number", str(budget_text(spent.budget)))
    response = _page(request, form, at=at, status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(ceil((spent.again_at - at).total_seconds()))
    return response


def _page(
    request: SignedInRequest, form: AssistedQueryForm, *, at: datetime, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    context = {"form": form, "wards": own_people.wards_of(request.user, at=at)}
    return render(request, "lookup/assisted.html", context, status=status)
