"""What is refused about accounts, as the API says it: a status, a stable code, and when to come back."""

import math
from datetime import datetime
from http import HTTPStatus

from rest_framework import exceptions

from identity import account_wording


class NotConfirmed(exceptions.APIException):
    """The mobile number was not confirmed; the causes look alike."""

    status_code = HTTPStatus.BAD_REQUEST
    default_code = "not_confirmed"
    default_detail = account_wording.not_confirmed_text()


class IdentityNotConfirmed(exceptions.APIException):
    """The identity was not proved; the causes look alike."""

    status_code = HTTPStatus.BAD_REQUEST
    default_code = "identity_not_confirmed"
    default_detail = account_wording.identity_not_confirmed_text()


class ResetNotConfirmed(exceptions.APIException):
    """Code, document or face are not those of an account; the causes look alike."""

    status_code = HTTPStatus.BAD_REQUEST
    default_code = "not_confirmed"
    default_detail = account_wording.reset_not_confirmed_text()


class MatcherAway(exceptions.APIException):
    """Nothing can be compared at the moment, whoever asks."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE
    default_code = "matcher_away"
    default_detail = account_wording.matcher_away_text()
    wait = 60


class TooManyAttempts(exceptions.APIException):
    """Locked out for a while; ``wait`` is what Retry-After says, in seconds."""

    status_code = HTTPStatus.TOO_MANY_REQUESTS
    default_code = "too_many_attempts"
    default_detail = account_wording.too_many_attempts_text()

    def __init__(self, again_at: datetime, *, at: datetime) -> None:
        super().__init__()
        self.wait = max(1, math.ceil((again_at - at).total_seconds()))
