"""Every type of document by HTTP: which door takes it, and which field an error stands beside."""

from datetime import date

import pytest

from identity.document import Document
from lookup.models import Lookup
from tests.lookup.api.calls import api_key, assert_documented, assert_problem, bearer, post
from tests.lookup.api.story import AT
from tests.makers import (
    make_account,
    make_device_key,
    make_foreigners_card,
    make_passport,
    make_permit,
    mark_feeds_read,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def body_of(document: Document) -> dict[str, str]:
    return {"document_number": document.number, "document_type": document.type.value}


@pytest.mark.parametrize("document", [make_passport(), make_permit()], ids=["passport", "permit"])
def test_assisted_query_refuses_a_type_whose_number_says_no_age(document: Document) -> None:
    headers = bearer(make_account(at=AT), at=AT) | {"Accept-Language": "en"}

    response = post("assisted-queries", body_of(document), headers)

    problem = assert_problem(response, 400, "invalid")
    assert [(e["field"], e["code"]) for e in problem["errors"]] == [("document_type", "age_not_in_number")]
    assert "third-party query" in problem["detail"]
    assert not Lookup.objects.exists()
    assert_documented(response, "ask_assisted")
    served = body_of(make_foreigners_card(date(2014, 6, 15)))
    assert post("assisted-queries", served, headers).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {"document_type": "14", "document_number": "h0000 000102"},
        {"document_type": "15", "document_number": "0000000103"},
        {"document_type": "20", "document_number": "e00000001"},
        body_of(make_foreigners_card()),
    ],
    ids=lambda body: body["document_type"],
)
def test_check_takes_every_type(body: dict[str, str]) -> None:
    mark_feeds_read(AT)
    _, key = make_device_key()

    assert post("checks", body, api_key(key)).status_code == 201


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"document_type": "14", "document_number": "C00000001"}, "wrong_form"),
        ({"document_type": "14", "document_number": "\u041d00000001"}, "look_alike_letter"),
        ({"document_type": "15", "document_number": "0000001"}, "wrong_form"),
        ({"document_type": "20", "document_number": "PASSPORT"}, "wrong_form"),
        ({"document_type": "20", "document_number": ""}, "empty"),
        ({"document_type": "34", "document_number": "E00000001"}, "wrong_form"),
        ({"document_type": "20", "document_number": "11999920190615001X"}, "other_type"),
        ({"document_type": "34", "document_number": "11999920190615001X"}, "other_type"),
    ],
)
def test_check_says_beside_the_number_what_is_wrong_with_it(body: dict[str, str], code: str) -> None:
    _, key = make_device_key()

    problem = assert_problem(post("checks", body, api_key(key)), 400, "invalid")

    assert [(e["field"], e["code"]) for e in problem["errors"]] == [("document_number", code)]
    assert not Lookup.objects.exists()
