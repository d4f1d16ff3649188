"""The edition for elders: chosen on any page, kept by the browser, and gone back from as easily."""

from http import HTTPStatus

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("edition", ["elder", "standard"])
def test_page_is_in_the_edition_that_was_chosen_last(client: Client, edition: str) -> None:
    other = {"elder": "standard", "standard": "elder"}[edition]
    client.post("/edition", {"edition": other, "next": "/"})

    response = client.post("/edition", {"edition": edition, "next": "/sign-in"})

    assert response.status_code == HTTPStatus.FOUND
    assert response["Location"] == "/sign-in"
    assert f'data-edition="{edition}"' in client.get("/sign-in").text


def test_page_is_standard_for_whoever_has_chosen_nothing(client: Client) -> None:
    assert 'data-edition="standard"' in client.get("/").text


@pytest.mark.parametrize("nonsense", ["", "gigantic", '"><script>'])
def test_nonsense_is_the_standard_edition(client: Client, nonsense: str) -> None:
    client.post("/edition", {"edition": nonsense, "next": "/"})

    assert 'data-edition="standard"' in client.get("/").text


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "javascript:alert(1)", ""])
def test_way_back_never_leads_to_somewhere_else(client: Client, elsewhere: str) -> None:
    response = client.post("/edition", {"edition": "elder", "next": elsewhere})

    assert response["Location"] == "/"
    assert response.cookies["edition"].value == "elder"


def test_reading_the_address_changes_nothing(client: Client) -> None:
    assert client.get("/edition").status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert "edition" not in client.cookies
