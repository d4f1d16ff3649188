"""A consent to the face step, before a photo is taken."""

from http import HTTPStatus

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from identity.api.authentication import BearerAuthentication, asker_of
from identity.api.times import rfc3339
from identity.keyring import key_of
from lookup import consents
from lookup.api import examples
from lookup.api.questions import QuestionSerializer, read_document
from lookup.api.schemas import ConsentSerializer
from lookup.wording import consent_text


class Consents(APIView):
    """Giving a consent."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="give_consent",
        tags=["citizen"],
        summary="Note that a person agrees to the face step",
        description="To be called after the person has read `notice` and agreed to it. Good once, for 10 "
        "minutes, for this account and this person. Says nothing about whether there is such a person.",
        request=QuestionSerializer,
        responses={201: OpenApiResponse(ConsentSerializer, description="The consent is noted.")},
        examples=[examples.QUESTION, examples.CONSENT],
    )
    def post(self, request: Request) -> Response:
        """Note the consent of the holder of a document."""
        at = timezone.now()
        consent = consents.give(asker_of(request), key_of(read_document(request, at=at)), at=at)
        body = {
            "id": str(consent.id),
            "expires_at": rfc3339(consent.expires_at),
            "notice": str(consent_text()),
        }
        return Response(body, status=HTTPStatus.CREATED)
