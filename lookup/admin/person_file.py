"""One person's file: registry, standing, verdict, records, kin and look-ups, on one masked page.

Opening it is a question about the person, so it leaves its audit row before anything is shown.
"""

from typing import Any, cast
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from identity.admin.person import PersonAdmin
from identity.models import Person, User
from lookup import person_page
from lookup.admin import person_links
from lookup.doors import staff

# The page shows all of these together, so it takes the right to see each.
FILE_PERMISSIONS = (
    "identity.view_person",
    "identity.view_kinship",
    "records.view_summary",
    "records.view_naat",
    "records.view_vaccinedose",
    "records.view_observationorder",
    "records.view_alert",
    "lookup.view_lookup",
)


@admin.register(Person)
class PersonFileAdmin(PersonAdmin):
    """The registry's list, with the file as the page of each person."""

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if not request.user.has_perms(FILE_PERMISSIONS):
            raise PermissionDenied
        person_key = _key_or_404(object_id)
        at = timezone.now()
        staff.open_file(cast("User", request.user), person_key, at=at)
        context = {
            **self.admin_site.each_context(request),
            "title": _("A person's file"),
            "opts": self.opts,
            "file": person_page.read(person_key, at=at),
            "elsewhere": list(person_links.elsewhere(cast("User", request.user), person_key)),
            "at": at,
        }
        return TemplateResponse(request, "admin/lookup/person_file.html", context)


def _key_or_404(object_id: str) -> UUID:
    try:
        key = UUID(object_id)
    except ValueError:
        raise Http404 from None
    if not person_page.is_on_file(key):
        raise Http404
    return key
