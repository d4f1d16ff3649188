"""Ids as they come in: in an address, or in a field."""

import re
from uuid import UUID

# Stricter than UUID(), which also takes braces, "urn:uuid:" and no hyphens.
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def uuid_in(text: str) -> UUID | None:
    """Return the id that a text is, or None if it is none."""
    return UUID(text) if _UUID.fullmatch(text) else None
