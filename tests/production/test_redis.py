"""The production settings on a real Redis: the sync happens, pages answer behind TLS, and no canary sings."""

import json
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command

from identity.models import Person
from lookup.models import Lookup
from records.models import Kind
from tests import household
from tests.canaries import sightings
from tests.deployment import Deployment, Reply, database_url
from tests.form_browser import FormBrowser
from tests.household import Access
from tests.makers import make_number
from tests.production.environment import BEHIND_TLS, production_environment
from tests.production.redis_server import RedisServer

pytestmark = [pytest.mark.redis, pytest.mark.django_db(transaction=True)]

QUESTION = json.dumps({"document_number": household.CHILD_NUMBER})


@pytest.fixture
def deployment(tmp_path: Path, redis_server: RedisServer, transactional_db: None) -> Deployment:
    household.write_feeds(tmp_path / "feeds")
    call_command("allow_source", household.SOURCE, *Kind.values, "--speaks-for", "*")
    settings = production_environment(redis_url=redis_server.url, feeds=tmp_path / "feeds")
    return Deployment(var=tmp_path, database_url=database_url(), extra=settings, proxy_headers=BEHIND_TLS)


def test_production_syncs_and_answers_and_tells_redis_nothing_of_anybody(
    deployment: Deployment, redis_server: RedisServer
) -> None:
    with deployment.worker(pool="prefork"), deployment.web():
        access = open_doors(deployment)
        deployment.send("records.tasks.sync")
        wait_for_people(deployment, 2)
        assert_serves(deployment, access)
        assert deployment.call("GET", "/", headers={"X-Forwarded-Proto": "http"}).status == 301
    canaries = [
        *(household.FATHER_NUMBER, household.CHILD_NUMBER, household.FATHER_NAME, household.CHILD_NAME),
        *(household.FATHER_MOBILE[3:], access.password, access.token, access.device_key),
    ]
    told = redis_server.everything()
    assert "records.tasks.sync" in told
    # Stands in the body of a message, which is base64: so bodies were read as well.
    assert "errbacks" in told
    assert sightings(told, canaries) == []
    assert sightings("\n".join(redis_server.keys()), canaries) == []
    for log in ("web.log", "worker.log"):
        written = (deployment.var / log).read_text()
        assert len(written) > 500
        assert sightings(written, canaries) == []
        assert "Traceback" not in written


def test_production_answers_without_redis_and_syncs_again_when_it_is_back(
    deployment: Deployment, redis_server: RedisServer
) -> None:
    with deployment.worker(pool="prefork"), deployment.web():
        access = open_doors(deployment)
        deployment.send("records.tasks.sync")
        wait_for_people(deployment, 2)
        assert_serves(deployment, access)
        redis_server.kill()
        assert_serves(deployment, access)
        tell_of_another(deployment.var / "feeds")
        redis_server.start()
        deployment.send("records.tasks.sync")
        wait_for_people(deployment, 3)


def open_doors(deployment: Deployment) -> Access:
    opened = deployment.run(sys.executable, "-m", "tests.household")
    assert opened.returncode == 0, opened.stderr
    return Access(**json.loads(opened.stdout))


def assert_serves(deployment: Deployment, access: Access) -> None:
    """Ask by the pages and both doors of the API; each answer has its audit row."""
    before = Lookup.objects.count()
    assert deployment.call("GET", "/readyz").status == 200
    browser = FormBrowser(deployment)
    assert browser.get("/").status == 200
    signed_in = browser.post("/sign-in", mobile=household.FATHER_MOBILE, password=access.password)
    assert signed_in.status in (302, 303)
    asked = browser.post("/assisted", document_number=household.CHILD_NUMBER)
    assert asked.status == 303, asked.body
    assert browser.get(asked.headers["Location"]).status == 200
    assert by_api(deployment, "/api/v1/assisted-queries", access.as_father).status == 201
    assert by_api(deployment, "/api/v1/checks", access.as_gate).status == 201
    assert Lookup.objects.count() == before + 3


def by_api(deployment: Deployment, path: str, headers: dict[str, str]) -> Reply:
    return deployment.call("POST", path, body=QUESTION, headers=headers)


def tell_of_another(feeds: Path) -> None:
    """Let the registry bring one more person, in a later file."""
    folder = feeds / household.SOURCE / "registry"
    header, father, *_ = (folder / "0001.ndjson").read_text().splitlines()
    other = json.loads(father) | {"record_id": "P-other", "document_number": make_number(date(1950, 1, 1))}
    lines = [json.dumps(json.loads(header) | {"count": 1}), json.dumps(other)]
    (folder / "0002.ndjson").write_text("\n".join(lines) + "\n")


def wait_for_people(deployment: Deployment, number: int) -> None:
    for _turn in range(400):
        if Person.objects.count() == number:
            return
        time.sleep(0.1)
    raise AssertionError(f"the worker did not sync: {deployment.end_of_logs}")
