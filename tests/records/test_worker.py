"""A real Celery worker on the file-system broker takes a feed file to the database, once."""

import time
from datetime import datetime
from pathlib import Path

import pytest

from civil_time import SHANGHAI
from records.models import Kind, Source, SyncRun
from tests.deployment import Deployment, database_url
from tests.records.feeds import as_line, make_person

AS_OF = datetime(2022, 5, 20, 9, 0, tzinfo=SHANGHAI)


def write_feed(folder: Path) -> None:
    header = {"feed": Kind.REGISTRY, "format": 1, "source": "city", "as_of": AS_OF.isoformat(), "count": 1}
    folder.mkdir(parents=True)
    (folder / "0001.ndjson").write_bytes(as_line(header) + b"\n" + as_line(make_person()) + b"\n")


def wait_until_synced(deployment: Deployment) -> Source:
    for _ in range(300):
        source = Source.objects.filter(as_of=AS_OF).first()
        if source is not None:
            return source
        time.sleep(0.1)
    raise AssertionError(f"the worker did not sync: {deployment.end_of_logs}")


@pytest.mark.django_db(transaction=True)
def test_worker_syncs_a_feed_file_once_when_the_task_is_delivered_twice(tmp_path: Path) -> None:
    write_feed(tmp_path / "feeds" / "city" / "registry")
    deployment = Deployment(var=tmp_path, database_url=database_url())
    with deployment.worker():
        deployment.send("records.tasks.sync")
        deployment.send("records.tasks.sync")
        source = wait_until_synced(deployment)
        deployment.send("records.tasks.keep_partitions")
    run = SyncRun.objects.get(source=source)
    assert (run.received, run.applied, run.quarantined) == (1, 1, 0)
