"""The admin of people, kinship and accounts. Everything personal is masked, whoever looks.

A person's own page also shows records and look-ups, so `lookup.admin` registers it, on top of
`PersonAdmin` (docs/architecture.md, 2).
"""

from identity.admin import accounts, claims, exports, kinship, messages

__all__ = ["accounts", "claims", "exports", "kinship", "messages"]
