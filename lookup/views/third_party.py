"""Third-party query: somebody of any age, by name, document and face."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from identity.requests import SignedInRequest
from lookup.admission import Door
from lookup.doors import third_party as door
from lookup.views.face_question import face_question


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def third_party(request: SignedInRequest) -> HttpResponse:
    """Ask about somebody's code."""
    return face_question(request, Door.THIRD_PARTY, door.ask)
