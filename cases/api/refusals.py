"""What is refused about cases, as the API says it: a status, a stable code, and when to come back."""

import math
from datetime import datetime
from http import HTTPStatus

from rest_framework import exceptions

from cases import wording
from cases.allowance import TooMuchToday


class NoSuchCase(exceptions.NotFound):
    """Unknown, malformed or another account's: the three look alike."""

    default_detail = wording.no_such_case_text()


class CaseNotOpen(exceptions.APIException):
    """Nothing is added to a closed case."""

    status_code = HTTPStatus.CONFLICT
    default_code = "case_closed"
    default_detail = wording.case_is_closed_text()


class CaseNotReopened(exceptions.APIException):
    """It is open, or was closed too long ago, or another one is open."""

    status_code = HTTPStatus.CONFLICT
    default_code = "cannot_reopen"
    default_detail = wording.cannot_reopen_text()


class CasesSpent(exceptions.APIException):
    """As many cases or texts as one day takes; ``wait`` is what Retry-After says, in seconds."""

    status_code = HTTPStatus.TOO_MANY_REQUESTS
    default_code = "too_many_cases"
    default_detail = wording.too_much_today_text()

    def __init__(self, spent: TooMuchToday, *, at: datetime) -> None:
        super().__init__()
        self.wait = math.ceil((spent.again_at - at).total_seconds())
