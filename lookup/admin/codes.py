"""The rotating codes in the admin: to be read. First those that were used at more than one site."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from identity.admin.people import WithPeople
from lookup.admission import Proof
from lookup.models import Lookup, RotatingCode
from lookup.wording import proof_label

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_ALL = "all"


class UsedElsewhereFilter(admin.SimpleListFilter):
    """Those used at a second site, unless all are asked for."""

    title = _("used")
    parameter_name = "used"

    def lookups(
        self, request: HttpRequest, model_admin: "admin.ModelAdmin[RotatingCode]"
    ) -> "list[tuple[str, str | _StrPromise]]":
        return [(_ALL, _("All codes kept"))]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield {**first, "display": _("Used at a second site")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: "QuerySet[RotatingCode]") -> "QuerySet[RotatingCode]":
        return queryset if self.value() == _ALL else queryset.filter(reused_at__isnull=False)


@admin.register(RotatingCode)
class RotatingCodeAdmin(WithPeople[RotatingCode]):
    """Which codes stood on whose screen, and where they were used. The codes themselves are kept nowhere."""

    people_columns = ("subject_key",)
    list_display = (
        "issued_at",
        "asker",
        "subject_shown",
        "proof_shown",
        "used_at",
        "used_site",
        "reused_at",
        "reused_site",
    )
    list_filter = (UsedElsewhereFilter,)
    list_select_related = ("asker", "used_site", "reused_site")
    ordering = ("-expires_at",)
    fields = (
        "issued_at",
        "expires_at",
        "voided_at",
        "asker",
        "subject_shown",
        "proof_shown",
        "used_at",
        "used_site",
        "reused_at",
        "reused_site",
    )

    @admin.display(description=_("about"))
    def subject_shown(self, row: RotatingCode) -> str:
        return self.person_shown(row, "subject_key")

    @admin.display(description=_("proof"))
    def proof_shown(self, row: RotatingCode) -> str:
        return str(proof_label(Proof(row.proof)))


def used_elsewhere_of(row: Lookup) -> SafeString | str:
    """Return, for the page of a look-up, where codes beside its answer were used a second time."""
    flagged = RotatingCode.objects.filter(lookup_id=row.id, reused_at__isnull=False)
    found = flagged.select_related("used_site", "reused_site").order_by("issued_at")
    lines = [(code.used_site, code.reused_site) for code in found]
    return format_html_join("\n", "<p>{} → {}</p>", lines) or "-"
