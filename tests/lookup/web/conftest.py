"""The set clock of the pages' tests, and a browser that asks for English."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from tests.lookup.api.story import AT


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Stand at 10 June 2022, 10:00, until a test moves the clock."""
    with time_machine.travel(AT, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def browser(clock: time_machine.Traveller) -> Client:
    """A browser that checks CSRF tokens and speaks English."""
    return Client(headers={"Accept-Language": "en"})
