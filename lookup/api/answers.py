"""An answer as a response: 201, and where it can be read again."""

from http import HTTPStatus

from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from lookup.answer import Answer
from lookup.api.shapes import answer_json

LOCATION = OpenApiParameter(
    "Location",
    str,
    OpenApiParameter.HEADER,
    response=[HTTPStatus.CREATED.value],
    description="Where the answer can be read again while it lives.",
)


def created(answer: Answer) -> Response:
    """Return a new answer, with its Location."""
    where = reverse("api-query", args=[answer.id])
    return Response(answer_json(answer), status=HTTPStatus.CREATED, headers={"Location": where})
