"""Errors that no view answers: malformed requests, unknown paths, faults; as a page or as a problem."""

import sys
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from healthkit.language import language_tag

RETRY_AFTER_S = 5


def malformed_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400: the request itself cannot be read; or 413: it is too long to be read at all."""
    if isinstance(exception, RequestDataTooBig):
        return _error(
            request,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            code="body_too_large",
            detail=_("This is too large. Please go back and choose a photo of at most 2 MB."),
        )
    return _error(
        request,
        HTTPStatus.BAD_REQUEST,
        code="malformed",
        detail=_("This request cannot be read. Please check what was entered and send it again."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404: nothing stands at this address."""
    detail = _("There is nothing at this address. Please start again from the first page.")
    return _error(request, HTTPStatus.NOT_FOUND, code="not_found", detail=detail)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403: this account may not do that."""
    detail = _("This account may not open this page. Please sign in with another account.")
    return _error(request, HTTPStatus.FORBIDDEN, code="forbidden", detail=detail)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403: the form is too old or was sent from elsewhere."""
    detail = _("This form is too old. Please go back, load the page again, and send it once more.")
    return _error(request, HTTPStatus.FORBIDDEN, code="form_expired", detail=detail)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer 500, a fault of ours; or 503 when it is only that PostgreSQL is away."""
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        return out_of_service(request)
    detail = _("Something broke on our side. Nothing was changed. Please try again in a moment.")
    return _error(request, HTTPStatus.INTERNAL_SERVER_ERROR, code="broken", detail=detail)


def out_of_service(request: HttpRequest) -> HttpResponse:
    """Answer 503: a part that we need is away; says when to come back."""
    detail = _("The service is out of reach for a moment. Please try again in a few seconds.")
    response = _error(request, HTTPStatus.SERVICE_UNAVAILABLE, code="out_of_service", detail=detail)
    response["Retry-After"] = str(RETRY_AFTER_S)
    return response


def too_busy(request: HttpRequest) -> HttpResponse:
    """Answer 503: more people ask at this moment than there is room for."""
    detail = _("Many people ask at this moment. Please try again in a few seconds.")
    response = _error(request, HTTPStatus.SERVICE_UNAVAILABLE, code="too_busy", detail=detail)
    response["Retry-After"] = str(RETRY_AFTER_S)
    return response


def _error(request: HttpRequest, status: HTTPStatus, *, code: str, detail: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        problem: dict[str, Any] = {
            "type": f"urn:healthkit:problem:{code}",
            "title": status.phrase,
            "status": int(status),
            "code": code,
            "detail": detail,
            "errors": [],
        }
        response: HttpResponse = JsonResponse(problem, status=status, content_type="application/problem+json")
        response["Content-Language"] = language_tag()
    else:
        response = render(request, "error.html", {"status": int(status), "detail": detail}, status=status)
    response["Cache-Control"] = "no-store"
    return response
