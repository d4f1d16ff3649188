"""How the city writes what feeds of every kind have in common. Source: docs/feed.md."""

from datetime import datetime
from typing import Any

from civil_time import SHANGHAI
from demo.people import Citizen

Fields = dict[str, Any]


def subject(citizen: Citizen) -> Fields:
    """Return the fields that say whom a row is about."""
    return {
        "document_type": citizen.document.type.value,
        "document_number": citizen.document.number,
        "name": citizen.name,
    }


def written(at: datetime | None) -> str | None:
    """Return a time as the feeds write it, with the offset of Shanghai."""
    return None if at is None else at.astimezone(SHANGHAI).isoformat()
