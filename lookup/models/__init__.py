"""The rules in force, the audit of every look-up, what guards people, and the devices at the gates."""

from lookup.models.audit import Lookup, LookupQuerySet
from lookup.models.devices import Device, DeviceKey, Site
from lookup.models.guards import AbuseAlert, AccessLock, Consent
from lookup.models.policies import BudgetPolicy, PolicyInForce, PolicyRevision, PolicyRevisionQuerySet
from lookup.models.tallies import HourTally

__all__ = [
    "AbuseAlert",
    "AccessLock",
    "BudgetPolicy",
    "Consent",
    "Device",
    "DeviceKey",
    "HourTally",
    "Lookup",
    "LookupQuerySet",
    "PolicyInForce",
    "PolicyRevision",
    "PolicyRevisionQuerySet",
    "Site",
]
