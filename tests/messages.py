"""A carrier of messages for tests: keeps what it is given, and can be away."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from identity.notifier import notifier


class KeepingNotifier:
    """Takes every message, or none while it is away."""

    taken: list[tuple[str, str]]
    is_away = False

    def __init__(self) -> None:
        self.taken = []

    def send(self, mobile: str, text: str) -> None:
        """Keep the message, or raise what a client raises whose carrier is away."""
        if self.is_away:
            raise TimeoutError
        self.taken.append((mobile, text))


def carrier() -> KeepingNotifier:
    """Return the notifier of this process, for tests that set NOTIFIER to the one above."""
    kept = notifier()
    assert isinstance(kept, KeepingNotifier)
    return kept


@contextmanager
def away() -> Iterator[None]:
    """Let the carrier be away for a while."""
    carrier().is_away = True
    try:
        yield
    finally:
        carrier().is_away = False


def code_in(text: str) -> str:
    """Return the six digits of a message."""
    found = re.findall(r"(?<!\d)\d{6}(?!\d)", text)
    assert len(found) == 1, text
    return str(found[0])
