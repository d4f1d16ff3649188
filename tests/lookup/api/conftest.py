"""The set clock of the API's tests."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.lookup.api.story import AT


@pytest.fixture
def clock() -> Iterator[None]:
    """Stand at 10 June 2022, 10:00, for views that look at the clock."""
    with time_machine.travel(AT, tick=False):
        yield
