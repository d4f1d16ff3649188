"""A device's call: a check at a gate."""

from http import HTTPStatus

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lookup.api import examples
from lookup.api.authentication import DeviceKeyAuthentication, IsDevice, device_of
from lookup.api.questions import QuestionSerializer, read_document
from lookup.api.schemas import CheckSerializer
from lookup.api.shapes import check_json
from lookup.doors import checkpoint


class Checks(APIView):
    """Checks at a gate by document number."""

    authentication_classes = (DeviceKeyAuthentication,)
    permission_classes = (IsDevice,)

    @extend_schema(
        operation_id="check",
        tags=["device"],
        summary="Check somebody at a gate",
        description="The status is the same as at every other door; the verdict applies the entry rule of "
        "the day. Somebody in no record reads UNKNOWN and `manual`: an answer, 201 like any other.",
        request=QuestionSerializer,
        responses={201: OpenApiResponse(CheckSerializer, description="The check.")},
        examples=[examples.QUESTION, examples.CHECK_PASSES, examples.CHECK_BY_HAND],
    )
    def post(self, request: Request) -> Response:
        """Check the holder of a document for the device's site."""
        at = timezone.now()
        check = checkpoint.check(device_of(request), read_document(request, at=at), at=at)
        return Response(check_json(check), status=HTTPStatus.CREATED)
