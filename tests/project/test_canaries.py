"""Canaries on every way through the real processes: none sings in a log, URL, error, task or table.

The people, passwords and keys of this test are looked for afterwards, in whatever the service wrote:
its logs, what commands printed, the queue's files, redirects and error answers, and every column of
every table. That the flows worked at all is asserted beside each.
"""

import json
import re
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone

from identity.models import Person, User
from lookup.models import Lookup
from records.models import Kind, Quarantined
from tests.canaries import sightings
from tests.deployment import Deployment, Reply, database_url
from tests.form_browser import FormBrowser
from tests.makers import PASSWORD, make_account, make_device_key, make_document, make_kinship
from tests.records.feeds import as_line

NAME, FATHER_NAME = "欧阳金丝雀", "Canarius Zwitscher"
WARD = make_document(date(2018, 2, 3), sequence=741)
FATHER = make_document(date(1984, 5, 6), sequence=742)
UNKNOWN = make_document(date(2018, 2, 3), sequence=743)
BROKEN = WARD.number[:-1] + ("1" if WARD.number[-1] != "1" else "2")
MOBILE, STAFF_MOBILE = "+8613912340001", "+8613912340002"
WRONG_PASSWORD = "Kanarienvogel-im-Kaefig"


def canaries(*more: str) -> list[str]:
    numbers = [WARD.number, FATHER.number, UNKNOWN.number, BROKEN, WARD.number.lower()]
    return [
        NAME,
        "金丝雀",
        FATHER_NAME,
        "Zwitscher",
        *numbers,
        MOBILE[3:],
        STAFF_MOBILE[3:],
        PASSWORD,
        WRONG_PASSWORD,
        *more,
    ]


@pytest.fixture
def deployment(tmp_path: Path, transactional_db: None) -> Deployment:
    return Deployment(var=tmp_path, database_url=database_url())


@pytest.mark.django_db(transaction=True)
def test_no_canary_sings_after_every_flow_of_the_real_processes(deployment: Deployment) -> None:
    at = timezone.now()
    seen: list[Reply] = []
    with deployment.worker():
        sync_and_import(deployment, at)
    device_key = open_accounts(at)
    with deployment.web():
        token = use_the_api(deployment, device_key, seen)
        use_the_pages(deployment, seen)
        use_the_admin(deployment, seen)
        break_everything(deployment, seen)
    secrets = canaries(token, device_key)
    assert len(deployment.logs) > 2000
    assert "request_finished" in deployment.logs
    assert sightings(deployment.logs, secrets) == []
    assert sightings(queue_files(deployment), secrets) == []
    assert [reply.status for reply in seen if reply.status >= 500] == []
    for reply in seen:
        where = json.dumps({name: value for name, value in reply.headers.items() if name != "Set-Cookie"})
        assert sightings(where, secrets) == []
        # A page may repeat what was typed into its own field; a problem of the API repeats nothing.
        if reply.status >= 400 and "problem+json" in reply.headers.get("Content-Type", ""):
            assert sightings(reply.body, secrets) == []
    assert sightings(every_table(), secrets) == []
    assert Lookup.objects.count() >= 5


def sync_and_import(deployment: Deployment, at: datetime) -> None:
    """The registry by the worker, tests by import, rows that are refused among both."""
    rows = [registry_row(WARD.number, "P-1", NAME), registry_row(FATHER.number, "P-2", FATHER_NAME)]
    rows.append(registry_row(BROKEN, "P-3", NAME))
    feed = deployment.var / "feeds" / "city" / "registry" / "0001.ndjson"
    feed.parent.mkdir(parents=True)
    header = {"feed": Kind.REGISTRY, "format": 1, "source": "city", "as_of": at.isoformat(), "count": 3}
    feed.write_bytes(b"".join(as_line(line) + b"\n" for line in (header, *rows)))
    deployment.send("records.tasks.sync")
    for _ in range(300):
        if Person.objects.count() == 2:
            break
        time.sleep(0.1)
    for kind in set(Kind) - {Kind.REGISTRY}:
        empty = deployment.var / "feeds" / "city" / kind / "0001.ndjson"
        empty.parent.mkdir(parents=True)
        empty.write_bytes(as_line(header | {"feed": kind, "count": 0}) + b"\n")
    assert deployment.manage("sync").returncode == 0
    assert Person.objects.count() == 2
    assert Quarantined.objects.count() == 1
    table = deployment.var / "tests.csv"
    columns = (
        "record_id,version,document_type,document_number,name,record_day,collected_at,issued_at,result\n"
    )
    collected = (at - timedelta(days=1)).replace(microsecond=0)
    issued = (at - timedelta(hours=2)).replace(microsecond=0)
    line = (
        f"T-1,1,10,{{}},{NAME},{collected.date()},{collected.isoformat()},{issued.isoformat()},NOT_DETECTED\n"
    )
    table.write_text(columns + line.format(WARD.number) + line.format(BROKEN).replace("T-1", "T-2"))
    done = deployment.manage("import_file", "tests", str(table), "--source", "lab")
    assert done.returncode == 0, done.stderr
    assert sightings((deployment.var / "tests.csv.rejects.ndjson").read_text(), canaries()) == []


def open_accounts(at: datetime) -> str:
    people = {person.number: person for person in Person.objects.all()}
    Person.objects.update(registered_at=at - timedelta(days=9))
    make_account(MOBILE, at=at, person=people[FATHER.number])
    make_account(STAFF_MOBILE, at=at, is_staff=True, is_superuser=True, staff_name="Colleague")
    make_kinship(people[FATHER.number], people[WARD.number], at=at)
    return make_device_key()[1]


def use_the_api(deployment: Deployment, device_key: str, seen: list[Reply]) -> str:
    def post(path: str, body: Any, authorization: str = "") -> Reply:
        headers = {"Content-Type": "application/json", "Authorization": authorization}
        reply = deployment.call("POST", f"/api/v1{path}", body=json.dumps(body), headers=headers)
        seen.append(reply)
        return reply

    assert post("/sessions", {"mobile": MOBILE, "password": WRONG_PASSWORD}).status == 401
    session = post("/sessions", {"mobile": MOBILE, "password": PASSWORD})
    assert session.status == 201
    token: str = json.loads(session.body)["token"]
    for number in (WARD.number, UNKNOWN.number):
        assert post("/assisted-queries", {"document_number": number}, f"Bearer {token}").status == 201
        assert post("/checks", {"document_number": number}, f"Api-Key {device_key}").status == 201
    complain(post, f"Bearer {token}")
    assert post("/assisted-queries", {"document_number": BROKEN}, f"Bearer {token}").status == 400
    assert (
        post("/assisted-queries", {"document_number": int(WARD.number[:17])}, f"Bearer {token}").status == 400
    )
    assert post("/checks", {"document_number": WARD.number}, f"Api-Key {device_key}x").status == 401
    seen.pop(1)  # the answer that shows the token is the one place where it belongs
    return token


def complain(post: Any, authorization: str) -> None:
    """File a case and write to it, with everything in the words that should never be written down."""
    asked = post("/assisted-queries", {"document_number": UNKNOWN.number}, authorization)
    words = f"{NAME} {WARD.number} {MOBILE} {' '.join(FATHER.number)}"
    case = {"query": json.loads(asked.body)["id"], "kind": "STATUS_UNKNOWN", "text": words}
    filed = post("/cases", case, authorization)
    assert filed.status == 201, filed.body
    address = f"/cases/{json.loads(filed.body)['number']}/messages"
    assert post(address, {"text": words}, authorization).status == 201
    assert post("/cases", case | {"query": WARD.number}, authorization).status == 404
    assert post("/cases", case | {"kind": WARD.number}, authorization).status == 400
    assert post(f"/cases/{WARD.number}/messages", {"text": words}, authorization).status == 404


def use_the_pages(deployment: Deployment, seen: list[Reply]) -> None:
    browser = FormBrowser(deployment, seen)
    assert browser.post("/sign-in", mobile=MOBILE, password=WRONG_PASSWORD).status == 400
    assert browser.post("/sign-in", mobile=MOBILE, password=PASSWORD).status in (302, 303)
    asked = browser.post("/assisted", document_number=WARD.number)
    assert asked.status == 303
    assert browser.get(asked.headers["Location"]).status == 200
    assert browser.post("/assisted", document_number=BROKEN).status == 400
    assert browser.post("/own-code").status == 303


def use_the_admin(deployment: Deployment, seen: list[Reply]) -> None:
    browser = FormBrowser(deployment, seen)
    signed_in = browser.post("/admin/login/", username=STAFF_MOBILE, password=PASSWORD)
    assert signed_in.status == 302
    person = Person.objects.first()
    assert person is not None
    for address in ("/admin/", "/admin/identity/person/", f"/admin/identity/person/{person.pk}/change/"):
        assert browser.get(address).status in (200, 302)
    people = browser.get("/admin/identity/person/").body
    search = re.search(
        r'<form[^>]*action="([^"]+)"[^>]*method="post"[^>]*id="find|<form[^>]*method="post"[^>]*action="([^"]*find[^"]*)"',
        people,
    )
    assert search is not None, "the search by number has moved"
    address = next(filter(None, search.groups()))
    assert browser.post(address, document_number=WARD.number).status in (302, 303)
    assert browser.post(address, document_number=BROKEN).status in (200, 400)


def break_everything(deployment: Deployment, seen: list[Reply]) -> None:
    """Numbers where no number belongs: paths, queries, bodies that cannot be read."""
    for path in (f"/{WARD.number}", f"/api/v1/queries/{WARD.number}", f"/answers/{WARD.number}"):
        seen.append(deployment.call("GET", path))
    seen.append(deployment.call("GET", f"/?q={WARD.number}&name={quote(NAME)}"))
    headers = {"Content-Type": "application/json"}
    body = f'{{"mobile": "{MOBILE}", "mobile": "{MOBILE}", "password": "{PASSWORD}"}}'
    seen.append(deployment.call("POST", "/api/v1/sessions", body=body.encode(), headers=headers))
    nested = "[" * 1000 + f'"{WARD.number}"' + "]" * 1000
    seen.append(deployment.call("POST", "/api/v1/sessions", body=nested, headers=headers))


def queue_files(deployment: Deployment) -> str:
    files = [path for path in (deployment.var / "queue").rglob("*") if path.is_file()]
    return "".join(path.read_text(errors="replace") for path in files)


def every_table() -> str:
    """Return every row of every table as text; sealed columns show as hexadecimal."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        texts: list[str] = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            texts += [row[0] for row in cursor.fetchall()]
    assert User.objects.exists()
    return "\n".join(texts)


def registry_row(number: str, record_id: str, name: str) -> dict[str, Any]:
    return {
        "record_id": record_id,
        "version": 1,
        "document_type": "10",
        "document_number": number,
        "name": name,
        "card_issued_on": "2022-01-01",
        "face_reference": "matcher:1",
    }
