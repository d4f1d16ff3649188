"""Redis for these tests; and the databases, feeds and undisturbed sync of the fault runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.conftest import folder_of_feeds, new_deployment, undisturbed
from tests.production.redis_server import RedisServer

__all__ = ["folder_of_feeds", "new_deployment", "redis_server", "undisturbed"]


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path / "redis")
    try:
        server.start()
        yield server
    finally:
        server.kill()
