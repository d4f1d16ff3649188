"""A gate as a check sees it: which device at which site, by which key, and what it may ask. No model."""

from dataclasses import dataclass
from uuid import UUID

from lookup.models.devices import DeviceScope, Site


@dataclass(frozen=True, kw_only=True, slots=True)
class Gate:
    """A device that has shown a living key; ``own_days`` only with the entry rule OWN."""

    device_id: UUID
    site_id: UUID
    pseudonym_salt: UUID
    entry_rule: str
    own_days: int | None
    checks_per_minute: int
    key_prefix: str
    scopes: frozenset[str]

    def may(self, scope: DeviceScope) -> bool:
        """Tell whether the key lets its device ask that."""
        return scope.value in self.scopes

    def entry_days_under(self, city_days: int | None) -> int | None:
        """Return the days that a test may have here, given the city's rule; None: no test is asked for."""
        match self.entry_rule:
            case Site.EntryRule.OWN:
                return self.own_days
            case Site.EntryRule.NO_TEST:
                return None
            case _:
                return city_days
