"""Rows about people whose document is no resident card: what the number does not say, the row must."""

from datetime import date

import pytest

from identity.document import Sex
from records.feed import Rejection
from records.feed_fields import RejectionReason as Reason
from records.models import Kind
from tests.records.feeds import make_dose, make_kinship, make_person, parse

PASSPORT = {"document_type": "20", "document_number": "E00000001"}
# Zeros for the place, and ZZZ is no country; born on 15 June of a year that ends in 10.
OLD_FOREIGNERS_CARD = {"document_type": "34", "document_number": "ZZZ000010061502"}

REFUSED = [
    (
        Kind.DOSES,
        make_dose(document_type="20", document_number="E1"),
        "MALFORMED_DOCUMENT",
        "document_number",
    ),
    (Kind.REGISTRY, make_person(**PASSPORT, sex="MALE"), "MISSING_FIELD", "born_on"),
    (Kind.REGISTRY, make_person(**PASSPORT, born_on="2010-06-15"), "MISSING_FIELD", "sex"),
    (
        Kind.REGISTRY,
        make_person(**PASSPORT, born_on="2010-06-15", sex="MALE", died_on="2010-06-14"),
        "WRONG_ORDER",
        "died_on",
    ),
    (
        Kind.REGISTRY,
        make_person(**OLD_FOREIGNERS_CARD, born_on="2010-06-16", sex="MALE"),
        "CONTRADICTION",
        "born_on",
    ),
    (Kind.KINSHIP, make_kinship(ward_document_type="14"), "CONTRADICTION", "ward_document_type"),
]


@pytest.mark.parametrize(("kind", "row", "reason", "field"), REFUSED)
def test_parse_row_refuses_with_reason_and_field(kind, row, reason, field, at) -> None:
    rejection = parse(kind, row, at=at)
    assert isinstance(rejection, Rejection)
    assert (rejection.reason, rejection.field) == (reason, field)


ACCEPTED = [
    (Kind.REGISTRY, make_person(**PASSPORT, born_on="2010-06-15", sex="MALE", died_on="2010-06-15")),
    (Kind.REGISTRY, make_person(**OLD_FOREIGNERS_CARD, born_on="2010-06-15", sex="FEMALE")),
    (
        Kind.REGISTRY,
        make_person(document_type="14", document_number="m0000 000103", born_on="2010-06-15", sex="MALE"),
    ),
    (Kind.DOSES, make_dose(**PASSPORT)),
    (Kind.KINSHIP, make_kinship(ward_document_type="14", ward_document_number="H00000001")),
]


@pytest.mark.parametrize(("kind", "row"), ACCEPTED)
def test_parse_row_accepts_every_type_of_document(kind, row, at) -> None:
    assert not isinstance(parse(kind, row, at=at), Rejection)


def test_parse_row_takes_birth_date_and_sex_from_the_row_when_the_number_says_neither(at) -> None:
    record = parse(Kind.REGISTRY, make_person(**PASSPORT, born_on="2010-06-15", sex="FEMALE"), at=at)
    assert (record.born_on, record.sex) == (date(2010, 6, 15), Sex.FEMALE)


@pytest.mark.parametrize("record_id", ["lab-e00000001-2", "E0000 0001", "zzz000010061502"])
def test_parse_row_refuses_a_record_id_that_holds_a_number_of_another_type(record_id, at) -> None:
    refused = parse(Kind.DOSES, make_dose(record_id, **PASSPORT), at=at)
    assert isinstance(refused, Rejection)
    assert (refused.reason, refused.field) == (Reason.HOLDS_A_DOCUMENT_NUMBER, "record_id")
    fine = parse(Kind.DOSES, make_dose("lab-E00000002", **PASSPORT), at=at)
    assert not isinstance(fine, Rejection)
