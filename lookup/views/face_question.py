"""The page of a question by name, document and face; shared by the doors that such a question opens."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from http import HTTPStatus
from math import ceil
from time import monotonic
from typing import assert_never

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from civil_time import civil_date
from identity.face_match import UnreadablePicture
from identity.keyring import key_of
from identity.models import User
from identity.requests import SignedInRequest
from identity.wording import picture_problem_text
from lookup import consents, floor
from lookup.admission import Door
from lookup.answer import Answer
from lookup.budgets import BudgetSpent
from lookup.doors.face_checked import AskerNotVerified, ConsentNeeded, PhotoNeeded, Presented, Refused
from lookup.forms import FaceQuestionForm
from lookup.views import steps
from lookup.views.see_other import to_answer
from lookup.views.steps import AllAnswered, Step, StepShown
from lookup.wording import (
    asker_not_verified_text,
    budget_text,
    consent_needed_text,
    door_label,
    face_notice,
    matcher_away_text,
    photo_needed_text,
)

MATCHER_BACK_AFTER_S = 60

# The photo last: a file cannot be carried from step to step.
STEPS = (
    Step(name="name", fields=("name",)),
    Step(name="document", fields=("document_type", "document_number")),
    Step(name="face", fields=("photo", "consent")),
)

Ask = Callable[..., Answer | Refused]


def face_question(request: SignedInRequest, door: Door, ask: Ask) -> HttpResponse:
    """Ask on POST and lead to the answer's page; whatever was wrong stands beside the field."""
    started, at = monotonic(), timezone.now()
    make = partial(FaceQuestionForm, today=civil_date(at))
    if request.method != "POST":
        return _page(request, door, steps.first(make, STEPS))
    form = make(request.POST, request.FILES)
    match steps.onward(make, STEPS, sent=request.POST, sent_form=form):
        case StepShown() as shown:
            status = HTTPStatus.BAD_REQUEST if shown.wrong else HTTPStatus.OK
            return _page(request, door, shown, status=status)
        case AllAnswered():
            return _ask(request, door, ask, form, started=started, at=at)
        case never:
            assert_never(never)


def _ask(
    request: SignedInRequest, door: Door, ask: Ask, form: FaceQuestionForm, *, started: float, at: datetime
) -> HttpResponse:
    try:
        outcome = ask(request.user, _presented(request.user, form, at=at), at=at)
    except OSError:
        return _matcher_away(request, door, form)
    if isinstance(outcome, Answer):
        floor.hold(started, proof_is_kin=outcome.proof.is_kin)
        return to_answer(outcome)
    floor.hold(started, proof_is_kin=False)
    return _refused(request, door, form, outcome, at=at)


def _presented(asker: User, form: FaceQuestionForm, *, at: datetime) -> Presented:
    document, photo = form.document, form.photo_bytes
    # A ticked box without a photo agrees to nothing.
    has_consent = form.has_consent and photo is not None
    consent = consents.give(asker, key_of(document), at=at) if has_consent else None
    return Presented(
        document=document,
        name=form.name_on_document,
        photo=photo,
        consent_id=None if consent is None else consent.id,
    )


def _refused(
    request: SignedInRequest, door: Door, form: FaceQuestionForm, refused: Refused, *, at: datetime
) -> HttpResponse:
    status = HTTPStatus.BAD_REQUEST
    match refused:
        case AskerNotVerified():
            form.add_error(None, str(asker_not_verified_text()))
            status = HTTPStatus.FORBIDDEN
        case PhotoNeeded():
            form.add_error("photo", str(photo_needed_text()))
        case ConsentNeeded():
            form.add_error("consent", str(consent_needed_text()))
        case UnreadablePicture() as unreadable:
            form.add_error("photo", str(picture_problem_text(unreadable)))
        case BudgetSpent() as spent:
            form.add_error("document_number", str(budget_text(spent.budget)))
            response = _page(request, door, _mending(form), status=HTTPStatus.TOO_MANY_REQUESTS)
            response["Retry-After"] = str(ceil((spent.again_at - at).total_seconds()))
            return response
        case _ as never:
            assert_never(never)
    return _page(request, door, _mending(form), status=status)


def _matcher_away(request: SignedInRequest, door: Door, form: FaceQuestionForm) -> HttpResponse:
    form.add_error(None, str(matcher_away_text()))
    response = _page(request, door, _mending(form), status=HTTPStatus.SERVICE_UNAVAILABLE)
    response["Retry-After"] = str(MATCHER_BACK_AFTER_S)
    return response


def _mending(form: FaceQuestionForm) -> StepShown[FaceQuestionForm]:
    return steps.back_to_errors(form, STEPS)


def _page(
    request: SignedInRequest,
    door: Door,
    shown: StepShown[FaceQuestionForm],
    *,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    context = {"shown": shown, "door": door, "door_label": door_label(door), "notice": face_notice()}
    return render(request, "lookup/face_question.html", context, status=status)
