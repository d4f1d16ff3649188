"""A citizen's calls: the own code, a question about somebody else, and an answer once more."""

from datetime import datetime
from http import HTTPStatus
from time import monotonic
from typing import assert_never
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from identity.api.authentication import BearerAuthentication, asker_of
from lookup import floor, shown_again
from lookup.answer import Answer
from lookup.api import examples
from lookup.api.answers import LOCATION, created, shown
from lookup.api.ids import uuid_in
from lookup.api.questions import QuestionSerializer, field_error, read_document
from lookup.api.refusals import AccountNotVerified, AnswerClosed, NoSuchAnswer, TooManyQuestions
from lookup.api.schemas import AnswerSerializer
from lookup.budgets import BudgetSpent
from lookup.doors import assisted, own
from lookup.doors.assisted import AgeNotInNumber, AgeNotServed
from lookup.doors.own import NotVerified
from lookup.shown_again import Closed, NotYours
from lookup.wording import age_not_in_number_text, assisted_age_text


class OwnCode(APIView):
    """The own code of a verified account."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (IsAuthenticated,)
    problems = {
        HTTPStatus.CONFLICT: (
            "not_verified",
            "The account has not proved whose it is, so it has no own code.",
        )
    }

    @extend_schema(
        operation_id="own_code",
        tags=["citizen"],
        summary="Own code, test and doses",
        description="Everything about the account's own person. Each call is a question of its own: it "
        "leaves an audit row and has an id.",
        responses={200: OpenApiResponse(AnswerSerializer, description="The answer.")},
        examples=[examples.OWN_CODE],
    )
    def get(self, request: Request) -> Response:
        """Answer the account about its own person."""
        at = timezone.now()
        match own.ask(asker_of(request), at=at):
            case Answer() as answer:
                return shown(request, answer, at=at)
            case NotVerified():
                raise AccountNotVerified
            case _ as never:
                assert_never(never)


class AssistedQueries(APIView):
    """Assisted query for the old and the young."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (IsAuthenticated,)
    problems = {
        HTTPStatus.BAD_REQUEST: (
            "invalid",
            "The body is malformed, the document number is not one, the person is 17 to 59 years old "
            "(`age_not_served`), or the number does not say the age (`age_not_in_number`).",
        ),
        HTTPStatus.TOO_MANY_REQUESTS: (
            "budget_spent",
            "The account has asked too much today without proof. Verified guardians are not counted.",
        ),
    }

    @extend_schema(
        operation_id="ask_assisted",
        tags=["citizen"],
        summary="Ask about a child or an elder",
        description="For people of at most 16 and at least 60 years, by a number that says the age: type 10, "
        "and 18 characters with type 34. A verified guardian is told everything; "
        "anybody else reads GREEN with a masked name, or the bare unknown, the same for every cause. "
        "An unknown is an answer: 201 like any other.",
        request=QuestionSerializer,
        parameters=[LOCATION],
        responses={201: OpenApiResponse(AnswerSerializer, description="The answer.")},
        examples=[
            examples.QUESTION,
            examples.GREEN_FOR_A_GUARDIAN,
            examples.UNKNOWN_FOR_A_GUARDIAN,
            examples.UNKNOWN_FOR_A_STRANGER,
        ],
    )
    def post(self, request: Request) -> Response:
        """Answer the account about the holder of a document."""
        started, at = monotonic(), timezone.now()
        document = read_document(request, at=at)
        match assisted.ask(asker_of(request), document, at=at):
            case Answer() as answer:
                response = created(request, answer, at=at)
                floor.hold(started, proof_is_kin=answer.proof.is_kin)
                return response
            case AgeNotServed():
                raise field_error("document_number", text=str(assisted_age_text()), code="age_not_served")
            case AgeNotInNumber():
                raise field_error(
                    "document_type", text=str(age_not_in_number_text()), code="age_not_in_number"
                )
            case BudgetSpent() as spent:
                floor.hold(started, proof_is_kin=False)
                raise TooManyQuestions(spent, at=at)
            case _ as never:
                assert_never(never)


class Query(APIView):
    """An answer once more."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (IsAuthenticated,)
    problems = {
        HTTPStatus.NOT_FOUND: (
            "not_found",
            "No such answer, another account's, or not an id; the three look alike.",
        ),
        HTTPStatus.GONE: (
            "closed",
            "The answer has closed (`closes_after_s`), a newer one has taken its place, or the person has "
            "locked this query. Ask again.",
        ),
    }

    @extend_schema(
        operation_id="show_again",
        tags=["citizen"],
        summary="Show an answer again",
        description="The same answer, as of the time of asking, until `closes_after_s` after `asked_at`. Its "
        "rotating code is a new one with each call, and voids the former: call again after `next_after_s`.",
        parameters=[
            OpenApiParameter(
                "query_id", type=UUID, location=OpenApiParameter.PATH, description="The answer's `id`."
            )
        ],
        responses={200: OpenApiResponse(AnswerSerializer, description="The answer, while it lives.")},
        examples=[examples.GREEN_FOR_A_GUARDIAN_AGAIN],
    )
    def get(self, request: Request, query_id: str) -> Response:
        """Show an answer of the account again while it lives."""
        started, at = monotonic(), timezone.now()
        match _find(request, query_id, at=at):
            case Answer() as answer:
                response = shown(request, answer, at=at)
                floor.hold(started, proof_is_kin=answer.proof.is_kin)
                return response
            case Closed(answer=answer):
                floor.hold(started, proof_is_kin=answer.proof.is_kin)
                raise AnswerClosed
            case NotYours():
                raise NoSuchAnswer
            case _ as never:
                assert_never(never)


def _find(request: Request, query_id: str, *, at: datetime) -> Answer | Closed | NotYours:
    lookup_id = uuid_in(query_id)
    if lookup_id is None:
        return NotYours()
    return shown_again.show_again(asker_of(request), lookup_id, at=at)
