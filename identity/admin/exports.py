"""Exports in the admin: who took which list out as a file."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from identity.admin.read_only import ReadOnlyAdmin
from identity.models import Export


@admin.register(Export)
class ExportAdmin(ReadOnlyAdmin[Export]):
    """One row for each file."""

    purpose = _("Which lists left the admin as a file, who took them, and how many rows they had.")
    list_display = ("exported_at", "exported_by", "listed", "query", "rows")
    list_filter = ("listed",)
    list_select_related = ("exported_by",)
    ordering = ("-id",)
