"""What the tests of accounts share: a carrier that keeps messages, and a set clock where they ask for it."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from identity import identity_check
from identity.notifier import notifier
from tests.conftest import STORY_BEGINS
from tests.faces import CountingMatcher, portrait


@pytest.fixture
def carried(settings: Any) -> Iterator[None]:
    """Every message is kept for the test to read."""
    settings.NOTIFIER = "tests.messages.KeepingNotifier"
    notifier.cache_clear()
    yield
    notifier.cache_clear()


@pytest.fixture
def compared(settings: Any) -> Iterator[None]:
    """Every comparison of the matcher is counted."""
    settings.FACE_MATCHER = "tests.faces.CountingMatcher"
    identity_check.matcher.cache_clear()
    # The decoy's reference is made once for a process.
    identity_check.compare("查无此人", portrait("elder"), registered=None)
    CountingMatcher.comparisons = 0
    yield
    identity_check.matcher.cache_clear()


@pytest.fixture
def story_begins() -> Iterator[time_machine.Traveller]:
    """The clock stands at the beginning of the story, and moves when it is told."""
    with time_machine.travel(STORY_BEGINS, tick=False) as traveller:
        yield traveller
