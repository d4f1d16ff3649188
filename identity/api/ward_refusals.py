"""What is refused about my people, as the API says it: a status, a stable code, and when to come back."""

import math
from datetime import datetime
from http import HTTPStatus

from rest_framework import exceptions

from identity import kinship_wording
from identity.claims import TooManyClaims


class NoSuchRelation(exceptions.NotFound):
    """Unknown, malformed or another account's: the three look alike."""

    default_detail = kinship_wording.not_yours_text()


class ClaimantNotVerified(exceptions.APIException):
    """The account has not proved whose it is. 409: the request is right, the account's state is not."""

    status_code = HTTPStatus.CONFLICT
    default_code = "not_verified"
    default_detail = kinship_wording.claimant_not_verified_text()


class NotPossible(exceptions.APIException):
    """What stands on our side speaks against it; the code says what."""

    status_code = HTTPStatus.CONFLICT
    default_code = "not_possible"


class ClaimsSpent(exceptions.APIException):
    """Too many claims today; ``wait`` is what Retry-After says, in seconds."""

    status_code = HTTPStatus.TOO_MANY_REQUESTS
    default_code = "too_many_claims"
    default_detail = kinship_wording.too_many_claims_text()

    def __init__(self, spent: TooManyClaims, *, at: datetime) -> None:
        super().__init__()
        self.wait = math.ceil((spent.again_at - at).total_seconds())
