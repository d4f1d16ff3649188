"""PostgreSQL is stopped, killed or silent: a gate is told 503 fast, and nothing without its row."""

import signal
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import household
from tests.deployment import Deployment
from tests.faults.checks import DIES_WITHIN_S, Checks, RevokedKey, audited, lift_limit, warm_up
from tests.faults.conftest import Feeds
from tests.faults.durable_postgres import Durable
from tests.faults.test_lost_database import open_doors
from tests.rounds import rounds

pytestmark = pytest.mark.faults

AWAY_S = rounds(short=2, long=10)
SILENT_S = rounds(short=5, long=30)
RECONNECTS_WITHIN_S = 5.0
BEFORE_S, AFTER_S = 3.0, RECONNECTS_WITHIN_S + 3.0

Breakage = Callable[[Durable], None]


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Durable]:
    durable = Durable(tmp_path / "postgres")
    try:
        yield durable
    finally:
        durable.end()


@pytest.mark.parametrize(
    ("break_it", "mend_it", "broken_s"),
    [
        (lambda postgres: postgres.go_away(signal.SIGINT), Durable.come_back, AWAY_S),
        (lambda postgres: postgres.go_away(signal.SIGKILL), Durable.come_back, AWAY_S),
        (Durable.fall_silent, Durable.speak_again, SILENT_S),
    ],
    ids=["restarted", "killed", "silent"],
)
def test_gate_is_told_503_and_checks_again_and_revoked_key_stays_dead_when_postgresql_breaks(
    break_it: Breakage,
    mend_it: Breakage,
    broken_s: float,
    postgres: Durable,
    tmp_path: Path,
    folder_of_feeds: Feeds,
) -> None:
    deployment = Deployment(var=tmp_path, database_url=postgres.url)
    folder_of_feeds.lend_to(deployment)
    access = open_doors(deployment)
    lift_limit(deployment.database_url)
    with deployment.web_as_deployed():
        warm_up(deployment, access.device_key)
        revoked = RevokedKey(deployment)
        seconds = BEFORE_S + broken_s + AFTER_S + 4
        with revoked, Checks(deployment, access.device_key, seconds) as checks:
            time.sleep(BEFORE_S)
            revoked.revoke()
            break_it(postgres)
            broken_at = time.monotonic()
            time.sleep(broken_s)
            mend_it(postgres)
            back_at = time.monotonic()
            time.sleep(AFTER_S)
    assert checks.statuses() == {201, 503}, deployment.end_of_logs
    assert checks.statuses(since=back_at + RECONNECTS_WITHIN_S) == {201}
    # What is not held up by the first silence is refused at once: the circuit is open.
    refused = [reply.took for reply in checks.replies if reply.status == 503 and reply.asked > broken_at + 3]
    assert not refused or statistics.median(refused) < 0.1
    assert_each_answer_is_audited_once(deployment, checks)
    assert revoked.worked_before
    assert revoked.outlived_s <= DIES_WITHIN_S
    assert household.CHILD_NUMBER not in deployment.logs


def assert_each_answer_is_audited_once(deployment: Deployment, checks: Checks) -> None:
    rows = audited(deployment.database_url)
    assert len(rows) == len(set(rows))
    assert len(checks.ids) == len(set(checks.ids)) > 100
    assert set(checks.ids) <= set(rows)
    # A row whose answer got lost on its way was refused with a 503; the second key has rows of its own.
    second = len(rows) - len(checks.ids) - checks.count(503)
    assert second < 100
