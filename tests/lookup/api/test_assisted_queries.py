"""The assisted query by HTTP: kin are told everything, a stranger green or nothing."""

from datetime import date, timedelta
from uuid import UUID

import pytest
import time_machine

from healthcode.facts import Dose, VaccineProduct
from identity.models import User
from lookup.models import Lookup
from tests.lookup.api.calls import assert_documented, assert_problem, bearer, post
from tests.lookup.api.story import AT, CHILD, make_alert, make_child, make_guardian
from tests.makers import make_account, make_dose_record, make_number

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_assisted_query_answers_a_guardian_with_test_and_doses() -> None:
    doses = (
        Dose(product=VaccineProduct.CORONAVAC, administered_on=date(2021, 11, 20), dose_number=1),
        Dose(product=VaccineProduct.CORONAVAC, administered_on=date(2021, 12, 20), dose_number=2),
    )
    child = make_child(facts={"doses": doses})
    for dose in doses:
        make_dose_record(
            child.person_key, at=AT, dose_number=dose.dose_number, administered_on=dose.administered_on
        )
    response = post("assisted-queries", CHILD, bearer(make_guardian(child), at=AT))
    body = response.json()
    assert (response.status_code, body["proof"], body["status"]["code"]) == (201, "KINSHIP", "GREEN")
    assert response.headers["Location"] == f"/api/v1/queries/{body['id']}"
    assert UUID(body["id"]).version == 7
    assert body["naat"] == {"days": 1, "result": "NOT_DETECTED", "pending": False, "history": []}
    assert body["vaccination"]["state"] == "PRIMARY_COMPLETE"
    assert [dose["dose_number"] for dose in body["vaccination"]["doses"]] == [2, 1]
    assert (body["subject"], body["closes_after_s"], body["policy"]) == ({"name": "李*"}, 60, "2022-06-09")
    assert_documented(response, "ask_assisted")


def test_assisted_query_tells_a_guardian_why_it_is_unknown() -> None:
    child = make_child(has_face=False)
    response = post("assisted-queries", CHILD, bearer(make_guardian(child), at=AT))
    body = response.json()
    assert (response.status_code, body["status"]["code"], body["status"]["color"]) == (201, "UNKNOWN", None)
    reason = body["reasons"][0]
    assert reason["code"] == "NO_FACE_REFERENCE"
    assert (reason["remedy"], reason["owner"]) == ("USE_THIRD_PARTY_QUERY", "REGISTRY")
    assert all(reason[text] for text in ("text", "remedy_text", "owner_label", "return_when"))
    assert body["naat"]["days"] == 1
    assert (body["possible_causes"], body["next_steps"]) == ([], [])
    assert_documented(response, "ask_assisted")


def test_assisted_query_tells_a_guardian_about_alerts_and_an_outsider_nothing() -> None:
    child = make_child(facts={"alerts": (make_alert(),), "naats": ()})
    to_kin = post("assisted-queries", CHILD, bearer(make_guardian(child), at=AT)).json()
    alert = to_kin["alerts"][0]
    assert (alert["number"], alert["kind"], alert["reference"]) == (4, "TEST_REQUIRED", "T-17")
    assert (alert["cause"], alert["in_force_until"]) == ("DRUG_PURCHASE", None)
    to_stranger = post("assisted-queries", CHILD, bearer(make_account(at=AT), at=AT)).json()
    assert (to_stranger["status"]["code"], to_stranger["alerts"]) == ("UNKNOWN", [])


def test_assisted_query_shows_a_stranger_green_and_the_masked_name_alone() -> None:
    make_child()
    response = post("assisted-queries", CHILD, bearer(make_account(at=AT), at=AT))
    body = response.json()
    assert (response.status_code, body["proof"], body["status"]["code"]) == (201, "NONE", "GREEN")
    assert (body["subject"], body["closes_after_s"]) == ({"name": "李*"}, 10)
    hidden = {"alerts", "orders", "reasons", "possible_causes", "next_steps"}
    assert all(body[field] == [] for field in hidden)
    assert all(body[field] is None for field in ("naat", "vaccination", "code", "valid_until", "data"))
    assert_documented(response, "ask_assisted")


def test_assisted_query_reads_full_width_digits_spaces_and_the_lower_case_x() -> None:
    make_child()
    headers = bearer(make_account(at=AT), at=AT)
    number = CHILD["document_number"]
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in number)
    for typed in (number, number.lower(), f" {number[:6]} {number[6:]}", wide):
        body = post("assisted-queries", {"document_number": typed, "document_type": "10"}, headers).json()
        assert body["status"]["code"] == "GREEN"


@pytest.mark.parametrize(
    ("born_on", "served"),
    [
        (date(2005, 6, 11), True),  # 16, and 17 tomorrow
        (date(2005, 6, 10), False),  # 17 today
        (date(1962, 6, 11), False),  # 59, and 60 tomorrow
        (date(1962, 6, 10), True),  # 60 today
    ],
)
def test_assisted_query_serves_up_to_16_and_from_60(born_on: date, served: bool) -> None:
    headers = bearer(make_account(at=AT), at=AT)
    response = post("assisted-queries", {"document_number": make_number(born_on)}, headers)
    if served:
        assert response.status_code == 201
        assert Lookup.objects.count() == 1
    else:
        problem = assert_problem(response, 400, "invalid")
        assert [(e["field"], e["code"]) for e in problem["errors"]] == [("document_number", "age_not_served")]
        assert Lookup.objects.count() == 0
    assert_documented(response, "ask_assisted")


def test_assisted_query_serves_who_is_born_today_and_nobody_born_tomorrow() -> None:
    headers = bearer(make_account(at=AT), at=AT)
    today, tomorrow = make_number(date(2022, 6, 10)), make_number(date(2022, 6, 11))
    assert post("assisted-queries", {"document_number": today}, headers).status_code == 201
    problem = assert_problem(post("assisted-queries", {"document_number": tomorrow}, headers), 400, "invalid")
    assert problem["errors"][0]["code"] == "not_yet_born"


def test_assisted_query_says_when_a_spent_budget_is_whole_again() -> None:
    headers = bearer(make_account(at=AT), at=AT)
    for sequence in range(1, 11):
        number = make_number(date(2019, 1, sequence))
        assert post("assisted-queries", {"document_number": number}, headers).status_code == 201
    response = post("assisted-queries", CHILD, headers)
    assert_problem(response, 429, "budget_spent")
    assert response.headers["Retry-After"] == str(14 * 3600)
    assert_documented(response, "ask_assisted")
    with time_machine.travel(AT + timedelta(hours=14), tick=False):
        again = post("assisted-queries", CHILD, bearer(User.objects.get(), at=AT + timedelta(hours=14)))
        assert again.status_code == 201
