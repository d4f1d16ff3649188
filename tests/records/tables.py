"""What the feeds have made of the tables, for tests of the sync to compare."""

from records.models import (
    Alert,
    Kind,
    Naat,
    ObservationOrder,
    Quarantined,
    Summary,
    Tube,
    VaccineDose,
)
from records.sync import PageReport

TABLES = {
    Kind.TESTS: Naat,
    Kind.TUBES: Tube,
    Kind.DOSES: VaccineDose,
    Kind.ORDERS: ObservationOrder,
    Kind.ALERTS: Alert,
}


def counts(report: PageReport) -> tuple[int, int, int, int]:
    return report.applied, report.duplicate, report.superseded, report.quarantined


def dump() -> list[object]:
    """Return what the feeds have made of the tables, without the ledger."""
    return [list(model.objects.order_by("source", "record_id").values()) for model in TABLES.values()] + [
        list(Summary.objects.order_by("person_key").values()),
        list(
            Quarantined.objects.order_by("id").values_list("position", "reason", "record_id", "resolved_at")
        ),
    ]
