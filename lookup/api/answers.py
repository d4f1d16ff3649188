"""An answer as a response, with its next code; new ones are 201, and say where they can be read again."""

from datetime import datetime
from http import HTTPStatus

from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from identity.api.authentication import asker_of
from lookup import code_issue
from lookup.answer import Answer
from lookup.api.shapes import answer_json

LOCATION = OpenApiParameter(
    "Location",
    str,
    OpenApiParameter.HEADER,
    response=[HTTPStatus.CREATED.value],
    description="Where the answer can be read again while it lives.",
)


def created(request: Request, answer: Answer, *, at: datetime) -> Response:
    """Return a new answer to its asker, with its Location."""
    response = shown(request, answer, at=at)
    response.status_code = HTTPStatus.CREATED
    response["Location"] = reverse("api-query", args=[answer.id])
    return response


def shown(request: Request, answer: Answer, *, at: datetime) -> Response:
    """Return an answer to its asker, with a new code where it carries one."""
    code = code_issue.next_code(answer, asker_id=asker_of(request).id, at=at)
    return Response(answer_json(answer, code=code))
