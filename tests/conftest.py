"""What every test shares: a set clock, and seeded policies after a flush."""

from datetime import datetime

import pytest
from pytest_django import Settings

from civil_time import SHANGHAI

# 10 in the morning of the day on which the story begins (docs/domain.md, 1).
STORY_BEGINS = datetime(2022, 5, 20, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture
def at() -> datetime:
    """The set clock of most tests."""
    return STORY_BEGINS


@pytest.fixture(autouse=True)
def _no_floor_under_answers(settings: Settings) -> None:
    """Nobody waits in tests, but where the floor itself is tested."""
    settings.UNPROVEN_ANSWER_FLOOR_S = 0.0


@pytest.fixture(autouse=True)
def _nothing_is_remembered_of_the_test_before() -> None:
    """Each test begins with an empty memory at the gates, as a process does."""
    from lookup.api.check_answers import permits
    from lookup.gates.memory import memory

    memory.forget()
    permits.cache_clear()


@pytest.fixture(autouse=True)
def _policies_are_there(request: pytest.FixtureRequest) -> None:
    """Seed the policy rows again where a transactional test before has flushed them."""
    marker = request.node.get_closest_marker("django_db")
    if marker is None and not {"db", "transactional_db"} & set(request.fixturenames):
        return
    is_transactional = bool(marker and marker.kwargs.get("transaction"))
    request.getfixturevalue("transactional_db" if is_transactional else "db")
    from lookup.models import PolicyRevision
    from lookup.policies.timeline import seeded_rows

    if not PolicyRevision.objects.exists():
        PolicyRevision.objects.bulk_create(PolicyRevision(**row) for row in seeded_rows())
