"""Tests, doses, orders and alerts as their sources last said them; one summary row per person; the ledger."""

from records.models.doses import VaccineDose
from records.models.feeds import Kind, Quarantined, Source, SyncRun
from records.models.measures import Alert, Measure, ObservationOrder
from records.models.naats import Naat, Tube
from records.models.summary import Summary
from records.models.versioned import Versioned

__all__ = [
    "Alert",
    "Kind",
    "Measure",
    "Naat",
    "ObservationOrder",
    "Quarantined",
    "Source",
    "Summary",
    "SyncRun",
    "Tube",
    "Versioned",
    "VaccineDose",
]
