"""How the API writes an instant."""

from datetime import datetime

from civil_time import SHANGHAI


def rfc3339(at: datetime) -> str:
    """Return an instant as the API writes it: whole seconds, Shanghai time, ``+08:00``."""
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")
