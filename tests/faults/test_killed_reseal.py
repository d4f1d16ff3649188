"""`manage.py reseal` is killed wherever it happens to be, beside a sync, and run again: every value opens."""

import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta
from random import Random
from uuid import UUID

import psycopg2
import pytest
from psycopg2.extras import execute_values
from uuid_utils.compat import uuid7

from identity.models import code_context, code_mobile_context
from identity.sealed import SealingRing
from tests.conftest import STORY_BEGINS
from tests.deployment import Deployment
from tests.faults.conftest import NewDeployment, Undisturbed
from tests.faults.new_key_settings import SEALING_KEYS as NEW_KEYS
from tests.faults.rotated_settings import SEALING_KEYS as BOTH_KEYS
from tests.faults.tables import dump, first_difference, query
from tests.rounds import rounds

pytestmark = pytest.mark.faults

KILLS = rounds(short=3, long=20)
CODES = rounds(short=30_000, long=150_000)
"""So many values beside those of the feeds, or it would end before it could be killed."""
_UNDER = "SELECT count(*) FROM identity_onetimecode WHERE get_byte(mobile_sealed, 0) = {key}"


def test_reseal_ends_with_every_value_under_the_new_key_when_it_is_killed_beside_a_sync(
    new_deployment: NewDeployment, undisturbed: Undisturbed
) -> None:
    deployment, random = new_deployment(), Random()
    assert deployment.manage("sync", "--source", "register").returncode == 0, deployment.end_of_logs
    write_codes(deployment.database_url)
    deployment.extra["DJANGO_SETTINGS_MODULE"] = "tests.faults.rotated_settings"
    kills, done = 0, [0]
    # The rest of the feeds comes in meanwhile: corrections of people, and rows to refuse.
    with deployment.process("sync", sys.executable, "manage.py", "sync") as sync:
        for _kill in range(KILLS):
            kills += kill_in_the_middle(deployment, random, already=done[-1])
            done.append(under(deployment, 2))
            assert done[-1] >= done[-2], "what was done did not stay done"
        sync.wait(timeout=120)
    assert kills > 0
    assert 0 < done[1] < CODES
    finished = deployment.manage("reseal")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "Any other key may leave SEALING_KEYS" in finished.stdout
    assert under(deployment, 1) == 0
    read_to_the_end(deployment)
    new = SealingRing(NEW_KEYS, primary=2)
    assert first_difference(dump(deployment.database_url, ring=new), undisturbed.tables) == ""
    assert_every_code_opens(deployment.database_url, new)
    deployment.extra["DJANGO_SETTINGS_MODULE"] = "tests.faults.new_key_settings"
    assert deployment.manage("reseal", "--check").returncode == 0


def kill_in_the_middle(deployment: Deployment, random: Random, *, already: int) -> bool:
    """Start the command and kill it once it has done something; tell whether it had not ended before."""
    with deployment.process("reseal", sys.executable, "manage.py", "reseal") as process:
        for _look in range(600):
            if process.poll() is not None or under(deployment, 2) > already:
                break
            time.sleep(0.02)
        time.sleep(random.uniform(0, 0.15))
        is_alive = process.poll() is None
        process.kill()
        process.wait(timeout=10)
    return is_alive


def under(deployment: Deployment, key: int) -> int:
    [(count,)] = query(deployment.database_url, _UNDER.format(key=key))
    return int(count)


def write_codes(url: str) -> None:
    """Write one-time codes as they stood before the rotation, each saying its own number."""
    old = SealingRing({1: BOTH_KEYS[1]}, primary=1)
    made_at, rows = STORY_BEGINS, []
    for number in range(CODES):
        key = uuid7()
        mobile = old.seal(str(number), context=code_mobile_context(key))
        code = old.seal(f"{number:06}", context=code_context(key))
        rows.append((str(key), str(UUID(int=number)), mobile, code, made_at, made_at + timedelta(minutes=10)))
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        execute_values(
            cursor,
            "INSERT INTO identity_onetimecode (id, mobile_key, mobile_sealed, code_sealed, created_at,"
            " expires_at, purpose, is_decoy, language, tries_left, next_try_at, sending_tries) VALUES %s",
            rows,
            template="(%s::uuid, %s::uuid, %s, %s, %s, %s, 'SIGN_UP', false, 'zh-hans', 5, '2022-05-20Z', 0)",
            page_size=1000,
        )


def assert_every_code_opens(url: str, ring: SealingRing) -> None:
    rows = query(url, "SELECT id::text, mobile_sealed, code_sealed FROM identity_onetimecode")
    opened = [
        (
            ring.unseal(mobile, context=code_mobile_context(UUID(key))),
            ring.unseal(code, context=code_context(UUID(key))),
        )
        for key, mobile, code in rows
    ]
    assert sorted(opened) == sorted((str(number), f"{number:06}") for number in range(CODES))


def read_to_the_end(deployment: Deployment) -> None:
    for _turn in range(5):
        done: subprocess.CompletedProcess[str] = deployment.manage("sync")
        if done.returncode == 0:
            return
    raise AssertionError(done.stderr)
