"""The questions that a face proves: the third-party query, tests and doses of another, and kin's one tap."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from time import monotonic
from typing import assert_never
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import APIException
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from identity.api.authentication import BearerAuthentication, asker_of
from identity.api.multipart import StrictMultiPartParser
from identity.face_match import UnreadablePicture
from identity.wording import picture_problem_text
from lookup import floor, shown_again
from lookup.answer import Answer
from lookup.api import examples
from lookup.api.answers import LOCATION, created
from lookup.api.face_questions import FaceQuestionSerializer, NamedQuestionSerializer, read_presented
from lookup.api.ids import uuid_in
from lookup.api.questions import field_error
from lookup.api.refusals import AskerNotVerified, MatcherAway, NoSuchAnswer, TooManyQuestions
from lookup.api.schemas import AnswerSerializer
from lookup.budgets import BudgetSpent
from lookup.doors import face_checked, records_of, third_party
from lookup.doors.face_checked import ConsentNeeded, PhotoNeeded, Refused
from lookup.shown_again import NotYours
from lookup.wording import consent_needed_text, photo_needed_text

_SAME_FOR_ALL_FAILURES = (
    "A verified guardian may leave out photo and consent, in multipart or in JSON, and is told everything. "
    "Anybody else sends a photo and the id of a consent: with a match (`FACE_MATCHED`) they read status, "
    "masked name, test days, vaccination state and alert numbers until 24:00; without, the bare unknown, the "
    "same for every cause. "
)
_PROBLEMS = {
    HTTPStatus.BAD_REQUEST: (
        "invalid",
        "The body is malformed, a field is, or it is missing: without kinship `photo_needed`, with a photo "
        "`consent_needed`.",
    ),
    HTTPStatus.CONFLICT: ("not_verified", "The account has not proved whose it is, so it cannot ask."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        "body_too_large",
        "The body is larger than 3 MB, or than 1 MB without a photo.",
    ),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: (
        "unsupported_media_type",
        "The body is neither `multipart/form-data` nor `application/json`.",
    ),
    HTTPStatus.TOO_MANY_REQUESTS: (
        "budget_spent",
        "The account holds 4 living results, or has asked too much today without success. Verified guardians "
        "are not counted.",
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        "matcher_away",
        "Faces cannot be compared at the moment, or another part is away (`out_of_service`).",
    ),
}
_BODIES = {"multipart/form-data": FaceQuestionSerializer, "application/json": NamedQuestionSerializer}
_ANSWERS = {201: OpenApiResponse(AnswerSerializer, description="The answer.")}


class ThirdPartyQueries(APIView):
    """The third-party query, for people of any age."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (IsAuthenticated,)
    parser_classes = (StrictMultiPartParser, *APIView.parser_classes)
    problems = _PROBLEMS

    @extend_schema(
        operation_id="ask_third_party",
        tags=["citizen"],
        summary="Ask about somebody beside you, by name, document and face",
        description="For people of any age. "
        + _SAME_FOR_ALL_FAILURES
        + "An answered query registers the person. A new result voids the former one about the same person.",
        request=_BODIES,
        parameters=[LOCATION],
        responses=_ANSWERS,
        examples=[
            examples.QUESTION_OF_KIN,
            examples.QUESTION_WITH_A_PHOTO,
            examples.YELLOW_FOR_A_NEIGHBOUR,
            examples.GREEN_FOR_A_GUARDIAN_AT_ONCE,
            examples.UNKNOWN_FOR_A_NEIGHBOUR,
        ],
    )
    def post(self, request: Request) -> Response:
        """Answer the account about the holder of a document."""
        return _answer(third_party.ask, request)


class RecordQueries(APIView):
    """Tests and doses of another person."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (IsAuthenticated,)
    parser_classes = (StrictMultiPartParser, *APIView.parser_classes)
    problems = _PROBLEMS

    @extend_schema(
        operation_id="ask_for_records",
        tags=["citizen"],
        summary="Ask for somebody's tests and doses, by name, document and face",
        description="Behind the same proof as the third-party query. "
        + _SAME_FOR_ALL_FAILURES
        + "Tests and doses one by one are for verified guardians. Registers nobody.",
        request=_BODIES,
        parameters=[LOCATION],
        responses=_ANSWERS,
        examples=[examples.QUESTION_OF_KIN, examples.QUESTION_WITH_A_PHOTO, examples.RECORDS_FOR_A_GUARDIAN],
    )
    def post(self, request: Request) -> Response:
        """Answer the account about the tests and doses of the holder of a document."""
        return _answer(records_of.ask, request)


class ThirdPartyOfQuery(APIView):
    """One tap from an answer that refused: kin ask once more, through the third-party query."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (IsAuthenticated,)
    problems = {
        HTTPStatus.NOT_FOUND: (
            "not_found",
            "No such answer, another account's, not an id, or about somebody of whom the account is no kin; "
            "they look alike.",
        ),
    }

    @extend_schema(
        operation_id="ask_as_kin",
        tags=["citizen"],
        summary="Ask again as verified kin, through the third-party query",
        description="About the person of an earlier answer: no number, no name, no photo. It answers where "
        "the assisted query lacks a registration or a face on file.",
        request=None,
        parameters=[
            LOCATION,
            OpenApiParameter(
                "query_id",
                type=UUID,
                location=OpenApiParameter.PATH,
                description="The earlier answer's `id`.",
            ),
        ],
        responses=_ANSWERS,
        examples=[examples.GREEN_FOR_A_GUARDIAN_AT_ONCE],
    )
    def post(self, request: Request, query_id: str) -> Response:
        """Answer kin about the person of one of their earlier answers."""
        lookup_id, asker = uuid_in(query_id), asker_of(request)
        subject_key = NotYours() if lookup_id is None else shown_again.subject_of(asker, lookup_id)
        if isinstance(subject_key, NotYours):
            raise NoSuchAnswer
        at = timezone.now()
        answer = third_party.ask_as_kin(asker, subject_key, at=at)
        if answer is None:
            raise NoSuchAnswer
        return created(request, answer, at=at)


def _answer(ask: Callable[..., Answer | Refused], request: Request) -> Response:
    started, at = monotonic(), timezone.now()
    presented = read_presented(request, at=at)
    try:
        outcome = ask(asker_of(request), presented, at=at)
    except OSError:
        raise MatcherAway from None
    if isinstance(outcome, Answer):
        response = created(request, outcome, at=at)
        floor.hold(started, proof_is_kin=outcome.proof.is_kin)
        return response
    floor.hold(started, proof_is_kin=False)
    raise _refusal(outcome, at=at)


def _refusal(outcome: Refused, *, at: datetime) -> APIException:
    match outcome:
        case face_checked.AskerNotVerified():
            return AskerNotVerified()
        case PhotoNeeded():
            return field_error("photo", text=str(photo_needed_text()), code="photo_needed")
        case ConsentNeeded():
            return field_error("consent", text=str(consent_needed_text()), code="consent_needed")
        case UnreadablePicture() as unreadable:
            text, code = str(picture_problem_text(unreadable)), unreadable.problem.value.lower()
            return field_error("photo", text=text, code=code)
        case BudgetSpent() as spent:
            return TooManyQuestions(spent, at=at)
        case _ as never:
            assert_never(never)
