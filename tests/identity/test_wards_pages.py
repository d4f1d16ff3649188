"""My people and notices in the browser: what stands there, what the forms do, and what they refuse."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client

from identity import kinship, notices
from identity.models import Kinship, Notice, User
from tests.identity.kin import (
    AT,
    CHILD,
    care_for,
    make_child,
    make_claim,
    make_father,
    make_grandmother,
    make_mother,
    request_for,
)
from tests.lookup.web.pages import text_of
from tests.makers import make_account, make_document, make_kinship, make_person

pytestmark = pytest.mark.django_db

TYPED = {
    "document_type": "10",
    "document_number": CHILD.number,
    "name": "李小明",
    "kind": "PARENT",
    "evidence": "BIRTH_CERTIFICATE",
    "evidence_reference": "T110000123",
}
NOBODY = "01814b5e-8a00-7c3a-9b1d-2f6f0c5a7e10"


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def browser_of(user: User, language: str = "en") -> Client:
    client = Client(headers={"Accept-Language": language})
    client.force_login(user)
    return client


def hrefs(response: Any) -> list[str]:
    return re.findall(r'href="(/wards[^"]*)"', response.content.decode())


@pytest.mark.parametrize(
    "address", ["/wards", "/wards/claim", "/notices", f"/wards/{NOBODY}/end", f"/wards/{NOBODY}/confirm"]
)
def test_page_sends_whoever_is_not_signed_in_to_the_sign_in(address: str) -> None:
    answer = Client().get(address)
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/sign-in")


def test_my_people_shows_everybody_masked_with_the_next_step() -> None:
    mother, father, elder, child = make_mother(), make_father(), make_grandmother(), make_child()
    make_kinship(mother.person, child, at=AT)
    other = make_kinship(father.person, child, at=AT)
    make_kinship(elder.person, mother.person, at=AT, kind=Kinship.Kind.CARER)
    make_claim(mother, request_for(make_document(date(2018, 1, 1)), name="欧阳春"))

    page = browser_of(mother).get("/wards")

    words = text_of(page)
    for shown in ("李* In force", "欧* Waiting to be checked", "赵* In force", "139*****013", CHILD.masked):
        assert shown in words
    assert "You can ask about this person" in words
    assert f"/wards/{other.id}/end" in hrefs(page)
    for hidden in (CHILD.number, "李小明", "欧阳春", "桂英", "13900000013"):
        assert hidden not in page.content.decode()


def test_my_people_says_what_an_account_without_person_lacks() -> None:
    page = browser_of(make_account(at=AT)).get("/wards")
    assert "has not been linked to a person" in text_of(page)
    assert "/wards/claim" not in hrefs(page)
    assert "/wards/claim" in hrefs(browser_of(make_mother()).get("/wards"))


def test_my_people_leads_to_older_ones() -> None:
    mother = make_mother()
    for n in range(51):
        make_kinship(mother.person, make_person(make_document(sequence=n + 1), at=AT), at=AT)
    browser = browser_of(mother)

    first = browser.get("/wards")
    older = next(href for href in hrefs(first) if "before=" in href)
    second = browser.get(older)

    assert first.content.decode().count("<article") == 50
    assert second.content.decode().count("<article") == 1
    assert browser.get("/wards?before=nonsense").content.decode().count("<article") == 50


def test_elder_confirms_after_reading_what_it_means() -> None:
    elder = make_grandmother()
    claim = make_claim(make_mother(), care_for())
    browser = browser_of(elder)
    address = f"/wards/{claim.id}/confirm"
    assert address in hrefs(browser.get("/wards"))

    question = browser.get(address)
    assert "told everything about your code" in text_of(question)
    assert ("王*" in text_of(question), "139*****011" in text_of(question)) == (True, True)
    assert not Kinship.objects.exists()
    sent = browser.post(address)
    assert (sent.status_code, sent["Location"]) == (303, "/wards")
    assert Kinship.objects.in_force(AT).count() == 1
    assert browser.post(address).status_code == 303
    assert "In force" in text_of(browser.get("/wards"))


def test_nobody_else_confirms() -> None:
    claim = make_claim(make_mother(), care_for())
    for stranger in (make_father(), make_account(at=AT)):
        assert browser_of(stranger).get(f"/wards/{claim.id}/confirm").status_code == 404
        assert browser_of(stranger).post(f"/wards/{claim.id}/confirm").status_code == 404
    assert browser_of(make_grandmother()).post(f"/wards/{claim.id}/confirm").status_code == 303


def test_confirmation_is_refused_with_a_sentence_when_there_is_no_room() -> None:
    elder = make_grandmother()
    for n in range(4):
        guardian = make_person(make_document(date(1970, 1, 1), sequence=n + 1), at=AT)
        make_kinship(guardian, elder.person, at=AT, kind=Kinship.Kind.CARER)
    claim = make_claim(make_mother(), care_for())
    browser = browser_of(elder)

    refused = browser.post(f"/wards/{claim.id}/confirm")

    assert refused.status_code == 409
    assert "4 people speak for this person already" in text_of(refused)
    browser.post(f"/wards/{Kinship.objects.first().id}/end")
    assert browser.post(f"/wards/{claim.id}/confirm").status_code == 303


def test_end_asks_first_and_ends_on_post_alone() -> None:
    mother = make_mother()
    held = make_kinship(mother.person, make_child(), at=AT)
    browser = browser_of(mother)
    address = f"/wards/{held.id}/end"
    assert address in hrefs(browser.get("/wards"))

    assert "told no more about this person than a stranger" in text_of(browser.get(address))
    assert Kinship.objects.in_force(AT).exists()
    assert browser.post(address).status_code == 303
    assert not Kinship.objects.in_force(AT).exists()
    assert browser.get(address).status_code == 303
    assert browser.post(address).status_code == 303
    assert "Ended" in text_of(browser.get("/wards"))


def test_end_is_worded_for_what_it_does() -> None:
    mother, father, elder, child = make_mother(), make_father(), make_grandmother(), make_child()
    held = make_kinship(mother.person, child, at=AT)
    make_kinship(father.person, child, at=AT)
    claim = make_claim(mother, care_for())

    def heading(user: User, relation_id: Any) -> str:
        page = browser_of(user).get(f"/wards/{relation_id}/end").content.decode()
        return re.search(r"<h1>(.*?)</h1>", page).group(1)

    assert heading(mother, held.id) == "End it?"
    assert heading(father, held.id) == "Dispute this guardian?"
    assert heading(mother, claim.id) == "Take the request back?"
    assert heading(elder, claim.id) == "Decline the request?"


def test_other_guardian_disputes_and_sees_it_in_the_list() -> None:
    mother, father, child = make_mother(), make_father(), make_child()
    held = make_kinship(mother.person, child, at=AT)
    make_kinship(father.person, child, at=AT)
    browser = browser_of(father)

    assert browser.post(f"/wards/{held.id}/end").status_code == 303

    assert "Disputed, under review" in text_of(browser.get("/wards"))
    assert "Another guardian says" in text_of(browser_of(mother).get("/wards"))
    assert not kinship.is_verified(guardian_key=mother.person_id, ward_key=child.pk, at=AT)


def test_strangers_end_nothing() -> None:
    mother = make_mother()
    held = make_kinship(mother.person, make_child(), at=AT)
    stranger = browser_of(make_father())
    for address in (f"/wards/{held.id}/end", f"/wards/{NOBODY}/end"):
        assert (stranger.get(address).status_code, stranger.post(address).status_code) == (404, 404)
    assert Kinship.objects.in_force(AT).exists()


def test_child_is_told_that_it_cannot_end_a_parents_word() -> None:
    child = make_child()
    held = make_kinship(make_mother().person, child, at=AT)
    browser = browser_of(make_account(at=AT, person=child))

    assert f"/wards/{held.id}/end" not in hrefs(browser.get("/wards"))
    refused = browser.post(f"/wards/{held.id}/end")
    assert (refused.status_code, "under 18" in text_of(refused)) == (409, True)
    assert Kinship.objects.in_force(AT).exists()


@pytest.mark.parametrize("address", ["/wards/claim", f"/wards/{NOBODY}/end", f"/wards/{NOBODY}/confirm"])
def test_forms_need_the_token_of_the_page(address: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_mother())
    assert client.post(address, TYPED).status_code == 403


def test_notices_are_shown_newest_first_and_lead_to_older_ones() -> None:
    elder = make_grandmother()
    make_claim(make_mother(), care_for())
    for _ in range(50):
        notices.post(elder, Notice.Kind.PASSWORD_CHANGED, subject_key=None, at=AT)
    browser = browser_of(elder)

    page = browser.get("/notices")
    assert "The password of your account was changed" in text_of(page)
    assert "Somebody asks to speak for you" not in text_of(page)
    older = re.search(r'href="(/notices\?before=[^"]+)"', page.content.decode()).group(1)
    assert "Somebody asks to speak for you" in text_of(browser.get(older))
    assert "You have no notices yet" in text_of(browser_of(make_father()).get("/notices"))


@pytest.mark.parametrize("address", ["/wards", "/notices"])
def test_lists_are_read_alone(address: str) -> None:
    browser = browser_of(make_mother())
    assert browser.post(address).status_code == 405
    page = browser.get(address)
    assert "no-store" in page.headers["Cache-Control"]
    assert len(re.findall(r"<h1[ >]", page.content.decode())) == 1
