"""Asking in the browser to speak for somebody: what the form takes, and what it refuses."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from identity.models import KinshipClaim, User
from tests.identity.kin import (
    AT,
    CHILD,
    MOTHER,
    make_child,
    make_claim,
    make_father,
    make_mother,
    request_for,
)
from tests.lookup.web.pages import text_of, without_variable_parts
from tests.makers import make_account, make_document

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


def test_claim_is_sent_and_leads_back_to_the_list() -> None:
    browser = browser_of(make_mother())
    assert browser.get("/wards/claim").status_code == 200

    sent = browser.post("/wards/claim", TYPED)

    assert (sent.status_code, sent["Location"]) == (303, "/wards")
    assert KinshipClaim.objects.get().state == KinshipClaim.State.WAITING
    assert "Waiting to be checked" in text_of(browser.get("/wards"))
    assert browser.post("/wards/claim", TYPED).status_code == 303
    assert KinshipClaim.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"document_number": ""}, "document_number"),
        ({"document_number": MOTHER.number}, "document_number"),
        ({"document_type": "99"}, "document_type"),
        ({"name": ""}, "name"),
        ({"name": "李\u200b小"}, "name"),
        ({"kind": ""}, "kind"),
        ({"kind": "AUNT"}, "kind"),
        ({"evidence": ""}, "evidence"),
        ({"evidence_reference": ""}, "evidence_reference"),
        ({"evidence_reference": CHILD.number}, "evidence_reference"),
    ],
)
def test_claim_shows_what_is_wrong_beside_the_field(changed: dict[str, str], field: str) -> None:
    browser = browser_of(make_mother())

    refused = browser.post("/wards/claim", TYPED | changed)

    assert refused.status_code == 400
    page = refused.content.decode()
    assert f'id="id_{field}_error"' in page
    assert "The request was not sent:" in text_of(refused)
    assert page.count("autofocus") == 1
    assert not KinshipClaim.objects.exists()
    assert browser.post("/wards/claim", TYPED).status_code == 303


def test_claim_form_is_empty_when_opened_again() -> None:
    browser = browser_of(make_mother())
    browser.post("/wards/claim", TYPED)
    assert CHILD.number not in browser.get("/wards/claim").content.decode()


def test_claim_leads_to_the_same_page_whatever_the_registry_knows() -> None:
    read = []
    for user, prepare in (
        (make_mother(), lambda: None),
        (make_father(), lambda: make_child(name="欧阳春")),
    ):
        prepare()
        browser = browser_of(user)
        sent = browser.post("/wards/claim", TYPED)
        page = browser.get(sent["Location"])
        read.append((sent.status_code, without_variable_parts(page)))
    assert read[0] == read[1]


def test_claim_is_refused_beyond_the_caps() -> None:
    mother = make_mother()
    made = [make_claim(mother, request_for(make_document(sequence=n + 2))) for n in range(8)]
    browser = browser_of(mother)

    full = browser.post("/wards/claim", TYPED)
    assert (full.status_code, "8 people" in text_of(full)) == (409, True)
    browser.post(f"/wards/{made[0].id}/end")
    spent = browser.post("/wards/claim", TYPED)
    assert (spent.status_code, spent["Retry-After"]) == (429, str(14 * 3600))
    assert "come back tomorrow" in text_of(spent)


def test_claim_is_refused_to_an_account_without_person() -> None:
    refused = browser_of(make_account(at=AT)).post("/wards/claim", TYPED)
    assert (refused.status_code, KinshipClaim.objects.count()) == (409, 0)
    assert browser_of(make_mother()).post("/wards/claim", TYPED).status_code == 303
