"""A gate of no device, for what needs no database."""

from uuid import UUID

from lookup.gates.gate import Gate
from lookup.models import DeviceScope, Site

GATE = Gate(
    device_id=UUID(int=1),
    site_id=UUID(int=2),
    pseudonym_salt=UUID(int=3),
    entry_rule=Site.EntryRule.CITY,
    own_days=None,
    checks_per_minute=600,
    key_prefix="abcdefgh",
    scopes=frozenset(DeviceScope.values),
)
