"""What the account was told."""

from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from identity import notices
from identity.api.authentication import BearerAuthentication, asker_of
from identity.api.pages import PageQuery, page_asked, page_json
from identity.api.times import rfc3339
from identity.models import Notice
from identity.notices import NoticeShown

# Settings name these, so that the OpenAPI document has a name for them.
KIND_CODES = list(Notice.Kind.values)


@extend_schema_field({"type": "string", "enum": KIND_CODES})
class NoticeKindField(serializers.CharField):
    """What a notice is about, as a code."""


class NoticeSerializer(serializers.Serializer[Any]):
    """One notice."""

    id = serializers.UUIDField(help_text="UUIDv7.")
    kind = NoticeKindField()
    happened_at = serializers.DateTimeField()
    about_me = serializers.BooleanField(help_text="It is about the account's own person.")
    person = serializers.CharField(allow_null=True, help_text="Masked; null where it is about the account.")
    text = serializers.CharField(help_text="What happened and what to do, in the language of the request.")


class NoticesSerializer(serializers.Serializer[Any]):
    """A page of notices."""

    results = NoticeSerializer(many=True, help_text="Newest first.")
    next = serializers.CharField(allow_null=True, help_text="Cursor of the older ones; null at the end.")


class Notices(APIView):
    """The notices of an account."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (IsAuthenticated,)
    problems = {HTTPStatus.BAD_REQUEST: ("invalid", "`limit` or `cursor` (`cursor_not_valid`) is malformed.")}

    @extend_schema(
        operation_id="notices",
        tags=["citizen"],
        summary="Notices",
        description="What the account was told about its own person, its wards and itself, newest first. "
        "Reading changes nothing.",
        parameters=[PageQuery],
        responses={200: OpenApiResponse(NoticesSerializer, description="A page of notices.")},
        examples=[
            OpenApiExample(
                "A claim about the own person",
                value={
                    "results": [
                        {
                            "id": "01814b5e-8a00-7c3a-9b1d-2f6f0c5a7e10",
                            "kind": "KINSHIP_CLAIMED",
                            "happened_at": "2022-06-10T10:00:00+08:00",
                            "about_me": True,
                            "person": "王*",
                            "text": "Somebody asks to speak for you.",
                        }
                    ],
                    "next": None,
                },
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    def get(self, request: Request) -> Response:
        """Return a page of notices."""
        page = page_asked(request)
        rows = notices.page_of(asker_of(request), before=page.before, limit=page.limit + 1)
        return Response(page_json(rows, limit=page.limit, to_json=_notice_json))


def _notice_json(notice: NoticeShown) -> dict[str, Any]:
    return {
        "id": str(notice.id),
        "kind": notice.kind.value,
        "happened_at": rfc3339(notice.happened_at),
        "about_me": notice.is_about_me,
        "person": notice.subject_name,
        "text": notice.text,
    }
