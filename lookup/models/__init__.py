"""The rules in force, the audit of every look-up, what guards people, and the devices at the gates."""

from lookup.models.audit import Lookup, LookupQuerySet
from lookup.models.codes import RotatingCode
from lookup.models.devices import Device, DeviceKey, DeviceScope, Site
from lookup.models.guards import AbuseAlert, AccessLock, Consent
from lookup.models.policies import BudgetPolicy, PolicyInForce, PolicyRevision, PolicyRevisionQuerySet
from lookup.models.proposals import Acknowledgement, DryRun, DryRunGroup, PolicyProposal
from lookup.models.shares import AnswerCount, Release, ShareAlert
from lookup.models.tallies import HourTally

__all__ = [
    "AbuseAlert",
    "AccessLock",
    "Acknowledgement",
    "AnswerCount",
    "BudgetPolicy",
    "Consent",
    "Device",
    "DeviceKey",
    "DeviceScope",
    "DryRun",
    "DryRunGroup",
    "HourTally",
    "Lookup",
    "LookupQuerySet",
    "PolicyInForce",
    "PolicyProposal",
    "PolicyRevision",
    "PolicyRevisionQuerySet",
    "RotatingCode",
    "Release",
    "ShareAlert",
    "Site",
]
