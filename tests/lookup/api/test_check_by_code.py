"""A check by the rotating code on a screen: once at one site, and never by a picture of it elsewhere."""

from datetime import timedelta

import pytest
import time_machine

from lookup.models import DeviceKey, Lookup, RotatingCode
from tests.lookup.api.calls import api_key, assert_documented, assert_problem, post
from tests.lookup.api.story import AT, CHILD, make_child
from tests.lookup.gates.codes import make_code
from tests.makers import make_device_key

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_check_by_code_is_the_check_by_number_of_the_same_person() -> None:
    code = make_code(make_child().person_key, at=AT)
    device, key = make_device_key()
    by_code = post("checks", {"code": code, "staff_ref": "shift 7"}, api_key(key))
    by_number = post("checks", CHILD, api_key(key))
    assert_documented(by_code, "check")
    assert by_code.json()["code"] == {"used_elsewhere": False}
    assert by_number.json()["code"] is None
    told = [{**answer.json(), "check_id": "", "code": None} for answer in (by_code, by_number)]
    assert told[0] == told[1]
    row, used = Lookup.objects.get(id=by_code.json()["check_id"]), RotatingCode.objects.get()
    assert (row.code_id, row.staff_ref, row.entry_verdict) == (used.id, "shift 7", "pass")
    assert (used.used_at, used.used_site_id, used.reused_at) == (AT, device.site_id, None)


def test_code_used_at_another_site_is_flagged_and_left_to_a_human() -> None:
    code = make_code(make_child().person_key, at=AT)
    _, school = make_device_key()
    _, second_gate = make_device_key(label="Gate 2")
    mall_device, mall = make_device_key(site="Mall")
    answers = [post("checks", {"code": code}, api_key(key)).json() for key in (school, second_gate, mall)]
    assert [answer["verdict"] for answer in answers] == ["pass", "pass", "manual"]
    assert [answer["code"]["used_elsewhere"] for answer in answers] == [False, False, True]
    flagged = RotatingCode.objects.get()
    assert (flagged.reused_at, flagged.reused_site_id) == (AT, mall_device.site_id)
    assert Lookup.objects.filter(code_id=flagged.id).count() == 3
    assert post("checks", {"code": code}, api_key(school)).json()["verdict"] == "pass"


@pytest.mark.parametrize(
    ("seconds", "change", "fault"),
    [
        (59, {}, None),
        (60, {}, "expired"),
        (-6, {}, "not_yet"),
        (1, {"voided_at": AT}, "voided"),
    ],
)
def test_code_that_is_not_good_is_refused_by_name_and_leaves_a_row(
    seconds: int, change: dict[str, object], fault: str | None
) -> None:
    code = make_code(make_child().person_key, at=AT)
    RotatingCode.objects.update(**change)
    _, key = make_device_key()
    with time_machine.travel(AT + timedelta(seconds=seconds), tick=False):
        response = post("checks", {"code": code}, api_key(key))
    row = Lookup.objects.get()
    assert row.code_id == RotatingCode.objects.get().id
    if fault is None:
        assert (response.status_code, row.outcome) == (201, "ANSWERED")
        return
    assert_problem(response, 400, f"code_{fault}")
    assert_documented(response, "check")
    assert (row.outcome, row.refusal, row.facts, row.closes_at) == ("REFUSED", fault.upper(), None, None)
    assert RotatingCode.objects.get().used_at is None


def test_code_that_nobody_issued_leaves_no_row_and_tells_of_nobody() -> None:
    child, (_, key) = make_child(), make_device_key()
    good = make_code(child.person_key, at=AT)
    forgotten = make_code(child.person_key, at=AT, has_row=False)
    forged = good[:-1] + ("0" if good[-1] != "0" else "1")
    for code, fault in (
        (forgotten, "unknown"),
        (forged, "forged"),
        ("HC1:6B", "malformed"),
        ("x" * 9, "malformed"),
    ):
        assert_problem(post("checks", {"code": code}, api_key(key)), 400, f"code_{fault}")
    assert not Lookup.objects.exists()
    assert post("checks", {"code": good}, api_key(key)).status_code == 201


@pytest.mark.parametrize(
    ("scope", "opened"), [("check:code", "code"), ("check:document", "document_number"), ("batch", None)]
)
def test_key_asks_what_its_scopes_say_and_is_told_which_one_it_lacks(scope: str, opened: str | None) -> None:
    code = make_code(make_child().person_key, at=AT)
    _, key = make_device_key()
    DeviceKey.objects.update(scopes=[scope])
    for body, needed in (({"code": code}, "check:code"), (CHILD, "check:document")):
        response = post("checks", body, api_key(key))
        if opened in body:
            assert response.status_code == 201
        else:
            assert needed in assert_problem(response, 403, "scope_missing")["detail"]
            assert_documented(response, "check")
    assert Lookup.objects.count() == (opened is not None)
