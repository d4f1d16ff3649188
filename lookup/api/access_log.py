"""Who looked: the look-ups about the account's own person or a ward."""

from http import HTTPStatus
from typing import Any, assert_never

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from identity.api.authentication import BearerAuthentication, asker_of
from identity.api.times import rfc3339
from lookup import who_looked
from lookup.access_wording import asker_label, cursor_not_valid_text, outcome_text, purpose_text
from lookup.api.access_schemas import (
    AccessLogQuery,
    AccessLogSerializer,
    NobodyOfYours,
    account_without_person,
    kinship_id_in,
)
from lookup.api.questions import field_error
from lookup.own_people import AccountWithoutPerson, NotYours
from lookup.who_looked import CursorNotValid, Look, Page
from lookup.wording import door_label

_EXAMPLE = OpenApiExample(
    "A check at a gate",
    value={
        "results": [
            {
                "asked_at": "2022-06-10T08:02:00+08:00",
                "door": "CHECKPOINT",
                "door_label": "Check at a gate",
                "asker": "GATE",
                "asker_label": "a machine at an entrance",
                "you": False,
                "machine": True,
                "purpose": "To decide whether the person may enter.",
                "outcome": "ANSWERED",
                "outcome_text": "Answered.",
            }
        ],
        "next": None,
    },
    response_only=True,
    status_codes=["200"],
)


class AccessLog(APIView):
    """Who looked."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (IsAuthenticated,)
    problems = {
        HTTPStatus.BAD_REQUEST: (
            "invalid",
            "A parameter is malformed, or the cursor is none of this account and person "
            "(`cursor_not_valid`); `errors` names it.",
        ),
        HTTPStatus.NOT_FOUND: (
            "not_found",
            "No such ward, another account's, or a kinship that is over; the three look alike.",
        ),
        HTTPStatus.CONFLICT: ("not_verified", "The account has not proved whose it is."),
    }

    @extend_schema(
        operation_id="access_log",
        tags=["citizen"],
        summary="Who looked",
        description="Every look-up about the account's own person or a ward of the last 180 days, refused "
        "and unfinished ones too, newest first: when, through which door, what kind of asker, person or "
        "machine, what for, and what came of it. No places and no names. Reading it leaves no row in it.",
        parameters=[AccessLogQuery],
        responses={200: OpenApiResponse(AccessLogSerializer, description="A page of look-ups.")},
        examples=[_EXAMPLE],
    )
    def get(self, request: Request) -> Response:
        """Return a page of look-ups."""
        query = AccessLogQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        match who_looked.page_of(
            asker_of(request),
            about=kinship_id_in(asked["about"]),
            cursor=asked["cursor"],
            limit=asked["limit"],
            at=timezone.now(),
        ):
            case Page() as page:
                return Response({"results": [_look_json(look) for look in page.looks], "next": page.older})
            case NotYours():
                raise NobodyOfYours
            case AccountWithoutPerson():
                raise account_without_person()
            case CursorNotValid():
                raise field_error("cursor", text=str(cursor_not_valid_text()), code="cursor_not_valid")
            case _ as never:
                assert_never(never)


def _look_json(look: Look) -> dict[str, Any]:
    return {
        "asked_at": rfc3339(look.asked_at),
        "door": look.door.value,
        "door_label": str(door_label(look.door)),
        "asker": look.asker.value,
        "asker_label": str(asker_label(look.asker)),
        "you": look.is_you,
        "machine": look.is_machine,
        "purpose": str(purpose_text(look.door)),
        "outcome": look.outcome.value,
        "outcome_text": str(outcome_text(look.outcome)),
    }
