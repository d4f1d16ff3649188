"""The other door by HTTP: the father's answer in one sitting, and a neighbour beside an elder.

Pages and API, with a set clock and the real sync. Each refusal stands beside its success.
"""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from civil_time import next_midnight
from tests.faces import portrait
from tests.journeys.story import (
    CHILD,
    ELDER,
    ELDER_NAME,
    GUARDIAN_MOBILE,
    IN_NO_RECORD,
    PASSWORD,
    STRANGER_MOBILE,
    UNKNOWN_DAY,
    City,
    on_green_day,
    until_unknown_day,
)
from tests.journeys.test_story import ask_by_api, ask_by_page, without_what_may_differ
from tests.makers import make_number

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(tmp_path: Path) -> City:
    """The city on 10 June 2022."""
    city = on_green_day(tmp_path)
    until_unknown_day(city)
    return city


def page_client(mobile: str) -> Client:
    client = Client(headers={"Accept-Language": "zh-CN"})
    assert client.post("/sign-in", {"mobile": mobile, "password": PASSWORD}).status_code in (302, 303)
    return client


def api_client(mobile: str) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    session = client.post("/api/v1/sessions", {"mobile": mobile, "password": PASSWORD}, "application/json")
    return Client(headers={"Accept-Language": "en", "Authorization": f"Bearer {session.json()['token']}"})


def photo_of(seed: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.png", portrait(seed), "image/png")


def third_party_by_api(client: Client, **overrides: Any) -> dict[str, Any]:
    number = overrides.get("document_number", ELDER.number)
    consent = client.post("/api/v1/consents", {"document_number": number}, "application/json")
    assert consent.status_code == 201, consent.content
    fields = {
        "name": ELDER_NAME,
        "document_number": number,
        "consent": consent.json()["id"],
        "photo": photo_of(overrides.pop("face", "elder")),
    }
    answer = client.post("/api/v1/third-party-queries", fields | overrides)
    assert answer.status_code == 201, answer.content
    told: dict[str, Any] = answer.json()
    return told


def third_party_by_page(client: Client, **overrides: Any) -> str:
    fields = {
        "name": ELDER_NAME,
        "document_type": "10",
        "document_number": ELDER.number,
        "consent": "on",
        "photo": photo_of(overrides.pop("face", "elder")),
    }
    page = client.post("/third-party", fields | overrides, follow=True)
    assert page.status_code == 200, page.content.decode()
    assert all(ELDER.number not in url for url, _ in page.redirect_chain)
    return page.content.decode()


def test_father_reads_green_one_tap_from_the_answer_that_refused_him(city: City) -> None:
    with time_machine.travel(UNKNOWN_DAY, tick=False):
        father = page_client(GUARDIAN_MOBILE)
        refused = father.post("/assisted", {"document_number": CHILD.number}, follow=True)
        assert "暂不掌握" in refused.content.decode()
        [tap] = re.findall(r'action="(/answers/[0-9a-f-]+/third-party)"', refused.content.decode())
        answer = father.post(tap, follow=True).content.decode()
        # The same tap is nobody else's.
        assert page_client(STRANGER_MOBILE).post(tap).status_code == 404
    assert "未见异常" in answer
    assert "Lab A" in answer


def test_father_reads_green_in_one_call_from_the_answer_that_refused_him(city: City) -> None:
    with time_machine.travel(UNKNOWN_DAY, tick=False):
        father = api_client(GUARDIAN_MOBILE)
        refused = father.post(
            "/api/v1/assisted-queries", {"document_number": CHILD.number}, "application/json"
        ).json()
        assert refused["status"]["code"] == "UNKNOWN"
        answer = father.post(f"/api/v1/queries/{refused['id']}/third-party")
        assert answer.status_code == 201, answer.content
        stranger = api_client(STRANGER_MOBILE).post(f"/api/v1/queries/{refused['id']}/third-party")
    told = answer.json()
    assert (told["status"]["code"], told["door"], told["proof"]) == ("GREEN", "THIRD_PARTY", "KINSHIP")
    assert told["face_step"]["code"] == "DECLINED"
    assert stranger.status_code == 404


def test_neighbour_looks_an_elder_up_beside_her_and_the_assisted_query_works_the_next_day(city: City) -> None:
    tomorrow = next_midnight(UNKNOWN_DAY)
    with time_machine.travel(UNKNOWN_DAY, tick=False):
        before = ask_by_api(STRANGER_MOBILE, ELDER.number)
        told = third_party_by_api(api_client(STRANGER_MOBILE))
        page = third_party_by_page(page_client(STRANGER_MOBILE))
        same_day = ask_by_api(STRANGER_MOBILE, ELDER.number)
    with time_machine.travel(tomorrow, tick=False):
        next_day, next_page = (
            ask_by_api(STRANGER_MOBILE, ELDER.number),
            ask_by_page(STRANGER_MOBILE, ELDER.number),
        )
    assert (before["status"]["code"], same_day["status"]["code"]) == ("UNKNOWN", "UNKNOWN")
    assert (told["status"]["code"], told["proof"]) == ("GREEN", "FACE_MATCHED")
    assert told["subject"]["name"] == "赵*"
    assert (told["reasons"], told["orders"], told["naat"]["history"]) == ([], [], [])
    assert "未见异常" in page
    assert next_day["status"]["code"] == "GREEN"
    assert "未见异常" in next_page


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "赵得山"},
        {"document_number": IN_NO_RECORD.number},
        {"face": "somebody else"},
    ],
    ids=["name", "number", "face"],
)
def test_neighbour_reads_one_unknown_whatever_is_wrong(city: City, wrong: dict[str, Any]) -> None:
    with time_machine.travel(UNKNOWN_DAY, tick=False):
        neighbour = page_client(STRANGER_MOBILE)
        nobody = third_party_by_page(neighbour, document_number=make_other_number())
        page = third_party_by_page(neighbour, **wrong)
        told = third_party_by_api(api_client(STRANGER_MOBILE), **wrong)
    assert told["status"]["code"] == "UNKNOWN"
    assert told["possible_causes"]
    assert ELDER_NAME not in json.dumps(told, ensure_ascii=False)
    assert without_what_may_differ(page) == without_what_may_differ(nobody)


def make_other_number() -> str:
    """Return a number that is in no record and of another prefix."""
    return make_number(date(1951, 2, 3), sequence=8)
