"""Tests and doses of another person, by name, document and face."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from identity.requests import SignedInRequest
from lookup.admission import Door
from lookup.doors import records_of as door
from lookup.views.face_question import face_question


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def records_of(request: SignedInRequest) -> HttpResponse:
    """Ask for somebody's tests and doses."""
    return face_question(request, Door.RECORDS, door.ask)
