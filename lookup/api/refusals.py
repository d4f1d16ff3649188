"""What the doors refuse, as the API says it: a status, a stable code, and when to come back."""

import math
from datetime import datetime
from http import HTTPStatus

from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions

from lookup.budgets import BudgetSpent
from lookup.wording import asker_not_verified_text, budget_text, matcher_away_text, not_verified_text


class TooManyQuestions(exceptions.APIException):
    """A budget of the asker is spent; ``wait`` is what Retry-After says, in seconds."""

    status_code = HTTPStatus.TOO_MANY_REQUESTS
    default_code = "budget_spent"

    def __init__(self, spent: BudgetSpent, *, at: datetime) -> None:
        super().__init__(detail=str(budget_text(spent.budget)))
        self.wait = math.ceil((spent.again_at - at).total_seconds())


class AccountNotVerified(exceptions.APIException):
    """The account has not proved whose it is. 409: the request is right, the account's state is not."""

    status_code = HTTPStatus.CONFLICT
    default_code = "not_verified"
    default_detail = not_verified_text()


class AskerNotVerified(AccountNotVerified):
    """The same of an account that asks about somebody else by name and face."""

    default_detail = asker_not_verified_text()


class MatcherAway(exceptions.APIException):
    """Nothing can be compared at the moment, whoever is asked about."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE
    default_code = "matcher_away"
    default_detail = matcher_away_text()
    wait = 60


class NoSuchAnswer(exceptions.NotFound):
    """Unknown, malformed or another account's: the three look alike."""

    default_detail = _("There is no answer of yours with this id. Please ask again.")


class AnswerClosed(exceptions.APIException):
    """The answer was yours and is closed."""

    status_code = HTTPStatus.GONE
    default_code = "closed"
    default_detail = _("This answer is closed. Please ask again if you still need it.")
