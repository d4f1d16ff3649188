"""Kinship in the admin: to be read. It comes from the registry's feed, or from a claim that was reviewed."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.admin.people import WithPeople
from identity.models import Kinship

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class InForceFilter(admin.SimpleListFilter):
    """In force now, or not."""

    title = _("in force now")
    parameter_name = "in_force"

    def lookups(
        self, request: HttpRequest, model_admin: "admin.ModelAdmin[Kinship]"
    ) -> "list[tuple[str, str | _StrPromise]]":
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Kinship]") -> "QuerySet[Kinship]":
        in_force = Kinship.objects.in_force(timezone.now())
        match self.value():
            case "yes":
                return queryset.filter(pk__in=in_force.values("pk"))
            case "no":
                return queryset.exclude(pk__in=in_force.values("pk"))
            case _other:
                return queryset


@admin.register(Kinship)
class KinshipAdmin(WithPeople[Kinship]):
    """Who may speak for whom."""

    people_columns = ("guardian_id", "ward_id")
    list_display = (
        "id",
        "guardian_shown",
        "ward_shown",
        "kind",
        "evidence",
        "in_force_from",
        "in_force_until",
        "withdrawn",
    )
    list_filter = ("kind", "evidence", InForceFilter, "withdrawn")
    ordering = ("-id",)
    fields = (
        "guardian_shown",
        "ward_shown",
        "kind",
        "evidence",
        "verified_by",
        "in_force_from",
        "in_force_until",
        "withdrawn",
        "source",
        "record_id",
        "version",
        "synced_at",
    )

    @admin.display(description=_("guardian"))
    def guardian_shown(self, kinship: Kinship) -> str:
        return self.person_shown(kinship, "guardian_id")

    @admin.display(description=_("ward"))
    def ward_shown(self, kinship: Kinship) -> str:
        return self.person_shown(kinship, "ward_id")
