"""The records in the admin: read only, people masked.

Tests have a composite key, which the admin cannot show: they stand on the person's page.
"""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from identity.admin.people import WithPeople
from identity.admin.read_only import ReadOnlyAdmin, Row
from records.models import Alert, ObservationOrder, Tube, VaccineDose


class RecordAdmin(WithPeople[Row]):
    """Rows about a person whom ``person_key`` names."""

    people_columns = ("person_key",)

    @admin.display(description=_("person"))
    def person(self, row: Row) -> str:
        return self.person_shown(row, "person_key")


@admin.register(Tube)
class TubeAdmin(ReadOnlyAdmin[Tube]):
    """Results of pooled tubes."""

    purpose = _("Results of pooled tubes. A test of a person stands in the person’s file.")

    list_display = ("tube_code", "result", "issued_at", "laboratory", "source", "withdrawn")
    list_filter = ("result", "withdrawn", "source")
    search_fields = ("tube_code", "record_id")
    ordering = ("-issued_at",)


@admin.register(VaccineDose)
class VaccineDoseAdmin(RecordAdmin[VaccineDose]):
    """Vaccine doses."""

    purpose = _("Doses, as their source gave them. A mistake is mended at the vaccination site.")

    list_display = ("person", "product", "dose_number", "administered_on", "site", "source", "withdrawn")
    list_filter = ("product", "withdrawn", "source")
    readonly_fields = ("person",)
    search_fields = ("record_id",)
    ordering = ("-administered_on",)


class MeasureAdmin(RecordAdmin[Row]):
    """Orders and alerts: what an authority said, under which reference, and for how long."""

    purpose = _(
        "What an authority ordered or warned of, under which reference and until when. A mistake "
        "is mended by the authority."
    )

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
