"""The choice of a document type on the assisted query's page."""

import re
from datetime import date

import pytest
from django.test import Client

from lookup.models import Lookup
from tests.lookup.api.story import AT
from tests.makers import make_account, make_foreigners_card, make_number

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NUMBER = make_number(date(2014, 6, 15))
FOREIGNERS = make_foreigners_card(date(2014, 6, 15)).number


def error_beside(field: str, page: str) -> str:
    found = re.search(rf'<p class="error" id="id_{field}_error">(.*?)</p>', page, re.S)
    return found.group(1) if found else ""


@pytest.fixture
def signed_in(browser: Client) -> Client:
    browser.force_login(make_account(at=AT))
    return browser


def test_page_offers_every_type_and_the_resident_card_first(signed_in: Client) -> None:
    page = signed_in.get("/assisted").content.decode()

    assert re.findall(r'<option value="(\d+)"', page) == ["10", "14", "15", "20", "34"]
    assert re.search(r'<option value="10" selected>', page)


@pytest.mark.parametrize("sent", [{}, {"document_type": ""}, {"document_type": "10"}])
def test_page_takes_a_resident_number_whether_or_not_its_type_is_sent(
    signed_in: Client, sent: dict[str, str]
) -> None:
    assert signed_in.post("/assisted", {"document_number": NUMBER} | sent).status_code == 303


def test_page_takes_a_foreigner_s_number_under_its_type_and_names_the_type_under_another(
    signed_in: Client,
) -> None:
    refused = signed_in.post("/assisted", {"document_number": FOREIGNERS, "document_type": "10"})
    assert refused.status_code == 400
    assert "foreign permanent resident" in error_beside("document_number", refused.content.decode())
    assert not Lookup.objects.exists()

    taken = signed_in.post("/assisted", {"document_number": FOREIGNERS, "document_type": "34"})
    assert taken.status_code == 303


def test_page_says_beside_the_type_what_to_do_when_its_number_says_no_age(signed_in: Client) -> None:
    refused = signed_in.post("/assisted", {"document_number": "E00000001", "document_type": "20"})
    page = refused.content.decode()

    assert refused.status_code == 400
    assert "third-party query" in error_beside("document_type", page)
    assert error_beside("document_number", page) == ""
    assert 'href="#id_document_type"' in page
    assert re.search(r"<select[^>]* autofocus", page)
    assert re.search(r'<option value="20" selected>', page)
    assert not Lookup.objects.exists()


@pytest.mark.parametrize("invented", ["99", "RESIDENT_ID", "10\0", "1" * 10_000, "１０"])
def test_page_refuses_a_type_that_is_not_in_the_list(signed_in: Client, invented: str) -> None:
    refused = signed_in.post("/assisted", {"document_number": NUMBER, "document_type": invented})

    assert refused.status_code == 400
    assert "no such document type" in error_beside("document_type", refused.content.decode())
    assert not Lookup.objects.exists()
