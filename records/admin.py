"""The admin of the records: read only, people masked, and never the row that was refused.

Tests have a composite key, which the admin cannot show: they stand on the person's page.
"""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from identity.admin.people import WithPeople
from identity.admin.read_only import ReadOnlyAdmin, Row
from records.models import Alert, ObservationOrder, Quarantined, Source, SyncRun, Tube, VaccineDose

if TYPE_CHECKING:
    _QuarantinedTable = admin.TabularInline[Quarantined, SyncRun]
else:
    _QuarantinedTable = admin.TabularInline


class QuarantinedInline(_QuarantinedTable):
    """The rows that a run refused."""

    model = Quarantined
    fields = ("position", "reason", "field", "quarantined_at", "resolved_at")
    readonly_fields = fields
    can_delete = False
    extra = 0
    max_num = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Source)
class SourceAdmin(ReadOnlyAdmin[Source]):
    """How far each feed has been read, and how old it is."""

    list_display = ("name", "kind", "as_of", "last_synced_at", "counts_for_freshness", "cursor")
    list_filter = ("kind", "counts_for_freshness")
    search_fields = ("name",)
    ordering = ("name", "kind")


@admin.register(SyncRun)
class SyncRunAdmin(ReadOnlyAdmin[SyncRun]):
    """The ledger, one line a page."""

    list_display = (
        "started_at",
        "source",
        "received",
        "applied",
        "duplicate",
        "superseded",
        "quarantined",
        "cursor_after",
    )
    list_filter = ("source__kind", "source__name")
    list_select_related = ("source",)
    inlines = (QuarantinedInline,)


class RecordAdmin(WithPeople[Row]):
    """Rows about a person whom ``person_key`` names."""

    people_columns = ("person_key",)

    @admin.display(description=_("person"))
    def person(self, row: Row) -> str:
        return self.person_shown(row, "person_key")


@admin.register(Quarantined)
class QuarantinedAdmin(RecordAdmin[Quarantined]):
    """Why rows were refused and where they stood."""

    list_display = ("quarantined_at", "position", "reason", "field", "person", "resolved_at")
    list_filter = ("reason", "run__source__kind", ("resolved_at", admin.EmptyFieldListFilter))
    fields = ("run", *list_display, "record_id", "version")
    readonly_fields = ("person",)
    search_fields = ("position", "record_id")
    ordering = ("-quarantined_at",)


@admin.register(Tube)
class TubeAdmin(ReadOnlyAdmin[Tube]):
    """Results of pooled tubes."""

    list_display = ("tube_code", "result", "issued_at", "laboratory", "source", "withdrawn")
    list_filter = ("result", "withdrawn", "source")
    search_fields = ("tube_code", "record_id")
    ordering = ("-issued_at",)


@admin.register(VaccineDose)
class VaccineDoseAdmin(RecordAdmin[VaccineDose]):
    """Vaccine doses."""

    list_display = ("person", "product", "dose_number", "administered_on", "site", "source", "withdrawn")
    list_filter = ("product", "withdrawn", "source")
    readonly_fields = ("person",)
    search_fields = ("record_id",)
    ordering = ("-administered_on",)


class MeasureAdmin(RecordAdmin[Row]):
    """Orders and alerts: what an authority said, under which reference, and for how long."""

    list_display = (
        "person",
        "kind",
        "authority",
        "reference",
        "in_force_from",
        "in_force_until",
        "withdrawn",
    )
    readonly_fields = ("person",)
    search_fields = ("record_id", "reference")
    ordering = ("-in_force_from",)


@admin.register(ObservationOrder)
class ObservationOrderAdmin(MeasureAdmin[ObservationOrder]):
    """Observation orders."""

    list_filter = ("kind", "withdrawn", "authority")


@admin.register(Alert)
class AlertAdmin(MeasureAdmin[Alert]):
    """The alerts ① to ⑤."""

    list_filter = ("kind", "cause", "withdrawn", "authority")
