"""The commands over HTTP, as processes: the reference server, sync, sync --follow, check_sources."""

import json
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from django.utils import timezone

from records.models import Source, SyncRun, Trouble, VaccineDose
from tests.deployment import ROOT, Deployment, database_url, free_port
from tests.records.http_feeds import doses, http_sources_text, serving, write_doses

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(tmp_path):
    write_doses(tmp_path / "theirs", *doses(5))
    with serving(tmp_path / "theirs", most_rows=2) as server:
        yield server


@pytest.fixture
def deployment(server, tmp_path):
    return Deployment(
        var=tmp_path, database_url=database_url(), extra={"HTTP_SOURCES": http_sources_text(server)}
    )


def wait_until(holds, *, what: str) -> None:
    for _ in range(300):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError(what)


@contextmanager
def following(deployment):
    """Run sync --follow beside the test."""
    with subprocess.Popen(
        [sys.executable, "manage.py", "sync", "--follow"],
        cwd=ROOT,
        env=deployment.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_sync_reads_a_source_over_http_and_reports(deployment, server):
    done = deployment.manage("sync")
    assert done.returncode == 0, done.stderr
    line, together = done.stdout.splitlines()
    assert line == "lab-a/doses: 5 received = 5 applied + 0 duplicate + 0 superseded + 0 quarantined"
    assert re.fullmatch(r"5 rows in \d+\.\d s, \d+ rows/s", together)
    assert VaccineDose.objects.count() == 5


def test_sync_says_what_is_in_the_way_and_when_it_is_tried_again(deployment, server):
    server.misbehave = ["busy-for-a-while"]
    done = deployment.manage("sync")
    assert done.returncode == 1
    assert "the source answered 429; left alone until 20" in done.stdout
    server.misbehave = []

    # Remembered in the database, so by the next process as well.
    done = deployment.manage("sync")
    assert done.returncode == 1
    assert "BUSY; left alone until 20" in done.stdout
    assert len(server.asked) == 1

    done = deployment.manage("sync", "--now", "--source", "lab-a")
    assert done.returncode == 0, done.stderr
    assert VaccineDose.objects.count() == 5
    assert Source.objects.get().problem == ""


def test_sync_follows_until_it_is_interrupted(deployment, server):
    with following(deployment) as process:
        wait_until(lambda: VaccineDose.objects.count() == 5, what="the rows did not come")
        # The last of them have been written, and are counted a moment later.
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        said, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    assert "5 received = 5 applied" in said
    assert "Traceback" not in errors


def test_sync_follows_through_trouble(deployment, server):
    server.misbehave = ["reset"]
    with following(deployment) as process:
        wait_until(lambda: SyncRun.objects.filter(problem=Trouble.BROKEN_OFF).exists(), what="no trouble")
        server.misbehave = []
        Source.objects.update(next_fetch_at=timezone.now())
        wait_until(lambda: VaccineDose.objects.count() == 5, what="the rows did not come")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == 0


def test_check_sources_compares_what_is_offered_with_what_is_read(deployment, server):
    done = deployment.manage("check_sources")
    assert (done.returncode, done.stdout) == (0, "lab-a/doses: read\n"), done.stderr
    assert not Source.objects.exists()

    write_doses(server.folder, source="lab-b")
    [entry] = json.loads(deployment.extra["HTTP_SOURCES"])
    deployment.extra["HTTP_SOURCES"] = json.dumps([entry | {"kinds": ["tests", "doses"]}])
    done = deployment.manage("check_sources")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "lab-a/doses: read",
        "lab-a/tests: missing",
        "lab-b/doses: not read here",
    ]


def test_check_sources_says_what_is_wrong(deployment, server):
    server.misbehave = ["bad-signature"]
    done = deployment.manage("check_sources", "--source", "lab-a")
    assert done.returncode == 1
    assert done.stdout == "lab-a: BAD_SIGNATURE: the signature does not fit the page\n"
    assert deployment.manage("check_sources", "--source", "lab-z").returncode == 2


def test_serve_feed_serves_and_prints_the_settings_that_read_it(deployment, tmp_path):
    port = free_port()
    command = [sys.executable, "manage.py", "serve_feed", str(tmp_path / "theirs"), "--port", str(port)]
    with subprocess.Popen(
        [*command, "--misbehave", "error-500", "unsigned"],
        cwd=ROOT,
        env=deployment.environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert f"127.0.0.1:{port}" in process.stdout.readline()
            name, _, value = process.stdout.readline().strip().partition("=")
            assert name == "HTTP_SOURCES"
            deployment.extra["HTTP_SOURCES"] = value.strip("'")
            problems = [deployment.manage("sync", "--now").returncode for _ in range(2)]
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=10)
    assert problems == [1, 1]
    assert list(SyncRun.objects.order_by("id").values_list("problem", flat=True)) == [
        Trouble.SERVER_ERROR,
        Trouble.NOT_SIGNED,
    ]


def test_serve_feed_refuses_what_it_cannot_do(deployment, tmp_path):
    assert "is not a folder" in deployment.manage("serve_feed", str(tmp_path / "none")).stderr
    assert "invalid choice" in deployment.manage("serve_feed", str(tmp_path), "--misbehave", "shout").stderr


def test_sync_that_is_killed_in_the_middle_is_finished_by_the_next(deployment, server):
    write_doses(server.folder, *doses(60))
    server.most_rows = 1
    with subprocess.Popen(
        [sys.executable, "manage.py", "sync"],
        cwd=ROOT,
        env=deployment.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        wait_until(lambda: VaccineDose.objects.count() >= 3, what="the rows did not come")
        process.kill()
    taken = VaccineDose.objects.count()
    assert taken == sum(SyncRun.objects.values_list("applied", flat=True)) < 60
    done = deployment.manage("sync")
    assert done.returncode == 0, done.stderr + done.stdout
    assert VaccineDose.objects.count() == 60
    assert sum(SyncRun.objects.values_list("applied", flat=True)) == 60
    assert not SyncRun.objects.exclude(problem="").exists()
