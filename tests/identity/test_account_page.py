"""One's own account: whose it is, masked; and what to do where it is nobody's."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from tests.makers import make_account, make_document, make_person

pytestmark = pytest.mark.django_db

AT = datetime(2022, 6, 10, tzinfo=UTC)
MOBILE = "+8613900000051"


@pytest.fixture
def page(client: Client) -> Client:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def test_page_says_whose_account_it_is_and_masks_everything(page: Client) -> None:
    document = make_document(sequence=5)
    person = make_person(document, at=AT)
    page.force_login(make_account(MOBILE, at=AT, person=person))

    words = page.get("/account").content.decode()

    assert person.masked_name in words
    assert person.masked_number in words
    assert "139*****051" in words
    assert "Your identity is verified" in words
    assert document.number not in words
    assert MOBILE[3:] not in words


def test_page_says_what_to_do_where_nobody_is_verified(page: Client) -> None:
    page.force_login(make_account(MOBILE, at=AT))

    words = page.get("/account").content.decode()

    assert "please sign up" in words
    assert "Document number" not in words


def test_page_is_for_whoever_is_signed_in(page: Client) -> None:
    response = page.get("/account")

    assert (response.status_code, response["Location"]) == (302, "/sign-in?next=/account")
