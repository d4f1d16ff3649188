"""The worker is killed in the middle of a sync, gets its task twice, or has another worker beside it."""

import time
from random import Random

import pytest

from tests.deployment import Deployment
from tests.faults.conftest import Feeds, NewDeployment, Undisturbed
from tests.faults.tables import dump, first_difference, query, received
from tests.rounds import rounds

pytestmark = pytest.mark.faults

KILLS = rounds(short=2, long=10)
PAIRS = rounds(short=1, long=6)
SYNC = "records.tasks.sync"


def test_worker_ends_in_the_same_state_when_it_is_killed_and_started_again(
    folder_of_feeds: Feeds, new_deployment: NewDeployment, undisturbed: Undisturbed
) -> None:
    deployment, random = new_deployment(), Random()
    for _kill in range(KILLS):
        with deployment.worker() as worker:
            deployment.send(SYNC)
            wait_until_taken(deployment)
            time.sleep(random.uniform(0, undisturbed.working_s))
            worker.kill()
    with deployment.worker():
        send_until_read(deployment, undisturbed)
    assert_same(deployment, undisturbed, folder_of_feeds)


def test_two_workers_end_in_the_same_state_when_both_are_told_and_one_is_killed(
    folder_of_feeds: Feeds, new_deployment: NewDeployment, undisturbed: Undisturbed
) -> None:
    random = Random()
    for _pair in range(PAIRS):
        deployment = new_deployment()
        with deployment.worker("first") as first, deployment.worker("second"):
            deployment.send(SYNC)
            deployment.send(SYNC)
            wait_until_taken(deployment)
            time.sleep(random.uniform(0, undisturbed.working_s))
            first.kill()
            send_until_read(deployment, undisturbed)
        assert_same(deployment, undisturbed, folder_of_feeds)


def assert_same(deployment: Deployment, undisturbed: Undisturbed, folder_of_feeds: Feeds) -> None:
    tables = dump(deployment.database_url)
    assert first_difference(tables, undisturbed.tables) == "", deployment.end_of_logs
    assert received(tables) == folder_of_feeds.rows


def wait_until_taken(deployment: Deployment) -> None:
    """Wait until a worker has taken every message from the queue's folder."""
    messages = deployment.var / "queue" / "messages"
    for _turn in range(300):
        if not any(messages.iterdir()):
            return
        time.sleep(0.05)
    raise AssertionError(f"no worker took the task: {deployment.end_of_logs}")


def send_until_read(deployment: Deployment, undisturbed: Undisturbed) -> None:
    """Publish the task as beat does, twice each time, until every feed stands at its end."""
    ends = {(row["name"], row["kind"], row["cursor"]) for row in undisturbed.tables["records_source"]}
    for _turn in range(20):
        deployment.send(SYNC)
        deployment.send(SYNC)
        for _look in range(20):
            if set(query(deployment.database_url, "SELECT name, kind, cursor FROM records_source")) == ends:
                return
            time.sleep(0.1)
    raise AssertionError(f"the feeds were not read to their end: {deployment.end_of_logs}")
