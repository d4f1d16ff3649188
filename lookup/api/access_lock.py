"""The lock: whether the doors to the account's own person and wards are shut to strangers."""

from http import HTTPStatus
from typing import Any, assert_never

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from identity.api.authentication import BearerAuthentication, asker_of
from identity.api.times import rfc3339
from lookup import access_lock
from lookup.access_lock import LockState
from lookup.api.access_schemas import (
    AccessLockChange,
    LockSerializer,
    LocksSerializer,
    NobodyOfYours,
    about_json,
    account_without_person,
    kinship_id_in,
)
from lookup.own_people import AccountWithoutPerson, NotYours


class AccessLocks(APIView):
    """The lock."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (IsAuthenticated,)
    problems = {
        HTTPStatus.NOT_FOUND: (
            "not_found",
            "No such ward, another account's, or a kinship that is over; the three look alike.",
        ),
        HTTPStatus.CONFLICT: ("not_verified", "The account has not proved whose it is."),
    }

    @extend_schema(
        operation_id="access_locks",
        tags=["citizen"],
        summary="Whose doors are locked",
        description="The account's own person, then every ward of this moment.",
        responses={200: OpenApiResponse(LocksSerializer, description="The states.")},
    )
    def get(self, request: Request) -> Response:
        """Return the state for everybody for whom the account may speak."""
        states = access_lock.state_of(asker_of(request), at=timezone.now())
        if isinstance(states, AccountWithoutPerson):
            raise account_without_person()
        return Response({"results": [_state_json(state) for state in states], "next": None})

    @extend_schema(
        operation_id="set_access_lock",
        tags=["citizen"],
        summary="Close or open the lock",
        description="While it is closed, whoever is no verified guardian reads the bare unknown through the "
        "assisted query, the third-party query and the one for records. Never shut out: guardians, gates, "
        "the own code. Sending the same again changes nothing. Whoever else may speak for the person gets a "
        "notice.",
        request=AccessLockChange,
        responses={200: OpenApiResponse(LockSerializer, description="The state from now on.")},
    )
    def put(self, request: Request) -> Response:
        """Close or open the lock of one person."""
        change = AccessLockChange(data=request.data)
        change.is_valid(raise_exception=True)
        wanted = change.validated_data
        use_case = access_lock.close if wanted["locked"] else access_lock.open_again
        match use_case(asker_of(request), about=kinship_id_in(wanted["about"]), at=timezone.now()):
            case LockState() as state:
                return Response(_state_json(state))
            case NotYours():
                raise NobodyOfYours
            case AccountWithoutPerson():
                raise account_without_person()
            case _ as never:
                assert_never(never)


def _state_json(state: LockState) -> dict[str, Any]:
    return {
        "about": about_json(state.person),
        "name": state.person.name,
        "document_number": state.person.number,
        "locked": state.is_locked,
        "locked_at": None if state.locked_at is None else rfc3339(state.locked_at),
        "by_you": state.is_by_you,
    }
