"""A device's check by HTTP, and who counts as a device."""

from datetime import date, timedelta

import pytest
import time_machine

from lookup.models import DeviceKey, Lookup
from tests.lookup.api.calls import api_key, assert_documented, assert_problem, bearer, get, post
from tests.lookup.api.story import AT, CHILD, make_child
from tests.makers import make_account, make_device_key, make_number, mark_feeds_read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_check_lets_the_child_of_the_story_in() -> None:
    make_child(has_face=False)
    device, key = make_device_key()
    response = post("checks", CHILD, api_key(key))
    body = response.json()
    pseudonym = body["subject"]["pseudonym"]
    assert response.status_code == 201
    assert body == {
        "check_id": str(Lookup.objects.get(device=device).id),
        "verdict": "pass",
        "status": {"code": "GREEN", "label": body["status"]["label"]},
        "alerts": [],
        "subject": {"name": "李*", "age_band": "child", "pseudonym": pseudonym},
        "naat": {"days": 1, "result": "NOT_DETECTED", "pending": False},
        "vaccination": "NOT_FOUND",
        "data": {"as_of": "2022-06-10T10:00:00+08:00", "fresh": True},
        "valid_until": "2022-06-10T16:00:00+08:00",
        "policy": "2022-06-09",
        "code": None,
    }
    assert_documented(response, "check")


def test_check_of_somebody_in_no_record_is_an_answer_for_a_human() -> None:
    mark_feeds_read(AT)
    _, key = make_device_key()
    response = post("checks", CHILD, api_key(key))
    body = response.json()
    assert (response.status_code, body["verdict"], body["status"]["code"]) == (201, "manual", "UNKNOWN")
    assert body["subject"] == {"name": None, "age_band": None, "pseudonym": None}
    assert (body["naat"], body["vaccination"], body["alerts"]) == (None, None, [])
    assert_documented(response, "check")


def test_check_serves_every_age_and_nobody_unborn() -> None:
    _, key = make_device_key()
    adult, unborn = make_number(date(1988, 3, 1)), make_number(date(2022, 6, 11))
    assert post("checks", {"document_number": adult}, api_key(key)).status_code == 201
    problem = assert_problem(post("checks", {"document_number": unborn}, api_key(key)), 400, "invalid")
    assert problem["errors"][0]["code"] == "not_yet_born"


def test_check_takes_a_key_until_it_expires() -> None:
    _, key = make_device_key(expiry_date=AT + timedelta(hours=1))
    for seconds, status in ((3599, 201), (3600, 401)):
        with time_machine.travel(AT + timedelta(seconds=seconds), tick=False):
            assert post("checks", CHILD, api_key(key)).status_code == status
    assert Lookup.objects.count() == 1


def test_check_refuses_a_revoked_key_and_takes_the_device_s_other_one() -> None:
    _, key = make_device_key()
    _, other = make_device_key()
    DeviceKey.objects.filter(prefix=key.partition(".")[0]).update(revoked=True)
    assert_problem(post("checks", CHILD, api_key(key)), 401, "invalid_key")
    assert post("checks", CHILD, api_key(other)).status_code == 201


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "not_authenticated"),
        ("", "not_authenticated"),
        ("Basic dXNlcjpwYXNz", "not_authenticated"),
        ("Bearer abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "not_authenticated"),
        ("Api-Key", "invalid_key"),
        ("Api-Key ", "invalid_key"),
        ("Api-Key abcdefgh", "invalid_key"),
        ("Api-Key abcdefgh.ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", "invalid_key"),
        ("Api-Key abcdefgh.ABCDEFGHIJKLMNOPQRSTUVWXYZ01234é", "invalid_key"),
        ("Api-Key ５bcdefgh.ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", "invalid_key"),
        ("Api-Key " + "a" * 10_000, "invalid_key"),
        ("Api-Key abcdefgh.ABCDEFGHIJKLMNOPQRSTUVWXYZ012345 more", "invalid_key"),
    ],
)
def test_check_needs_a_device_key(header: str | None, code: str) -> None:
    _, key = make_device_key()
    response = post("checks", CHILD, {} if header is None else {"Authorization": header})
    assert_problem(response, 401, code)
    assert response.headers["WWW-Authenticate"] == 'Api-Key realm="healthkit"'
    assert_documented(response, "check")
    assert Lookup.objects.count() == 0
    assert post("checks", CHILD, api_key(key)).status_code == 201


def test_check_refuses_a_right_prefix_with_a_wrong_secret() -> None:
    _, key = make_device_key()
    wrong = key[:-1] + ("a" if key[-1] != "a" else "b")
    assert_problem(post("checks", CHILD, api_key(wrong)), 401, "invalid_key")
    assert post("checks", CHILD, {"Authorization": f"api-key {key}"}).status_code == 201


def test_keys_open_no_citizen_s_door_and_tokens_no_device_s() -> None:
    _, key = make_device_key()
    token = bearer(make_account(at=AT), at=AT)
    assert_problem(post("checks", CHILD, token), 401, "not_authenticated")
    assert_problem(post("assisted-queries", CHILD, api_key(key)), 401, "not_authenticated")
    assert_problem(get("own-code", api_key(key)), 401, "not_authenticated")
    assert post("assisted-queries", CHILD, token).status_code == 201
