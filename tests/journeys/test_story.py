"""The story of June 2022 by HTTP, web and API, with a set clock and the real sync (docs/domain.md, 1)."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.journeys.story import (
    CARD_DAY,
    CHILD,
    GREEN_DAY,
    GUARDIAN_MOBILE,
    IN_NO_RECORD,
    PASSWORD,
    STRANGER_MOBILE,
    UNKNOWN_DAY,
    City,
    on_green_day,
    until_card_day,
    until_unknown_day,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(tmp_path: Path) -> City:
    """The city on the morning of 20 May 2022."""
    return on_green_day(tmp_path)


def ask_by_api(mobile: str, number: str = CHILD.number) -> dict[str, Any]:
    client = Client(headers={"Accept-Language": "en"})
    session = client.post("/api/v1/sessions", {"mobile": mobile, "password": PASSWORD}, "application/json")
    assert session.status_code == 201, session.content
    answer = client.post(
        "/api/v1/assisted-queries",
        {"document_number": number},
        "application/json",
        headers={"Authorization": f"Bearer {session.json()['token']}"},
    )
    assert answer.status_code == 201, answer.content
    told: dict[str, Any] = answer.json()
    return told


def ask_by_page(mobile: str, number: str = CHILD.number) -> str:
    client = Client(headers={"Accept-Language": "zh-CN"})
    signed_in = client.post("/sign-in", {"mobile": mobile, "password": PASSWORD})
    assert signed_in.status_code in (302, 303), signed_in.content.decode()
    page = client.post("/assisted", {"document_number": number}, follow=True)
    assert page.status_code == 200
    assert all(number not in url for url, _ in page.redirect_chain)
    return page.content.decode()


def check_at_gate(city: City, number: str = CHILD.number) -> dict[str, Any]:
    answer = Client().post(
        "/api/v1/checks",
        {"document_number": number},
        "application/json",
        headers={"Authorization": f"Api-Key {city.device_key}"},
    )
    assert answer.status_code == 201, answer.content
    told: dict[str, Any] = answer.json()
    return told


def without_what_may_differ(text: str) -> str:
    """Replace query id, timestamps, CSRF token and nonce, as docs/domain.md, 4 defines equal."""
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID", text)
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "CSRF", text)
    text = re.sub(r'nonce="[^"]+"', "NONCE", text)
    return re.sub(r"\d{4}-\d\d-\d\dT[0-9:.+]+", "TIME", text)


def test_story_1_guardian_reads_green_with_zero_days_and_two_doses(city: City) -> None:
    with time_machine.travel(GREEN_DAY, tick=False):
        told = ask_by_api(GUARDIAN_MOBILE)
        page = ask_by_page(GUARDIAN_MOBILE)
    assert (told["status"]["code"], told["proof"]) == ("GREEN", "KINSHIP")
    assert told["naat"]["days"] == 0
    assert told["vaccination"]["state"] == "PRIMARY_COMPLETE"
    assert len(told["vaccination"]["doses"]) == 2
    assert told["subject"]["name"] == "李*"
    assert told["closes_after_s"] == 60
    assert "未见异常" in page
    assert "0 天" in page
    assert page.count("CoronaVac") == 2 or page.count("科兴") >= 2


def test_story_2_guardian_reads_why_what_to_do_who_fixes_it_and_when_to_return(city: City) -> None:
    until_unknown_day(city)
    with time_machine.travel(UNKNOWN_DAY, tick=False):
        told = ask_by_api(GUARDIAN_MOBILE)
        page = ask_by_page(GUARDIAN_MOBILE)
    assert told["status"] == {"code": "UNKNOWN", "label": told["status"]["label"], "color": None}
    reason = told["reasons"][0]
    assert reason["code"] == "NO_FACE_REFERENCE"
    assert all(reason[part] for part in ("text", "remedy_text", "owner_label", "return_when"))
    assert [test["result"] for test in told["naat"]["history"]] == ["NOT_DETECTED"]
    assert told["naat"]["days"] == 0
    assert len(told["vaccination"]["doses"]) == 2
    assert "暂不掌握" in page
    assert "身份证" in page
    assert "Lab A" in page


def test_story_2_stranger_reads_one_unknown_for_the_child_and_for_a_number_in_no_record(city: City) -> None:
    until_unknown_day(city)
    with time_machine.travel(UNKNOWN_DAY, tick=False):
        child, nobody = (
            ask_by_api(STRANGER_MOBILE, number) for number in (CHILD.number, IN_NO_RECORD.number)
        )
        child_page, nobody_page = (
            ask_by_page(STRANGER_MOBILE, number) for number in (CHILD.number, IN_NO_RECORD.number)
        )
    assert child["status"]["code"] == "UNKNOWN"
    assert (child["reasons"], child["naat"], child["subject"]["name"]) == ([], None, None)
    texts = [json.dumps(told, ensure_ascii=False) for told in (child, nobody)]
    assert len(texts[0].encode()) == len(texts[1].encode())
    assert without_what_may_differ(texts[0]) == without_what_may_differ(texts[1])
    assert len(child_page.encode()) == len(nobody_page.encode())
    assert without_what_may_differ(child_page) == without_what_may_differ(nobody_page)
    assert "李" not in child_page


def test_story_2_stranger_read_green_before_the_rule_came(city: City) -> None:
    with time_machine.travel(GREEN_DAY, tick=False):
        told = ask_by_api(STRANGER_MOBILE)
    assert (told["status"]["code"], told["subject"]["name"]) == ("GREEN", "李*")
    assert (told["naat"], told["vaccination"], told["reasons"]) == (None, None, [])


def test_story_2_gate_answers_green_and_pass_on_the_day_of_the_unknown(city: City) -> None:
    until_unknown_day(city)
    with time_machine.travel(UNKNOWN_DAY, tick=False):
        told = check_at_gate(city)
        nobody = check_at_gate(city, IN_NO_RECORD.number)
    assert (told["verdict"], told["status"]["code"]) == ("pass", "GREEN")
    assert (nobody["verdict"], nobody["status"]["code"]) == ("manual", "UNKNOWN")


def test_story_3_card_brings_the_face_and_the_guardian_reads_green_again(city: City) -> None:
    until_card_day(city)
    with time_machine.travel(CARD_DAY, tick=False):
        told = ask_by_api(GUARDIAN_MOBILE)
        page = ask_by_page(GUARDIAN_MOBILE)
        stranger = ask_by_api(STRANGER_MOBILE)
    assert (told["status"]["code"], told["reasons"]) == ("GREEN", [])
    assert "未见异常" in page
    assert stranger["status"]["code"] == "GREEN"
