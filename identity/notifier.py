"""The port to whoever carries messages to mobile phones."""

from functools import lru_cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class Notifier(Protocol):
    """Sends a text to a mobile number. Implementations keep nothing and log neither."""

    def send(self, mobile: str, text: str) -> None:
        """Hand a text over for a mobile number (E.164).

        Raises OSError if the message could not be handed over; it is tried again later. Must end by
        itself within a few seconds, since a row of the outbox waits for it.
        """
        ...


@lru_cache(maxsize=1)
def notifier() -> Notifier:
    """Return this deployment's notifier, from NOTIFIER."""
    made: Notifier = import_string(settings.NOTIFIER)()
    return made
