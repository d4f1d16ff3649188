"""The word for and against somebody by HTTP, the notices, and how both lists are asked for."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from identity import notices
from identity.models import Notice, User
from tests.identity.kin import (
    AT,
    CHILD,
    GRANDMOTHER,
    care_for,
    make_child,
    make_claim,
    make_father,
    make_grandmother,
    make_mother,
)
from tests.lookup.api.calls import (
    assert_documented,
    assert_problem,
    bearer,
    get,
    post,
)
from tests.makers import make_account, make_kinship

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


@pytest.mark.parametrize("path", ["wards", "notices"])
@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "cursor=x", "cursor=%E2%80%8B", "page=2"]
)
def test_list_refuses_malformed_parameters(path: str, query: str) -> None:
    mother = make_mother()
    response = get(f"{path}?{query}", speaking(mother))
    assert_problem(response, 400, "invalid")
    assert_documented(response, path)
    assert get(f"{path}?limit=200&cursor=", speaking(mother)).status_code == 200


def test_elder_confirms_by_the_claims_id() -> None:
    elder, mother = make_grandmother(), make_mother()
    claim = make_claim(mother, care_for())
    for stranger in (mother, make_father()):
        assert_problem(post(f"wards/{claim.id}/confirm", {}, speaking(stranger)), 404, "not_found")

    response = post(f"wards/{claim.id}/confirm", {}, speaking(elder))

    assert response.status_code == 200
    assert_documented(response, "confirm_ward")
    assert (response.json()["state"], response.json()["evidence"]) == ("IN_FORCE", "OWN_CONFIRMATION")
    again = post(f"wards/{claim.id}/confirm", {}, speaking(elder))
    assert_problem(again, 409, "not_waiting")
    assert_documented(again, "confirm_ward")


@pytest.mark.parametrize("word", ["confirm", "end"])
@pytest.mark.parametrize("bad", [NOBODY, "x", "{" + NOBODY + "}", NOBODY.replace("-", ""), "%E2%80%8B"])
def test_unknown_and_malformed_ids_are_alike(bad: str, word: str) -> None:
    response = post(f"wards/{bad}/{word}", {}, speaking(make_mother()))
    problem = assert_problem(response, 404, "not_found")
    assert "list of your people" in problem["detail"]


def test_guardian_ends_and_asking_twice_changes_nothing() -> None:
    mother = make_mother()
    held = make_kinship(mother.person, make_child(), at=AT)
    assert_problem(post(f"wards/{held.id}/end", {}, speaking(make_father())), 404, "not_found")
    for _ in range(2):
        response = post(f"wards/{held.id}/end", {}, speaking(mother))
        assert response.json() == {"id": str(held.id), "state": "ENDED"}
        assert_documented(response, "end_ward")
    [shown] = listed(mother)
    assert (shown["state"], shown["document_number"]) == ("ENDED", None)


def test_other_guardian_disputes_by_the_listed_id() -> None:
    mother, father, child = make_mother(), make_father(), make_child()
    held = make_kinship(mother.person, child, at=AT)
    make_kinship(father.person, child, at=AT)

    [shown] = listed(father)
    other = shown["other_guardians"][0]["id"]
    for _ in range(2):
        assert post(f"wards/{other}/end", {}, speaking(father)).json()["state"] == "DISPUTED"

    assert other == str(held.id)
    [suspended] = listed(mother)
    assert (suspended["state"], suspended["other_guardians"]) == ("DISPUTED", [])
    assert suspended["document_number"] is None
    [shown] = listed(father)
    assert shown["other_guardians"][0]["state"] == "DISPUTED"


def test_claim_is_taken_back_and_declined() -> None:
    mother, elder = make_mother(), make_grandmother()
    own, about_her = make_claim(mother), make_claim(mother, care_for())
    assert post(f"wards/{own.id}/end", {}, speaking(mother)).json()["state"] == "ENDED"
    assert post(f"wards/{about_her.id}/end", {}, speaking(elder)).json()["state"] == "REFUSED"
    assert post(f"wards/{about_her.id}/end", {}, speaking(elder)).status_code == 200
    assert listed(elder) == []
    assert sorted(each["state"] for each in listed(mother)) == ["ENDED", "REFUSED"]


def test_child_cannot_end_a_parents_word() -> None:
    mother, child = make_mother(), make_child()
    held = make_kinship(mother.person, child, at=AT)
    response = post(f"wards/{held.id}/end", {}, speaking(make_account(at=AT, person=child)))
    assert_problem(response, 409, "under_age")
    assert_documented(response, "end_ward")
    assert post(f"wards/{held.id}/end", {}, speaking(mother)).status_code == 200


def test_notices_are_listed_with_words_in_the_language_of_the_request() -> None:
    elder = make_grandmother()
    make_claim(make_mother(), care_for())
    notices.post(elder, Notice.Kind.PASSWORD_CHANGED, subject_key=None, at=AT)

    response = get("notices", speaking(elder))
    assert_documented(response, "notices")
    newest, older = response.json()["results"]
    assert (newest["kind"], newest["person"], newest["about_me"]) == ("PASSWORD_CHANGED", None, False)
    assert (older["kind"], older["person"], older["about_me"]) == ("KINSHIP_CLAIMED", "赵*", True)
    assert older["text"].startswith("Somebody asks to speak for you.")
    page = get("notices?limit=1", speaking(elder)).json()
    assert [each["id"] for each in page["results"]] == [newest["id"]]
    rest = get(f"notices?limit=1&cursor={page['next']}", speaking(elder)).json()
    assert ([each["id"] for each in rest["results"]], rest["next"]) == ([older["id"]], None)
    assert get("notices", speaking(make_father())).json() == {"results": [], "next": None}
    assert GRANDMOTHER.number not in response.content.decode()


@pytest.mark.parametrize("path", ["wards", "notices"])
def test_lists_need_a_token(path: str) -> None:
    assert_problem(get(path), 401, "not_authenticated")
    assert get(path, speaking(make_mother())).status_code == 200
