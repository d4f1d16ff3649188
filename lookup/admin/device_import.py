"""Sites and devices from a file, in the admin: each row is looked at first, then made."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.models import ADDITION, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from identity.models import User
from lookup import device_import
from lookup.device_import import Fate, FileProblem, Made, RowSeen, Unreadable
from lookup.models import Device

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    _DeviceAdmin = admin.ModelAdmin[Device]
else:
    _DeviceAdmin = object

_FATES: "dict[Fate, _StrPromise]" = {
    Fate.NEW_SITE_AND_DEVICE: gettext_lazy("new site and new device"),
    Fate.NEW_DEVICE: gettext_lazy("new device"),
    Fate.THERE_ALREADY: gettext_lazy("there already, stays as it is"),
    Fate.TWICE_IN_FILE: gettext_lazy("stands twice in the file, counts once"),
    Fate.VALUE_MISSING: gettext_lazy("site or label is missing"),
    Fate.VALUE_TOO_LONG: gettext_lazy("site (80) or label (60 characters) is too long"),
    Fate.VALUE_UNREADABLE: gettext_lazy("site or label has characters that cannot be shown"),
}
_PROBLEMS: "dict[FileProblem, _StrPromise]" = {
    FileProblem.TOO_LARGE: gettext_lazy("The file is larger than 256 KB. Please split it."),
    FileProblem.NOT_UTF_8: gettext_lazy("The file is not in UTF-8. Please save it as “CSV UTF-8”."),
    FileProblem.COLUMNS_MISSING: gettext_lazy("The first line has to name the columns “site” and “label”."),
    FileProblem.TOO_MANY_ROWS: gettext_lazy("The file has more than 2,000 rows. Please split it."),
    FileProblem.NOT_CSV: gettext_lazy("This is no CSV file, or one of its quotes is not closed."),
}


class ImportForm(forms.Form):
    """The file, and afterwards its text again, so that what is made is what was looked at."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy("Columns “site” and “label”, in UTF-8, at most 2,000 rows."),
    )


class DeviceImport(_DeviceAdmin):
    """The import, to be mixed into the admin of devices."""

    def import_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.import_view)
        return [path("import/", view, name="lookup_device_import")]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for a file; show what would become of each row; make them; show what became of them."""
        if not request.user.has_perms(("lookup.add_site", "lookup.add_device", "lookup.view_device")):
            raise PermissionDenied
        confirmed = request.POST.get("confirmed")
        if request.method == "POST" and confirmed is not None:
            return self._make(request, confirmed.encode("utf-8", "replace"))
        form = ImportForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            return self._preview(request, form.cleaned_data["file"].read())
        return self._import_page(request, form=form)

    def _preview(self, request: HttpRequest, file: bytes) -> HttpResponse:
        seen = device_import.preview(file)
        if isinstance(seen, Unreadable):
            return self._import_page(request, form=ImportForm(), problem=_PROBLEMS[seen.problem])
        text = file.decode("utf-8-sig")
        return self._import_page(request, rows=_in_words(seen.rows), text=text, can_be_made=seen.can_be_made)

    def _make(self, request: HttpRequest, file: bytes) -> HttpResponse:
        made = device_import.make(file)
        if not isinstance(made, Made):
            return self._preview(request, file)
        devices = Device.objects.filter(pk__in=[device.pk for device in made.devices])
        LogEntry.objects.log_actions(
            cast("User", request.user).pk, devices.select_related("site"), ADDITION, "Imported from a file."
        )
        return self._import_page(request, rows=_in_words(made.rows), made=len(made.devices))

    def _import_page(self, request: HttpRequest, **context: Any) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "title": _("Import sites and devices")}
        page = {**shared, "opts": self.opts, **context}
        return TemplateResponse(request, "admin/lookup/device_import.html", page)


def _in_words(rows: tuple[RowSeen, ...]) -> "list[tuple[RowSeen, _StrPromise]]":
    return [(row, _FATES[row.fate]) for row in rows]
