"""`manage.py sync` is killed wherever it happens to be, and run again: nothing lost, nothing twice."""

import subprocess
import sys
from random import Random

import pytest

from tests.deployment import Deployment
from tests.faults.conftest import Feeds, NewDeployment, Undisturbed
from tests.faults.tables import dump, first_difference, received
from tests.rounds import rounds

pytestmark = pytest.mark.faults

KILLS = rounds(short=3, long=20)


def test_sync_once_leaves_every_outcome_and_a_ledger_of_every_row(
    folder_of_feeds: Feeds, undisturbed: Undisturbed
) -> None:
    assert received(undisturbed.tables) == folder_of_feeds.rows > 30_000
    ledger = undisturbed.tables["records_syncrun"]
    for outcome in ("applied", "duplicate", "superseded", "quarantined"):
        assert sum(line[outcome] for line in ledger) > 100
    assert all(undisturbed.tables.values())


def test_sync_ends_in_the_same_state_when_it_is_killed_and_run_again(
    folder_of_feeds: Feeds, new_deployment: NewDeployment, undisturbed: Undisturbed
) -> None:
    random, kills = Random(), 0
    for _attempt in range(KILLS):
        deployment = new_deployment()
        kills += kill_until_it_ends(deployment, undisturbed, random, at_most=KILLS - kills)
        tables = dump(deployment.database_url)
        assert first_difference(tables, undisturbed.tables) == ""
        assert received(tables) == folder_of_feeds.rows
        if kills >= KILLS:
            return
    assert kills > 0, "the sync always ended before it could be killed"


def kill_until_it_ends(
    deployment: Deployment, undisturbed: Undisturbed, random: Random, *, at_most: int
) -> int:
    """Run the sync again and again, kill it at random moments, let it end at last; return the kills."""
    for kills in range(at_most):
        # Now and then before the first page, mostly in the middle of one.
        pause = 0.9 * undisturbed.starting_s + random.uniform(0, undisturbed.working_s)
        with deployment.process("sync", sys.executable, "manage.py", "sync") as sync:
            try:
                assert sync.wait(timeout=pause) == 0, deployment.end_of_logs
            except subprocess.TimeoutExpired:
                sync.kill()
                sync.wait(timeout=10)
            else:
                return kills
    sync_to_the_end(deployment)
    return at_most


def sync_to_the_end(deployment: Deployment) -> None:
    """Run the sync until it says that all is read; a page of a killed run may hold a feed for a moment."""
    for _turn in range(5):
        done = deployment.manage("sync", "--now")
        if done.returncode == 0:
            return
    raise AssertionError(done.stderr)
