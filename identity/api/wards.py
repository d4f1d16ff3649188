"""My people: whom the account speaks for, who speaks for it, and the claims on both sides."""

import re
from datetime import datetime
from http import HTTPStatus
from typing import assert_never
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from identity import claim_review, claims, kinship_wording, relations
from identity.api.authentication import BearerAuthentication, asker_of
from identity.api.pages import PageQuery, page_asked, page_json
from identity.api.ward_refusals import ClaimantNotVerified, ClaimsSpent, NoSuchRelation, NotPossible
from identity.api.ward_schemas import (
    ClaimSerializer,
    EndSerializer,
    RelationSerializer,
    RelationsSerializer,
    field_error,
    read_claim,
    relation_json,
)
from identity.claim_review import KindDoesNotFit, TooManyGuardians
from identity.claims import (
    AlreadyClaimed,
    Claimed,
    NotVerified,
    NotWaiting,
    OwnDocument,
    TooManyClaims,
    TooManyWards,
)
from identity.kinship import NotYours, UnderAge
from identity.models import Kinship, User
from identity.relations import RelationState

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ID = OpenApiParameter(
    "ward_id", type=UUID, location=OpenApiParameter.PATH, description="The `id` in the list."
)
_WAITING = {
    "id": "01814b5e-8a00-7c3a-9b1d-2f6f0c5a7e10",
    "role": "guardian",
    "state": "WAITING",
    "kind": "PARENT",
    "evidence": "BIRTH_CERTIFICATE",
    "person": {"name": "李*", "mobile": None},
    "document_number": "11**************1X",
    "in_force_from": None,
    "in_force_until": None,
    "other_guardians": [],
    "next_steps": ["Our staff compares your request with the evidence. An adult can also confirm it alone."],
}
_IN_FORCE = {**_WAITING, "state": "IN_FORCE", "in_force_from": "2022-06-11T09:00:00+08:00"}


class Wards(APIView):
    """The list, and a new claim."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (IsAuthenticated,)
    problems = {
        HTTPStatus.BAD_REQUEST: ("invalid", "A field or parameter is malformed; `errors` names it."),
        HTTPStatus.CONFLICT: (
            "too_many_wards",
            "The account speaks for as many people by claim as may be (`too_many_wards`), or has not proved "
            "whose it is (`not_verified`).",
        ),
        HTTPStatus.TOO_MANY_REQUESTS: ("too_many_claims", "Too many claims today."),
    }

    @extend_schema(
        operation_id="wards",
        tags=["citizen"],
        summary="My people",
        description="Whom the account speaks for and who speaks for it, with the claims that wait, newest "
        "first. Of a claim that is not verified, only what was typed is shown, masked.",
        parameters=[PageQuery],
        responses={200: OpenApiResponse(RelationsSerializer, description="A page of people.")},
        examples=[
            OpenApiExample(
                "A ward in force",
                value={"results": [_IN_FORCE], "next": None},
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    def get(self, request: Request) -> Response:
        """Return a page of the account's people."""
        page = page_asked(request)
        rows = relations.page_of(
            asker_of(request), before=page.before, limit=page.limit + 1, at=timezone.now()
        )
        return Response(page_json(rows, limit=page.limit, to_json=relation_json))

    @extend_schema(
        operation_id="claim_ward",
        tags=["citizen"],
        summary="Ask to speak for somebody",
        description="Stores a claim, which waits for our staff or for the adult's own word. The answer is "
        "the same whether or not the number exists and the name fits. What was claimed before is answered "
        "with the first one, 200.",
        request=ClaimSerializer,
        responses={
            200: OpenApiResponse(
                RelationSerializer, description="It was there before; this is how it stands."
            ),
            201: OpenApiResponse(RelationSerializer, description="The claim waits."),
        },
        examples=[
            OpenApiExample(
                "claim",
                value={
                    "document_number": "11999920190615001X",
                    "name": "李小明",
                    "kind": "PARENT",
                    "evidence": "BIRTH_CERTIFICATE",
                    "evidence_reference": "T110000123",
                },
                request_only=True,
            ),
            OpenApiExample("claimed", value=_WAITING, response_only=True, status_codes=["201"]),
            OpenApiExample("already in force", value=_IN_FORCE, response_only=True, status_codes=["200"]),
        ],
    )
    def post(self, request: Request) -> Response:
        """Store a claim of the account."""
        at, user = timezone.now(), asker_of(request)
        match claims.claim(user, read_claim(request, at=at), at=at):
            case Claimed(id=claim_id):
                return _shown(user, claim_id, at=at, status=HTTPStatus.CREATED)
            case AlreadyClaimed(id=first_id):
                return _shown(user, first_id, at=at)
            case NotVerified():
                raise ClaimantNotVerified
            case OwnDocument():
                text = str(kinship_wording.own_document_text())
                raise field_error("document_number", text, code="own_document")
            case TooManyWards():
                raise NotPossible(kinship_wording.too_many_wards_text(), code="too_many_wards")
            case TooManyClaims() as spent:
                raise ClaimsSpent(spent, at=at)
            case _ as never:
                assert_never(never)


class ConfirmWard(APIView):
    """The ward's own word for a claim."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (IsAuthenticated,)
    problems = {
        HTTPStatus.NOT_FOUND: ("not_found", "No such claim about the account's own person."),
        HTTPStatus.CONFLICT: (
            "not_waiting",
            "It was decided before (`not_waiting`), its kind does not fit the age (`kind_does_not_fit`), or "
            "as many people speak for the person as may (`too_many_guardians`).",
        ),
    }

    @extend_schema(
        operation_id="confirm_ward",
        tags=["citizen"],
        summary="Confirm that somebody may speak for me",
        description="For adults: the claim is verified by their own word and in force at once.",
        request=None,
        parameters=[_ID],
        responses={200: OpenApiResponse(RelationSerializer, description="The claim is in force.")},
        examples=[
            OpenApiExample(
                "confirmed",
                value={**_IN_FORCE, "role": "ward", "kind": "CARER", "document_number": None},
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    def post(self, request: Request, ward_id: str) -> Response:
        """Confirm a claim about the account's own person."""
        at, user = timezone.now(), asker_of(request)
        claim_id = _id_or_404(ward_id)
        match claim_review.confirm(user, claim_id, at=at):
            case Kinship():
                return _shown(user, claim_id, at=at)
            case NotYours():
                raise NoSuchRelation
            case NotWaiting():
                raise NotPossible(str(kinship_wording.not_waiting_text()), code="not_waiting")
            case KindDoesNotFit():
                raise NotPossible(str(kinship_wording.kind_does_not_fit_text()), code="kind_does_not_fit")
            case TooManyGuardians():
                raise NotPossible(kinship_wording.too_many_guardians_text(), code="too_many_guardians")
            case _ as never:
                assert_never(never)


class EndWard(APIView):
    """The word against a relation."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (IsAuthenticated,)
    problems = {
        HTTPStatus.NOT_FOUND: ("not_found", "None of the account's people has this id."),
        HTTPStatus.CONFLICT: ("under_age", "The account's person is under 18 and a ward in it."),
    }

    @extend_schema(
        operation_id="end_ward",
        tags=["citizen"],
        summary="End, take back, decline or dispute",
        description="Ends a kinship by the word of its guardian or of an adult ward; takes an own claim "
        "back; declines a claim about oneself; disputes another guardian of the own ward, who is then told "
        "nothing more until our staff has decided. A second call changes nothing.",
        request=None,
        parameters=[_ID],
        responses={
            200: OpenApiResponse(EndSerializer, description="How it stands now."),
        },
        examples=[
            OpenApiExample(
                "ended",
                value={"id": _WAITING["id"], "state": "ENDED"},
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    def post(self, request: Request, ward_id: str) -> Response:
        """Say no to a relation of the account."""
        at, user = timezone.now(), asker_of(request)
        relation_id = _id_or_404(ward_id)
        match relations.end(user, relation_id, at=at):
            case RelationState() as state:
                return Response({"id": str(relation_id), "state": state.value})
            case UnderAge():
                raise NotPossible(str(kinship_wording.under_age_text()), code="under_age")
            case NotYours():
                raise NoSuchRelation
            case _ as never:
                assert_never(never)


def _shown(user: User, relation_id: UUID, *, at: datetime, status: HTTPStatus = HTTPStatus.OK) -> Response:
    relation = relations.find(user, relation_id, at=at)
    if isinstance(relation, NotYours):
        raise NoSuchRelation
    return Response(relation_json(relation), status=status)


def _id_or_404(text: str) -> UUID:
    if not _UUID.fullmatch(text):
        raise NoSuchRelation
    return UUID(text)
