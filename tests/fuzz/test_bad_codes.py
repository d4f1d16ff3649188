"""Codes that are forged, expired, replayed, cut short, huge, or lie about their algorithm, at a real gate."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from identity.accounts import open_session
from lookup.code_format import PREFIX
from lookup.codes import issue
from lookup.models import Lookup
from tests.code_keys import make_private_pem
from tests.deployment import Deployment, Reply, database_url
from tests.lookup.test_codes import sign, signed_otherwise, text_of
from tests.makers import make_account, make_device_key, make_document, make_person, mark_feeds_read

pytestmark = [pytest.mark.fuzz, pytest.mark.django_db(transaction=True)]

ANSWERED_WITHIN_S = 0.05
TRIES = 5
"""The fastest counts: how slow the machine is, is nothing that a code can do."""


@pytest.fixture
def deployment(tmp_path: Path, transactional_db: None) -> Iterator[Deployment]:
    service = Deployment(var=tmp_path, database_url=database_url())
    with service.web_as_deployed():
        yield service


class Gate:
    """One gate at a site, and what it is told."""

    def __init__(self, deployment: Deployment, site: str) -> None:
        self._deployment = deployment
        self._key = make_device_key(site=site)[1]

    def check(self, code: str) -> Reply:
        headers = {"Authorization": f"Api-Key {self._key}", "Content-Type": "application/json"}
        body = json.dumps({"code": code})
        return self._deployment.call("POST", "/api/v1/checks", body=body, headers=headers)

    def refused(self, code: str) -> tuple[str, float]:
        """Return the stable code of the refusal, and the seconds of the fastest of some tries."""
        found, seconds = set(), []
        for _ in range(TRIES):
            began = time.perf_counter()
            reply = self.check(code)
            seconds.append(time.perf_counter() - began)
            assert reply.status == 400, reply.body
            headers = {name.lower(): value for name, value in reply.headers.items()}
            assert headers["content-type"] == "application/problem+json"
            found.add(json.loads(reply.body)["code"])
        [code_of_problem] = found
        return code_of_problem, min(seconds)


def test_bad_code_is_told_apart_at_once_and_good_one_opens(
    deployment: Deployment, subtests: pytest.Subtests
) -> None:
    at = datetime.now(UTC).replace(microsecond=0)
    father = make_person(make_document(date(1985, 3, 4)), at=at)
    mark_feeds_read(at)
    headers = {"Authorization": f"Bearer {open_session(make_account(at=at, person=father), at=at).token}"}
    school, mall = Gate(deployment, "School"), Gate(deployment, "Mall")
    school.check(PREFIX)  # the first call of a worker opens its connections
    for how, (text, expected) in bad_codes(at).items():
        with subtests.test(how):
            told, seconds = school.refused(text)
            assert told == expected
            assert seconds < ANSWERED_WITHIN_S
    code = json.loads(deployment.call("GET", "/api/v1/own-code", headers=headers).body)["code"]["text"]
    with subtests.test("good, then replayed elsewhere"):
        first, again, elsewhere = school.check(code), school.check(code), mall.check(code)
        assert [reply.status for reply in (first, again, elsewhere)] == [201, 201, 201]
        assert [json.loads(reply.body)["code"] for reply in (first, again, elsewhere)] == [
            {"used_elsewhere": False},
            {"used_elsewhere": False},
            {"used_elsewhere": True},
        ]
        assert json.loads(elsewhere.body)["verdict"] == "manual"
        assert Lookup.objects.filter(door="CHECKPOINT", outcome="ANSWERED").count() == 3
    with subtests.test("voided by the next one"):
        newer = json.loads(deployment.call("GET", "/api/v1/own-code", headers=headers).body)["code"]["text"]
        told, seconds = school.refused(code)
        assert told == "code_voided"
        assert seconds < ANSWERED_WITHIN_S
        assert school.check(newer).status == 201


def bad_codes(at: datetime) -> dict[str, tuple[str, str]]:
    """Return texts, each with the refusal that it must meet."""
    good = issue(uuid7(), issued_at=at, expires_at=at + timedelta(seconds=60))
    old, early = at - timedelta(minutes=5), at + timedelta(minutes=5)
    claims = {4: int(at.timestamp()) + 60, 6: int(at.timestamp()), 7: UUID(int=7).bytes}
    confused = {how: (text_of(token), "code_malformed") for how, token in signed_otherwise().items()}
    return confused | {
        "forged": (text_of(sign(claims, make_private_pem())), "code_forged"),
        "of an unknown key": (
            text_of(sign(claims, make_private_pem(), key_id=b"nobody")),
            "code_unknown_key",
        ),
        "expired": (issue(uuid7(), issued_at=old, expires_at=old + timedelta(seconds=60)), "code_expired"),
        "not yet": (
            issue(uuid7(), issued_at=early, expires_at=early + timedelta(seconds=60)),
            "code_not_yet",
        ),
        "never issued": (good, "code_unknown"),
        "cut short": (good[:-7], "code_malformed"),
        "a megabyte long": (PREFIX + "0" * (1024 * 1024 - 100), "code_malformed"),
    }
