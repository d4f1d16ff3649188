"""The own code by HTTP."""

from datetime import date

import pytest

from lookup.models import Lookup
from tests.lookup.api.calls import assert_documented, assert_problem, bearer, get
from tests.lookup.api.story import AT, make_order
from tests.makers import make_account, make_document, make_facts, make_person, make_summary, mark_feeds_read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_own_code_tells_the_account_everything() -> None:
    person = make_person(make_document(date(1988, 3, 1)), at=AT)
    make_summary(person.person_key, make_facts(date(1988, 3, 1), at=AT, orders=(make_order(),)), at=AT)
    mark_feeds_read(AT)
    response = get("own-code", bearer(make_account(at=AT, person=person), at=AT))
    body = response.json()
    assert (response.status_code, body["door"], body["proof"]) == (200, "OWN", "OWN")
    assert body["status"] == {"code": "YELLOW", "label": body["status"]["label"], "color": "YELLOW"}
    assert body["orders"] == [
        {
            "kind": "HOME_ISOLATION",
            "label": body["orders"][0]["label"],
            "authority": "Wangjing subdistrict",
            "reference": "W-0412",
            "contact": "010-0000 0412",
            "in_force_from": "2022-06-08T10:00:00+08:00",
            "in_force_until": "2022-06-15T10:00:00+08:00",
        }
    ]
    assert [reason["code"] for reason in body["reasons"]][:1] == ["OBSERVATION_ORDER"]
    assert [source["feed"] for source in body["data"]["sources"]] == ["REGISTRY", "TESTS", "DOSES", "ORDERS"]
    assert body["possible_causes"] == []
    assert body["code"]["text"].startswith("HKP1:")
    assert_documented(response, "own_code")


def test_own_code_refuses_an_account_that_is_nobody_s_yet() -> None:
    response = get("own-code", bearer(make_account(at=AT), at=AT))
    assert_problem(response, 409, "not_verified")
    assert_documented(response, "own_code")
    assert Lookup.objects.count() == 0
