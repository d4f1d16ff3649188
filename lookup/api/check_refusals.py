"""What a gate is refused, as the API says it: a status, a stable code, and what to do at the gate."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _
from drf_standardized_errors.settings import package_settings
from rest_framework import exceptions
from rest_framework.response import Response

from lookup.codes import CodeFault
from lookup.models import DeviceScope

_CODE_SENTENCES = {
    CodeFault.MALFORMED: _(
        "This is not a code of this service. Please ask to see the code itself, and scan it again."
    ),
    CodeFault.UNKNOWN_KEY: _(
        "This code is signed with a key that is not in use. Please ask to reload the page, and scan the new "
        "code."
    ),
    CodeFault.FORGED: _(
        "The signature of this code is wrong: it may be forged. Please let nobody in by it, and ask for the "
        "document."
    ),
    CodeFault.EXPIRED: _("This code has expired. Please ask to reload the page, and scan the new code."),
    CodeFault.NOT_YET: _(
        "This code is from the future, so a clock is wrong. Please ask to reload the page, and scan the new "
        "code."
    ),
    CodeFault.VOIDED: _(
        "A newer code has taken the place of this one. Please ask to reload the page, and scan the new code."
    ),
    CodeFault.UNKNOWN: _("This code is not known. Please ask to reload the page, and scan the new code."),
}


def problem_of(refusal: exceptions.APIException) -> Response:
    """Return a refusal as the API's own handler says it, without a request to report it for."""
    handler = package_settings.EXCEPTION_HANDLER_CLASS(refusal, {"view": None, "request": None})
    response: Response = handler.get_response(refusal, handler.format_exception(refusal))
    return response


class BadCodeSent(exceptions.APIException):
    """A code that is not good; the faults are told apart, since the gate does something else about each."""

    status_code = HTTPStatus.BAD_REQUEST

    def __init__(self, fault: CodeFault) -> None:
        super().__init__(detail=str(_CODE_SENTENCES[fault]), code=f"code_{fault.value.lower()}")


class ScopeMissing(exceptions.APIException):
    """The key is good and does not let its device ask that."""

    status_code = HTTPStatus.FORBIDDEN
    default_code = "scope_missing"

    def __init__(self, scope: DeviceScope) -> None:
        sentence = _("This key lacks the scope “%(scope)s”. Please ask whoever runs the devices.")
        super().__init__(detail=str(sentence % {"scope": scope.value}))


class RateExceeded(exceptions.APIException):
    """The device has used its minute up; ``wait`` is what Retry-After says, in seconds."""

    status_code = HTTPStatus.TOO_MANY_REQUESTS
    default_code = "rate_exceeded"
    default_detail = _("This device has asked too often in this minute. Please wait until it is over.")

    def __init__(self, *, wait: int) -> None:
        super().__init__()
        self.wait = wait


class GatesTooBusy(exceptions.APIException):
    """No connection is free: better said at once than waited for."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE
    default_code = "too_busy"
    default_detail = _("More gates ask at this moment than can be answered. Please ask again in a second.")
    wait = 1


class GatesOutOfService(exceptions.APIException):
    """The database is away."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE
    default_code = "out_of_service"
    default_detail = _("The service is out of reach for a moment. Please try again in a few seconds.")
    wait = 2
