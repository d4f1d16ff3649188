"""PostgreSQL is stopped or killed under a sync and a stream of questions, and comes back."""

import json
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from lookup.gates.pool import REST_S
from tests import household
from tests.deployment import Deployment
from tests.faults import feeds
from tests.faults.conftest import Feeds, Undisturbed
from tests.faults.durable_postgres import Durable
from tests.faults.questions import Stream, ask_child
from tests.faults.tables import dump, first_difference, query, received
from tests.faults.test_killed_sync import sync_to_the_end
from tests.household import Access
from tests.rounds import rounds

pytestmark = pytest.mark.faults

OUTAGES = rounds(short=1, long=8)
AWAY_S = 1.0


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Durable]:
    durable = Durable(tmp_path / "postgres")
    try:
        yield durable
    finally:
        durable.end()


@pytest.mark.parametrize("outage", range(OUTAGES))
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=["stopped", "killed"])
def test_service_loses_nothing_and_answers_503_when_postgresql_goes_away_and_comes_back(
    number: signal.Signals,
    outage: int,
    postgres: Durable,
    tmp_path: Path,
    folder_of_feeds: Feeds,
    undisturbed: Undisturbed,
) -> None:
    deployment = Deployment(var=tmp_path, database_url=postgres.url)
    folder_of_feeds.lend_to(deployment)
    access = open_doors(deployment)
    with deployment.web(), Stream(deployment, access) as stream:
        lose_database_under_a_sync(deployment, postgres, number, undisturbed)
        # A gate that was refused tries again after a moment; a citizen's page tries at once.
        time.sleep(2 * REST_S)
        back_at = time.monotonic()
        first = ask_child(deployment, access)
        sync_to_the_end(deployment)
    assert [reply.status for reply in first] == [201, 201]
    assert stream.problems() == []
    assert stream.count(503) > 0
    assert stream.count(503, since=back_at) == 0
    assert stream.count(201, since=back_at) > 0
    assert_audited_once(postgres.url, stream, more=len(first))
    tables = dump(postgres.url)
    assert first_difference(tables, undisturbed.tables) == ""
    assert received(tables) == folder_of_feeds.rows
    assert "Traceback" not in (deployment.var / "sync.log").read_text()
    assert household.CHILD_NAME not in deployment.logs
    assert household.CHILD_NUMBER not in deployment.logs


def open_doors(deployment: Deployment) -> Access:
    """Make the tables, bring father and child, and let both ways of asking in."""
    assert deployment.manage("migrate", "-v0").returncode == 0, deployment.logs
    feeds.trust(deployment)
    done = deployment.manage("sync", "--source", household.SOURCE)
    assert done.returncode == 0, done.stderr
    opened = deployment.run(sys.executable, "-m", "tests.household")
    assert opened.returncode == 0, opened.stderr
    return Access(**json.loads(opened.stdout))


def lose_database_under_a_sync(
    deployment: Deployment, postgres: Durable, number: signal.Signals, undisturbed: Undisturbed
) -> None:
    pause = undisturbed.starting_s + Random().uniform(0.1, 0.8) * undisturbed.working_s
    with deployment.process("sync", sys.executable, "manage.py", "sync") as sync:
        time.sleep(pause)
        postgres.go_away(number)
        # On a fast day it has ended just before; without a database it must not hang.
        sync.wait(timeout=20)
        time.sleep(AWAY_S)
        postgres.come_back()


def assert_audited_once(url: str, stream: Stream, *, more: int) -> None:
    """Hold the answers against the audit; ``more`` were asked beside the stream."""
    rows = [str(row[0]) for row in query(url, "SELECT id FROM lookup_lookup WHERE outcome = 'ANSWERED'")]
    assert len(rows) == len(set(rows))
    assert len(stream.ids) == len(set(stream.ids)) > 0
    assert set(stream.ids) <= set(rows)
    # A row whose answer was lost on its way was asked for as well; no other row is there.
    assert len(rows) - more - len(stream.ids) <= stream.count(503)
