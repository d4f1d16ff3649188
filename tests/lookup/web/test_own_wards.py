"""A tap on the name of one's own ward asks; anybody else's is not there."""

import pytest
from django.test import Client

from identity.models import Kinship
from lookup.admission import Door, Proof
from lookup.models import Lookup
from tests.lookup.api.story import AT, CHILD, make_child, make_guardian
from tests.lookup.web.pages import text_of
from tests.makers import make_account, mark_feeds_read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def father(browser: Client) -> Client:
    mark_feeds_read(AT)
    browser.force_login(make_guardian(make_child()))
    return browser


def test_page_names_the_wards_masked(father: Client) -> None:
    words = text_of(father.get("/assisted"))

    assert "Whose code?" in words
    assert f"{CHILD['document_number'][:2]}" in words
    assert CHILD["document_number"] not in father.get("/assisted").content.decode()


def test_tap_on_a_ward_asks_as_kin_without_a_number(father: Client) -> None:
    sent = father.post("/assisted", {"ward": str(Kinship.objects.get().id)})

    row = Lookup.objects.get()
    assert (sent.status_code, sent.headers["Location"]) == (303, f"/answers/{row.id}")
    assert (row.door, row.proof) == (Door.ASSISTED, Proof.KINSHIP)
    assert "No abnormality found" in text_of(father.get(sent.headers["Location"]))


@pytest.mark.parametrize("ward", ["", "nonsense", "None", "01900000-0000-7000-8000-000000000000"])
def test_ward_of_nobody_is_not_there(father: Client, ward: str) -> None:
    assert father.post("/assisted", {"ward": ward}).status_code == 404
    assert not Lookup.objects.exists()


def test_ward_of_another_is_not_there_and_its_guardian_is_answered(father: Client, browser: Client) -> None:
    kinship = str(Kinship.objects.get().id)
    stranger = Client()
    stranger.force_login(make_account(at=AT, mobile="+8613900000077"))

    assert stranger.post("/assisted", {"ward": kinship}).status_code == 404
    assert "Whose code?" not in text_of(stranger.get("/assisted"))
    assert father.post("/assisted", {"ward": kinship}).status_code == 303
