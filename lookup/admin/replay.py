"""A past decision in the admin: then and today beside each other. Opening it leaves its audit row."""

from typing import cast
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from identity.models import User
from lookup.admin.person_file import FILE_PERMISSIONS
from lookup.doors import staff
from lookup.models import Lookup
from lookup.replay import Replay, replay


@require_safe
def replay_view(request: HttpRequest, lookup_id: UUID) -> HttpResponse:
    """Show a decision again. It tells of today's records, so it takes the rights of the person's file."""
    if not request.user.has_perms(FILE_PERMISSIONS):
        raise PermissionDenied
    row = Lookup.objects.with_id(lookup_id).first()
    if row is None:
        raise Http404
    at = timezone.now()
    staff.open_file(cast("User", request.user), row.subject_key, at=at)
    shown = replay(row, at=at)
    context = {
        **admin.site.each_context(request),
        "title": _("A decision, then and today"),
        "opts": Lookup._meta,
        "row": row,
        "replay": shown if isinstance(shown, Replay) else None,
        "nothing": None if isinstance(shown, Replay) else shown,
    }
    return TemplateResponse(request, "admin/lookup/replay.html", context)
