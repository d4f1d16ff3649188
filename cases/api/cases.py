"""My cases: the list, filing one from an answer, one with its timeline, adding to it, opening it again."""

from datetime import datetime
from http import HTTPStatus
from typing import assert_never

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases import filing, shown, wording
from cases.allowance import TooMuchToday
from cases.api import examples
from cases.api.refusals import CaseNotOpen, CaseNotReopened, CasesSpent, NoSuchCase
from cases.api.schemas import (
    CaseSerializer,
    CasesSerializer,
    FileSerializer,
    MessageSerializer,
    ReopenSerializer,
    case_json,
    field_error,
    line_json,
    read_filing,
    read_text,
)
from cases.filing import (
    CannotReopen,
    CaseFiled,
    CaseIsClosed,
    KindDoesNotFit,
    NothingWritten,
    Written,
)
from cases.reference import read_reference
from cases.shown import CaseShown
from identity.api.authentication import BearerAuthentication, asker_of
from identity.api.pages import PageQuery, page_asked, page_json
from identity.models import User
from lookup.api.refusals import NoSuchAnswer
from lookup.shown_again import NotYours

_NUMBER = OpenApiParameter(
    "number", type=str, location=OpenApiParameter.PATH, description="The case's `number`, in any spelling."
)
_NOT_FOUND = (
    "not_found",
    "No such case, another account's, or a number that does not check; they look alike.",
)
_SPENT = ("too_many_cases", "As many cases or texts as one day takes.")
_SHOWN = OpenApiExample("a case", value=examples.CASE, response_only=True, status_codes=["200"])


class Cases(APIView):
    """The list, and a new case."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (IsAuthenticated,)
    problems = {
        HTTPStatus.BAD_REQUEST: ("invalid", "A field or parameter is malformed or does not fit (`errors`)."),
        HTTPStatus.NOT_FOUND: ("not_found", "No such answer, another account's, or not an id."),
        HTTPStatus.TOO_MANY_REQUESTS: _SPENT,
    }

    @extend_schema(
        operation_id="cases",
        tags=["cases"],
        summary="My cases",
        description="The account's cases, newest first.",
        parameters=[PageQuery],
        responses={200: OpenApiResponse(CasesSerializer, description="A page of cases.")},
        examples=[
            OpenApiExample(
                "a page",
                value={"results": [examples.LINE], "next": None},
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    def get(self, request: Request) -> Response:
        """Return a page of the account's cases."""
        page, at = page_asked(request), timezone.now()
        rows = shown.page_of(asker_of(request), before=page.before, limit=page.limit + 1, at=at)
        return Response(
            page_json(
                rows,
                limit=page.limit,
                to_json=lambda case: line_json(case, next_text=wording.what_happens_next(case, at=at)),
            )
        )

    @extend_schema(
        operation_id="file_case",
        tags=["cases"],
        summary="File a case",
        description="From an answer of the account, with everything that it rests on. While a case about the "
        "same person and thing is open, that one is returned with 200, and a new text is added to it. Filing "
        "tells nothing of the person asked about. `kind` and `record` that do not fit the answer: "
        "`kind_does_not_fit`.",
        request=FileSerializer,
        responses={
            200: OpenApiResponse(CaseSerializer, description="It was open before; this is how it stands."),
            201: OpenApiResponse(CaseSerializer, description="The case is filed."),
        },
        examples=[
            OpenApiExample(
                "file",
                value={
                    "query": examples.LINE["query"],
                    "kind": "STATUS_UNKNOWN",
                    "record": None,
                    "text": "两针疫苗都打了",
                },
                request_only=True,
            ),
            OpenApiExample("filed", value=examples.CASE, response_only=True, status_codes=["201"]),
            _SHOWN,
        ],
    )
    def post(self, request: Request) -> Response:
        """File a case of the account."""
        at, user = timezone.now(), asker_of(request)
        lookup_id, complaint = read_filing(request)
        if lookup_id is None:
            raise NoSuchAnswer
        match filing.file(user, lookup_id, complaint, at=at):
            case CaseFiled(case=case, is_new=is_new, removed=removed):
                status = HTTPStatus.CREATED if is_new else HTTPStatus.OK
                return _shown(user, case.number, at=at, removed=removed, status=status)
            case NotYours():
                raise NoSuchAnswer
            case KindDoesNotFit():
                raise field_error("kind", str(wording.kind_does_not_fit_text()), code="kind_does_not_fit")
            case TooMuchToday() as spent:
                raise CasesSpent(spent, at=at)
            case _ as never:
                assert_never(never)


class OneCase(APIView):
    """A case with its timeline."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (IsAuthenticated,)
    problems = {HTTPStatus.NOT_FOUND: _NOT_FOUND}

    @extend_schema(
        operation_id="show_case",
        tags=["cases"],
        summary="A case",
        description="With everything that has happened in it. What was found is told to the person and a "
        "verified guardian; to everybody else a case of a kind reads the same, whoever it is about.",
        parameters=[_NUMBER],
        responses={200: OpenApiResponse(CaseSerializer, description="The case.")},
        examples=[_SHOWN],
    )
    def get(self, request: Request, number: str) -> Response:
        """Return a case of the account."""
        return _shown(asker_of(request), _number_or_404(number), at=timezone.now())


class CaseMessages(APIView):
    """Writing to an open case."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (IsAuthenticated,)
    problems = {
        HTTPStatus.NOT_FOUND: _NOT_FOUND,
        HTTPStatus.CONFLICT: ("case_closed", "The case is closed; open it again."),
        HTTPStatus.TOO_MANY_REQUESTS: _SPENT,
    }

    @extend_schema(
        operation_id="write_to_case",
        tags=["cases"],
        summary="Write to an open case",
        description="Adds a text. ID numbers and phone numbers are taken out, and `notice` says so.",
        parameters=[_NUMBER],
        request=MessageSerializer,
        responses={201: OpenApiResponse(CaseSerializer, description="The text stands in the case.")},
        examples=[
            OpenApiExample("write", value={"text": "昨天又做了核酸"}, request_only=True),
            OpenApiExample("written", value=examples.CASE, response_only=True, status_codes=["201"]),
        ],
    )
    def post(self, request: Request, number: str) -> Response:
        """Add a text to a case of the account."""
        at, user, read = timezone.now(), asker_of(request), _number_or_404(number)
        match filing.add(user, read, read_text(request, MessageSerializer), at=at):
            case Written(removed=removed):
                return _shown(user, read, at=at, removed=removed, status=HTTPStatus.CREATED)
            case NotYours():
                raise NoSuchCase
            case NothingWritten():
                raise field_error("text", str(wording.nothing_written_text()), code="blank")
            case CaseIsClosed():
                raise CaseNotOpen
            case TooMuchToday() as spent:
                raise CasesSpent(spent, at=at)
            case _ as never:
                assert_never(never)


class ReopenCase(APIView):
    """Opening a closed case again."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (IsAuthenticated,)
    problems = {
        HTTPStatus.NOT_FOUND: _NOT_FOUND,
        HTTPStatus.CONFLICT: ("cannot_reopen", "It is open, another one is, or it was closed too long ago."),
        HTTPStatus.TOO_MANY_REQUESTS: _SPENT,
    }

    @extend_schema(
        operation_id="reopen_case",
        tags=["cases"],
        summary="Open a closed case again",
        description="For 30 days after it was closed, with new due times.",
        parameters=[_NUMBER],
        request=ReopenSerializer,
        responses={200: OpenApiResponse(CaseSerializer, description="The case is open again.")},
        examples=[OpenApiExample("reopen", value={"text": "还是暂不掌握"}, request_only=True), _SHOWN],
    )
    def post(self, request: Request, number: str) -> Response:
        """Open a case of the account again."""
        at, user, read = timezone.now(), asker_of(request), _number_or_404(number)
        match filing.reopen(user, read, read_text(request, ReopenSerializer), at=at):
            case Written(removed=removed):
                return _shown(user, read, at=at, removed=removed)
            case NotYours():
                raise NoSuchCase
            case CannotReopen():
                raise CaseNotReopened
            case TooMuchToday() as spent:
                raise CasesSpent(spent, at=at)
            case _ as never:
                assert_never(never)


def _shown(
    user: User, number: str, *, at: datetime, removed: int = 0, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    case = shown.find(user, number, at=at)
    if not isinstance(case, CaseShown):
        raise NoSuchCase
    body = case_json(case, next_text=wording.what_happens_next(case, at=at), removed=removed)
    return Response(body, status=status)


def _number_or_404(number: str) -> str:
    read = read_reference(number)
    if read is None:
        raise NoSuchCase
    return read
