"""A device's calls: a check at a gate, and many in one.

On a server these two addresses are answered by lookup.hot_path, in front of Django, with the same functions;
these views describe them, and answer wherever that is not in front.
"""

from http import HTTPStatus

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from lookup.api import examples
from lookup.api.authentication import DeviceKeyAuthentication, IsDevice, gate_of
from lookup.api.check_answers import answer_batch, answer_one
from lookup.api.check_questions import BatchSerializer, CheckQuestionSerializer
from lookup.api.schemas import BatchAnswerSerializer, CheckSerializer
from lookup.doors import checkpoint
from lookup.doors.checkpoint import Question, Told
from lookup.gates.statements import run_on_django

JSON = "application/json"
_PROBLEMS = {
    HTTPStatus.FORBIDDEN: ("scope_missing", "The key lacks a scope; the detail names it."),
    HTTPStatus.TOO_MANY_REQUESTS: ("rate_exceeded", "The device has used its minute up."),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        "too_busy",
        "No room at this moment (`too_busy`), or a part that the answer needs is away (`out_of_service`).",
    ),
}


def _ask(question: Question) -> list[Told]:
    [told] = checkpoint.check([question], run=run_on_django)
    return told


class Checks(APIView):
    """Checks at a gate by document number or code."""

    authentication_classes = (DeviceKeyAuthentication,)
    permission_classes = (IsDevice,)
    problems = _PROBLEMS | {
        HTTPStatus.BAD_REQUEST: (
            "invalid",
            "The body is malformed, or a field is (`errors` names it), or the code is not good: "
            "`code_malformed`, `code_unknown_key`, `code_forged`, `code_expired`, `code_not_yet`, "
            "`code_voided`, `code_unknown`.",
        )
    }

    @extend_schema(
        operation_id="check",
        tags=["device"],
        summary="Check somebody at a gate",
        description="By document number, or by the rotating code on somebody's screen. The status is the "
        "same as at every other door; the verdict applies the entry rule of the site. Somebody in no record "
        "reads UNKNOWN and `manual`: an answer, 201 like any other. A code that another site has read before "
        "(`code.used_elsewhere`) is `manual` too.",
        request=CheckQuestionSerializer,
        responses={201: OpenApiResponse(CheckSerializer, description="The check.")},
        examples=[examples.QUESTION, examples.CHECK_BY_CODE, examples.CHECK_PASSES, examples.CHECK_BY_HAND],
    )
    def post(self, request: Request) -> HttpResponse:
        """Check one person for the device's site."""
        answer = answer_one(
            gate_of(request),
            request.data,
            at=timezone.now(),
            ask=_ask,
            language=get_language() or "",
        )
        return HttpResponse(answer, status=HTTPStatus.CREATED, content_type=JSON)


class CheckBatches(APIView):
    """Many checks in one call."""

    authentication_classes = (DeviceKeyAuthentication,)
    permission_classes = (IsDevice,)
    problems = _PROBLEMS

    @extend_schema(
        operation_id="check_many",
        tags=["device"],
        summary="Check many people in one call",
        description="At most 500 questions, each like one of `POST /api/v1/checks`. Each result stands at "
        'the place of its question: a check, or `{"error": …}` with the problem. A bad one does not sink the '
        "others. Every question counts against the rate of the device.",
        request=BatchSerializer,
        responses={200: OpenApiResponse(BatchAnswerSerializer, description="The checks.")},
        examples=[examples.BATCH, examples.BATCH_ANSWER],
    )
    def post(self, request: Request) -> HttpResponse:
        """Check many people for the device's site."""
        answer = answer_batch(
            gate_of(request),
            request.data,
            at=timezone.now(),
            ask=_ask,
            language=get_language() or "",
        )
        return HttpResponse(answer, status=HTTPStatus.OK, content_type=JSON)
