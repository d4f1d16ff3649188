"""Tests, doses, orders and alerts as their sources last said them; one summary row per person; the ledger."""

from records.models.doses import VaccineDose
from records.models.feeds import Kind, Quarantined, Source, SyncRun, Trouble
from records.models.holds import HeldPage, TurnedAdverse
from records.models.measures import Alert, Measure, ObservationOrder
from records.models.naats import Naat, Tube
from records.models.rules import SourceRules
from records.models.signs import Heartbeat, LaboratoryHour
from records.models.summary import Summary
from records.models.versioned import Versioned

__all__ = [
    "Alert",
    "Heartbeat",
    "HeldPage",
    "Kind",
    "LaboratoryHour",
    "Measure",
    "Naat",
    "ObservationOrder",
    "Quarantined",
    "Source",
    "SourceRules",
    "Summary",
    "SyncRun",
    "Trouble",
    "Tube",
    "TurnedAdverse",
    "Versioned",
    "VaccineDose",
]
