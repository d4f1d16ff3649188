"""A PostgreSQL of the fault runs' own, feeds to read, and what an undisturbed sync makes of them."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg2
import pytest

from healthkit.embedded_postgres import DATABASE, EmbeddedPostgres
from tests.deployment import Deployment
from tests.faults import feeds
from tests.faults.tables import Tables, dump

NewDeployment = Callable[[], Deployment]


@dataclass(frozen=True, kw_only=True)
class Feeds:
    """The folder of feeds, and how many rows stand in it."""

    folder: Path
    rows: int

    def lend_to(self, deployment: Deployment) -> None:
        """Let a deployment read the feeds as its own."""
        os.symlink(self.folder, deployment.var / "feeds")


@dataclass(frozen=True, kw_only=True)
class Undisturbed:
    """What a sync that nobody disturbs leaves, and how long it takes in seconds."""

    tables: Tables
    starting_s: float
    working_s: float


@pytest.fixture(scope="session")
def folder_of_feeds(tmp_path_factory: pytest.TempPathFactory) -> Feeds:
    folder = tmp_path_factory.mktemp("feeds")
    return Feeds(folder=folder, rows=feeds.write_feeds(folder))


@pytest.fixture(scope="session")
def new_deployment(
    tmp_path_factory: pytest.TempPathFactory, folder_of_feeds: Feeds
) -> Iterator[NewDeployment]:
    """Make deployments with an empty database each, on one server, all with the feeds before them."""
    postgres = EmbeddedPostgres(folder=tmp_path_factory.mktemp("postgres"), durable=False)
    server, numbers = postgres.start(), count(1)

    def make() -> Deployment:
        name = f"faults_{next(numbers)}"
        _copy_database(postgres, name)
        deployment = Deployment(
            var=tmp_path_factory.mktemp("var"), database_url=postgres.url.removesuffix(DATABASE) + name
        )
        folder_of_feeds.lend_to(deployment)
        return deployment

    try:
        template = Deployment(var=tmp_path_factory.mktemp("var"), database_url=postgres.url)
        assert template.manage("migrate", "-v0").returncode == 0, template.logs
        feeds.trust(template)
        yield make
    finally:
        postgres.stop(server)


@pytest.fixture(scope="session")
def undisturbed(new_deployment: NewDeployment) -> Undisturbed:
    deployment = new_deployment()
    whole_s = _time_of_sync(deployment)
    starting_s = _time_of_sync(deployment)
    # On a machine that is busy with something else, the second may take as long as the first.
    working_s = max(0.5, whole_s - starting_s)
    return Undisturbed(tables=dump(deployment.database_url), starting_s=starting_s, working_s=working_s)


def _time_of_sync(deployment: Deployment) -> float:
    began = time.monotonic()
    done = deployment.manage("sync")
    assert done.returncode == 0, done.stderr
    return time.monotonic() - began


def _copy_database(postgres: EmbeddedPostgres, name: str) -> None:
    with closing(psycopg2.connect(postgres.url.removesuffix(DATABASE) + "postgres")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE {DATABASE}")
