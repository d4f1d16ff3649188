"""My people and notices by HTTP: what is listed, claimed, confirmed and ended, and what is refused."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from identity import claims
from identity.claim_review import refuse, verify
from identity.models import Kinship, KinshipClaim, Notice, User
from tests.identity.kin import (
    AT,
    CHILD,
    MOTHER,
    care_for,
    make_child,
    make_claim,
    make_father,
    make_grandmother,
    make_mother,
    request_for,
)
from tests.lookup.api.calls import (
    assert_documented,
    assert_problem,
    bearer,
    get,
    post,
    without_ids_and_times,
)
from tests.makers import make_account, make_document, make_kinship, make_number, make_person, make_staff

pytestmark = pytest.mark.django_db

CLAIM = {
    "document_number": CHILD.number,
    "name": "李小明",
    "kind": "PARENT",
    "evidence": "BIRTH_CERTIFICATE",
    "evidence_reference": "T110000123",
}
WRONG_CHECK_DIGIT = CHILD.number[:-1] + ("1" if CHILD.number[-1] != "1" else "2")
NOBODY = "01814b5e-8a00-7c3a-9b1d-2f6f0c5a7e10"


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def speaking(user: User, language: str = "en") -> dict[str, str]:
    return {**bearer(user, at=AT), "Accept-Language": language}


def listed(user: User) -> list[dict[str, Any]]:
    response = get("wards", speaking(user))
    assert_documented(response, "wards")
    results: list[dict[str, Any]] = response.json()["results"]
    return results


def test_list_shows_a_ward_of_the_registry_masked() -> None:
    mother, father, child = make_mother(), make_father(), make_child()
    held = make_kinship(mother.person, child, at=AT)
    other = make_kinship(father.person, child, at=AT)

    [shown] = listed(mother)

    assert (shown["id"], shown["role"], shown["state"]) == (str(held.id), "guardian", "IN_FORCE")
    assert shown["person"] == {"name": "李*", "mobile": None}
    assert shown["document_number"] == CHILD.masked
    assert shown["in_force_until"] is None
    assert shown["next_steps"]
    assert shown["other_guardians"] == [
        {"id": str(other.id), "state": "IN_FORCE", "kind": "PARENT", "name": "李*"}
    ]
    assert CHILD.number not in json.dumps(shown)


def test_list_shows_those_who_speak_for_me_with_a_masked_mobile_number() -> None:
    mother, elder = make_mother(), make_grandmother()
    make_kinship(mother.person, elder.person, at=AT, kind=Kinship.Kind.CARER)

    [shown] = listed(elder)

    assert (shown["role"], shown["person"]) == ("ward", {"name": "王*", "mobile": "139*****011"})
    assert (shown["document_number"], shown["other_guardians"]) == (None, [])


def test_list_shows_of_a_claim_only_what_was_typed() -> None:
    mother = make_mother()
    make_child()
    make_claim(mother, request_for(name="欧阳春"))

    [waiting] = listed(mother)

    assert (waiting["state"], waiting["person"]["name"]) == ("WAITING", "欧*")
    assert (waiting["document_number"], waiting["in_force_from"]) == (CHILD.masked, None)
    claim = KinshipClaim.objects.get()
    refuse(claim, reviewer=make_staff(at=AT), refusal=KinshipClaim.Refusal.PERSON_NOT_FOUND, at=AT)
    [refused] = listed(mother)
    assert (refused["state"], refused["person"]["name"]) == ("REFUSED", "欧*")
    assert "PERSON_NOT_FOUND" not in json.dumps(refused)


def test_refused_claim_reads_alike_for_every_cause() -> None:
    staff, read = make_staff(at=AT), set()
    mother = make_mother()
    for n, reason in enumerate(KinshipClaim.Refusal):
        claim = make_claim(mother, at=AT + timedelta(days=n))
        refuse(claim, reviewer=staff, refusal=reason, at=AT + timedelta(days=n))
    for shown in listed(mother):
        read.add(without_ids_and_times(json.dumps(shown)))
    assert len(read) == 1


def test_verified_claim_keeps_its_id() -> None:
    mother = make_mother()
    make_child()
    claim = make_claim(mother)
    verify(claim, reviewer=make_staff(at=AT), at=AT)

    [shown] = listed(mother)

    assert (shown["id"], shown["state"]) == (str(claim.id), "IN_FORCE")
    assert shown["in_force_from"] == "2022-06-10T10:00:00+08:00"


def test_list_is_of_the_account_alone() -> None:
    mother, child = make_mother(), make_child()
    make_kinship(mother.person, child, at=AT)
    make_claim(mother, care_for())
    assert len(listed(mother)) == 2
    assert listed(make_father()) == []
    assert listed(make_account(at=AT)) == []


def test_claim_about_me_is_shown_to_an_adult_alone() -> None:
    young = make_account(at=AT, person=make_child())
    elder, mother = make_grandmother(), make_mother()
    make_claim(mother)
    make_claim(mother, care_for())

    assert listed(young) == []
    [shown] = listed(elder)
    assert (shown["role"], shown["state"], shown["kind"]) == ("ward", "WAITING", "CARER")


def test_list_comes_in_pages() -> None:
    mother = make_mother()
    for n in range(5):
        make_kinship(mother.person, make_person(make_document(sequence=n + 2), at=AT), at=AT)
    make_claim(mother)

    found: list[str] = []
    cursor: str | None = ""
    for _ in range(3):
        page = get(f"wards?limit=2&cursor={cursor}", speaking(mother)).json()
        found += [each["id"] for each in page["results"]]
        cursor = page["next"]
    assert cursor is None
    assert len(found) == 6
    assert found == sorted(found, reverse=True)
    assert found == [each["id"] for each in listed(mother)]


def test_claim_is_created_once_and_then_answered_with_the_first() -> None:
    mother = make_mother()
    first = post("wards", CLAIM, speaking(mother))
    assert first.status_code == 201
    assert_documented(first, "claim_ward")
    assert first.json()["state"] == "WAITING"

    again = post("wards", CLAIM | {"name": "别人"}, speaking(mother))
    assert again.status_code == 200
    assert_documented(again, "claim_ward")
    assert again.json() == first.json()


def test_claim_of_a_ward_of_the_registry_is_answered_with_the_kinship() -> None:
    mother = make_mother()
    held = make_kinship(mother.person, make_child(), at=AT)
    response = post("wards", CLAIM, speaking(mother))
    assert (response.status_code, response.json()["id"]) == (200, str(held.id))
    assert response.json()["state"] == "IN_FORCE"


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_claim_is_answered_alike_whatever_the_registry_knows(language: str) -> None:
    unknown = post("wards", CLAIM, speaking(make_mother(), language))
    child = make_child(name="欧阳春")
    wrong_name = post("wards", CLAIM, speaking(make_father(), language))
    make_kinship(make_grandmother().person, child, at=AT)
    with_guardian = post(
        "wards",
        CLAIM,
        speaking(make_account(at=AT, person=make_person(make_document(date(1990, 1, 1)), at=AT)), language),
    )

    read = [without_ids_and_times(r.content.decode()) for r in (unknown, wrong_name, with_guardian)]
    assert [r.status_code for r in (unknown, wrong_name, with_guardian)] == [201] * 3
    assert len(set(read)) == 1
    assert Notice.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"document_number": WRONG_CHECK_DIGIT}, "document_number", "wrong_check_digit"),
        ({"document_number": ""}, "document_number", "empty"),
        ({"document_number": make_number(date(2022, 6, 11))}, "document_number", "not_yet_born"),
        ({"document_number": MOTHER.number}, "document_number", "own_document"),
        ({"document_type": "99"}, "document_type", "unknown_type"),
        ({"name": ""}, "name", "empty"),
        ({"name": "李1"}, "name", "digits"),
        ({"kind": "AUNT"}, "kind", "invalid_choice"),
        ({"evidence": "HEARSAY"}, "evidence", "invalid_choice"),
        ({"evidence_reference": ""}, "evidence_reference", "empty"),
        ({"evidence_reference": CHILD.number}, "evidence_reference", "document_number"),
        ({"kind": None}, "kind", "null"),
        ({"photo": "x"}, "photo", "unknown_field"),
    ],
)
def test_claim_names_the_field_at_fault(changed: dict[str, Any], field: str, code: str) -> None:
    mother = make_mother()
    response = post("wards", CLAIM | changed, speaking(mother))
    problem = assert_problem(response, 400, "invalid")
    assert [(error["field"], error["code"]) for error in problem["errors"]] == [(field, code)]
    assert CHILD.number not in response.content.decode()
    assert not KinshipClaim.objects.exists()
    assert post("wards", CLAIM, speaking(mother)).status_code == 201


def test_claim_takes_other_documents_and_no_reference_where_the_ward_confirms() -> None:
    body = {"document_type": "20", "document_number": "E00000001", "name": "Anna", "kind": "CARER"}
    response = post("wards", {**body, "evidence": "OWN_CONFIRMATION"}, speaking(make_mother()))
    assert response.status_code == 201
    assert response.json()["document_number"] == "E0*****01"


def test_claim_needs_a_verified_account() -> None:
    response = post("wards", CLAIM, speaking(make_account(at=AT)))
    assert_problem(response, 409, "not_verified")
    assert_documented(response, "claim_ward")
    assert post("wards", CLAIM, speaking(make_mother())).status_code == 201


def test_claim_is_refused_beyond_the_caps_with_the_time_to_come_back() -> None:
    mother = make_mother()
    made = [make_claim(mother, request_for(make_document(sequence=n + 2))) for n in range(8)]
    response = post("wards", CLAIM, speaking(mother))
    assert_problem(response, 409, "too_many_wards")
    claims.withdraw(mother, made[0].id, at=AT)
    response = post("wards", CLAIM, speaking(mother))
    assert_problem(response, 429, "too_many_claims")
    assert response.headers["Retry-After"] == str(14 * 3600)
    assert_documented(response, "claim_ward")
