"""The wire format: what is read, and every reason for which a row is refused."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healthcode.facts import NaatResult
from identity.document import Sex
from records.feed import FIELDS, LONGEST_LINE, Rejection, parse_row
from records.feed_fields import RejectionReason as Reason
from records.models import Kind
from tests.conftest import STORY_BEGINS
from tests.records.feeds import (
    MAKERS,
    as_line,
    make_alert,
    make_dose,
    make_kinship,
    make_order,
    make_person,
    make_pooled,
    make_test,
    make_tube,
    number_of,
    parse,
)

JUST_AHEAD = (STORY_BEGINS + timedelta(minutes=5)).isoformat()
TOO_FAR_AHEAD = (STORY_BEGINS + timedelta(minutes=5, seconds=1)).isoformat()


@pytest.mark.parametrize("kind", Kind)
def test_parse_row_reads_a_row_of_each_kind(kind, at):
    record = parse(kind, MAKERS[kind](), at=at)
    assert not isinstance(record, Rejection)
    assert (record.version, record.withdrawn) == (1, False)


@pytest.mark.parametrize("kind", Kind)
def test_parse_row_reads_a_row_that_has_been_decoded_already(kind, at):
    assert parse_row(kind, MAKERS[kind](), at=at) == parse(kind, MAKERS[kind](), at=at)


def test_parse_row_reads_the_fields_of_a_test(at):
    record = parse(Kind.TESTS, make_test(name=" 阿依·古丽 ", document_number=number_of(1).lower()), at=at)
    assert record.collected_at == datetime(2022, 5, 19, 8, 0, tzinfo=UTC)
    assert (record.record_day, record.result) == (date(2022, 5, 19), NaatResult.NOT_DETECTED)
    assert record.name == "阿依·古丽"
    assert "2022" not in repr(record)


def test_parse_row_takes_birth_date_and_sex_from_the_number_when_they_are_absent(at):
    record = parse(Kind.REGISTRY, make_person(), at=at)
    assert (record.born_on, record.sex) == (date(2010, 6, 15), Sex.MALE)


def test_parse_row_drops_fractions_of_a_second_and_keeps_instants_in_utc(at):
    record = parse(Kind.TESTS, make_test(collected_at="2022-05-19t08:00:00.999999999z"), at=at)
    assert record.collected_at == datetime(2022, 5, 19, 8, 0, tzinfo=UTC)


REFUSED = [
    # any kind
    (Kind.DOSES, make_dose(record_id=None), Reason.MISSING_FIELD, "record_id"),
    (Kind.DOSES, make_dose(record_id=" "), Reason.MISSING_FIELD, "record_id"),
    (Kind.DOSES, make_dose(record_id=17), Reason.WRONG_TYPE, "record_id"),
    (Kind.DOSES, make_dose(record_id="d" * 81), Reason.TOO_LONG, "record_id"),
    (Kind.DOSES, make_dose(record_id="d\x00"), Reason.FORBIDDEN_CHARACTERS, "record_id"),
    (Kind.DOSES, make_dose(site="a\u202eb"), Reason.FORBIDDEN_CHARACTERS, "site"),
    (Kind.DOSES, make_dose(site="a\nb"), Reason.FORBIDDEN_CHARACTERS, "site"),
    (Kind.DOSES, make_dose(version=None), Reason.MISSING_FIELD, "version"),
    (Kind.DOSES, make_dose(version=0), Reason.OUT_OF_RANGE, "version"),
    (Kind.DOSES, make_dose(version=-1), Reason.OUT_OF_RANGE, "version"),
    (Kind.DOSES, make_dose(version=2**31), Reason.OUT_OF_RANGE, "version"),
    (Kind.DOSES, make_dose(version="1"), Reason.WRONG_TYPE, "version"),
    (Kind.DOSES, make_dose(version=1.0), Reason.WRONG_TYPE, "version"),
    (Kind.DOSES, make_dose(version=True), Reason.WRONG_TYPE, "version"),
    (Kind.DOSES, make_dose(withdrawn="true"), Reason.WRONG_TYPE, "withdrawn"),
    (Kind.DOSES, make_dose(withdrawn=None), Reason.WRONG_TYPE, "withdrawn"),
    (Kind.DOSES, make_dose(withdrwan=True), Reason.UNKNOWN_FIELD, ""),
    (Kind.DOSES, make_dose(site={"a": 1}), Reason.WRONG_TYPE, "site"),
    # documents and names
    (Kind.DOSES, make_dose(document_number=11999920100615001), Reason.WRONG_TYPE, "document_number"),
    (Kind.DOSES, make_dose(document_number=None), Reason.MISSING_FIELD, "document_number"),
    (Kind.DOSES, make_dose(document_number="1" * 18), Reason.MALFORMED_DOCUMENT, "document_number"),
    (
        Kind.DOSES,
        make_dose(document_number=number_of(1, born="20220521")),
        Reason.MALFORMED_DOCUMENT,
        "document_number",
    ),
    (Kind.DOSES, make_dose(document_type="20"), Reason.CONTRADICTION, "document_type"),
    (Kind.DOSES, make_dose(document_type="99"), Reason.DOCUMENT_TYPE_NOT_SERVED, "document_type"),
    (Kind.DOSES, make_dose(document_type=10), Reason.WRONG_TYPE, "document_type"),
    (Kind.TESTS, make_test(name=None), Reason.MISSING_FIELD, "name"),
    (Kind.TESTS, make_test(name=5), Reason.WRONG_TYPE, "name"),
    (Kind.TESTS, make_test(name="李4"), Reason.MALFORMED_NAME, "name"),
    # tests
    (Kind.TESTS, make_test(result="POSITIVE"), Reason.UNKNOWN_VALUE, "result"),
    (Kind.TESTS, make_test(result="not_detected"), Reason.UNKNOWN_VALUE, "result"),
    (Kind.TESTS, make_test(record_day=None), Reason.MISSING_FIELD, "record_day"),
    (Kind.TESTS, make_test(record_day="2022-02-30"), Reason.MALFORMED_DATE, "record_day"),
    (Kind.TESTS, make_test(record_day="20220519"), Reason.MALFORMED_DATE, "record_day"),
    (Kind.TESTS, make_test(record_day="2022-05-21"), Reason.TIME_AHEAD, "record_day"),
    (Kind.TESTS, make_test(collected_at="2022-05-19T16:00:00"), Reason.NAIVE_TIME, "collected_at"),
    (Kind.TESTS, make_test(collected_at="2022-05-19"), Reason.MALFORMED_TIME, "collected_at"),
    (Kind.TESTS, make_test(collected_at="2022-05-19T24:00:00Z"), Reason.MALFORMED_TIME, "collected_at"),
    (Kind.TESTS, make_test(collected_at="0001-01-01T00:00:00+14:00"), Reason.MALFORMED_TIME, "collected_at"),
    (Kind.TESTS, make_test(collected_at="２022-05-19T16:00:00Z"), Reason.MALFORMED_TIME, "collected_at"),
    (Kind.TESTS, make_test(collected_at=1652947200), Reason.WRONG_TYPE, "collected_at"),
    (Kind.TESTS, make_test(issued_at=TOO_FAR_AHEAD), Reason.TIME_AHEAD, "issued_at"),
    (Kind.TESTS, make_test(issued_at="2022-05-19T15:59:59+08:00"), Reason.WRONG_ORDER, "issued_at"),
    (Kind.TESTS, make_test(issued_at=None), Reason.CONTRADICTION, "issued_at"),
    (Kind.TESTS, make_test(result=None), Reason.CONTRADICTION, "result"),
    (Kind.TESTS, make_test(tube_code="T1"), Reason.CONTRADICTION, "result"),
    (
        Kind.TESTS,
        make_test(collected_at=None, issued_at=None, result=None),
        Reason.MISSING_FIELD,
        "collected_at",
    ),
    # tubes, doses
    (Kind.TUBES, make_tube(tube_code=""), Reason.MISSING_FIELD, "tube_code"),
    (Kind.TUBES, make_tube(result=None), Reason.MISSING_FIELD, "result"),
    (Kind.TUBES, make_tube(issued_at=None), Reason.MISSING_FIELD, "issued_at"),
    (Kind.DOSES, make_dose(dose_number=0), Reason.OUT_OF_RANGE, "dose_number"),
    (Kind.DOSES, make_dose(product="SPUTNIK"), Reason.UNKNOWN_VALUE, "product"),
    (Kind.DOSES, make_dose(administered_on="2022-05-21"), Reason.TIME_AHEAD, "administered_on"),
    (Kind.DOSES, make_dose(country="cn"), Reason.UNKNOWN_VALUE, "country"),
    # orders, alerts
    (Kind.ORDERS, make_order(authority=""), Reason.MISSING_FIELD, "authority"),
    (Kind.ORDERS, make_order(reference="  "), Reason.MISSING_FIELD, "reference"),
    (Kind.ORDERS, make_order(in_force_until=None), Reason.MISSING_FIELD, "in_force_until"),
    (
        Kind.ORDERS,
        make_order(in_force_until="2022-05-18T00:00:00+08:00"),
        Reason.WRONG_ORDER,
        "in_force_until",
    ),
    (Kind.ORDERS, make_order(kind="RED"), Reason.UNKNOWN_VALUE, "kind"),
    (Kind.ALERTS, make_alert(authority=None), Reason.MISSING_FIELD, "authority"),
    (Kind.ALERTS, make_alert(reference=None), Reason.MISSING_FIELD, "reference"),
    (Kind.ALERTS, make_alert(kind="TIME_SPACE_LINK"), Reason.CONTRADICTION, "cause"),
    (Kind.ALERTS, make_alert(cause="BOREDOM"), Reason.UNKNOWN_VALUE, "cause"),
    # registry, kinship
    (Kind.REGISTRY, make_person(name=""), Reason.MALFORMED_NAME, "name"),
    (Kind.REGISTRY, make_person(born_on="2010-06-16"), Reason.CONTRADICTION, "born_on"),
    (Kind.REGISTRY, make_person(sex="X"), Reason.UNKNOWN_VALUE, "sex"),
    (Kind.REGISTRY, make_person(face_reference="stub:1"), Reason.CONTRADICTION, "face_reference"),
    (Kind.REGISTRY, make_person(died_on="2010-06-14"), Reason.WRONG_ORDER, "died_on"),
    (Kind.REGISTRY, make_person(registered_at=TOO_FAR_AHEAD), Reason.TIME_AHEAD, "registered_at"),
    (Kind.REGISTRY, make_person(card_issued_on="2022-05-21"), Reason.TIME_AHEAD, "card_issued_on"),
    (
        Kind.KINSHIP,
        make_kinship(guardian_document_number=number_of(1)),
        Reason.CONTRADICTION,
        "guardian_document_number",
    ),
    (Kind.KINSHIP, make_kinship(ward_document_number="1"), Reason.MALFORMED_DOCUMENT, "ward_document_number"),
    (Kind.KINSHIP, make_kinship(kind="AUNT"), Reason.UNKNOWN_VALUE, "kind"),
    (Kind.KINSHIP, make_kinship(evidence=None), Reason.MISSING_FIELD, "evidence"),
]


@pytest.mark.parametrize(("kind", "row", "reason", "field"), REFUSED)
def test_parse_row_refuses_with_reason_and_field(kind, row, reason, field, at):
    rejection = parse(kind, row, at=at)
    assert isinstance(rejection, Rejection)
    assert (rejection.reason, rejection.field) == (reason, field)
    assert number_of(1) not in repr(rejection)


ACCEPTED = [
    (Kind.DOSES, make_dose(record_id="d" * 80, version=2**31 - 1, withdrawn=True)),
    (Kind.DOSES, make_dose(document_number=number_of(1, born="20220520"))),
    (Kind.DOSES, make_dose(administered_on="2022-05-20", site="一\u3000二")),
    (Kind.TESTS, make_test(issued_at=JUST_AHEAD)),
    (Kind.TESTS, make_test(issued_at="2022-05-19T16:00:00+08:00")),
    (Kind.TESTS, make_test(collected_at=None)),
    (Kind.TESTS, make_test(issued_at=None, result=None)),
    (Kind.TESTS, make_pooled(collected_at=None)),
    (
        Kind.ORDERS,
        make_order(
            contact="", in_force_from="2022-05-30T00:00:00+08:00", in_force_until="2022-06-30T00:00:00+08:00"
        ),
    ),
    (Kind.ALERTS, make_alert(kind="TIME_SPACE_LINK", cause=None)),
    (Kind.REGISTRY, make_person(born_on="2010-06-15", card_issued_on="2022-05-20", face_reference="stub:1")),
    (Kind.REGISTRY, make_person(sex="FEMALE", died_on="2010-06-15", registered_at=JUST_AHEAD)),
    (Kind.KINSHIP, make_kinship(in_force_until="2028-06-15T00:00:00+08:00")),
]


@pytest.mark.parametrize(("kind", "row"), ACCEPTED)
def test_parse_row_accepts_what_lies_on_the_right_side_of_each_boundary(kind, row, at):
    assert not isinstance(parse(kind, row, at=at), Rejection)


LINES = [
    (b"", Reason.NOT_AN_OBJECT),
    (b"{", Reason.NOT_AN_OBJECT),
    (b"[]", Reason.NOT_AN_OBJECT),
    (b"null", Reason.NOT_AN_OBJECT),
    (b'{"version": NaN}', Reason.NOT_AN_OBJECT),
    (b'{"version": 1, "version": 2}', Reason.DUPLICATE_KEY),
    (b'{"site": {"a": 1, "a": 2}}', Reason.DUPLICATE_KEY),
    (b'{"site": "\xff"}', Reason.NOT_UTF8),
    ('{"site": "x"}'.encode("utf-16"), Reason.NOT_UTF8),
    (b"[" * 60_000, Reason.NOT_AN_OBJECT),
    (b'{"a":' * 10_000, Reason.NOT_AN_OBJECT),
    (b'{"version": ' + b"9" * 5000 + b"}", Reason.NOT_AN_OBJECT),
    (b" " * (LONGEST_LINE + 1), Reason.LINE_TOO_LONG),
    (b" " * LONGEST_LINE, Reason.NOT_AN_OBJECT),
    (b"\x7fELF\x00\x01", Reason.NOT_AN_OBJECT),
]


@pytest.mark.parametrize(("line", "reason"), LINES)
def test_parse_row_refuses_a_line_that_is_no_row(line, reason, at):
    assert parse_row(Kind.DOSES, line, at=at) == Rejection(reason=reason)


def test_parse_row_refuses_a_lone_surrogate_and_says_where(at):
    line = as_line(make_dose(site="HERE")).replace(b"HERE", rb"\ud800")
    rejection = parse_row(Kind.DOSES, line, at=at)
    assert (rejection.reason, rejection.field) == (Reason.FORBIDDEN_CHARACTERS, "site")


def test_parse_row_says_whom_a_refused_row_is_about_when_that_can_be_read(at):
    rejection = parse(Kind.DOSES, make_dose(version=4, product="?"), at=at)
    assert (rejection.record_id, rejection.version) == ("d-1", 4)
    assert rejection.document.number == number_of(1)
    assert parse(Kind.KINSHIP, make_kinship(kind="?"), at=at).document.number == number_of(1)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), kind=st.sampled_from(list(Kind)))
def test_parse_row_never_raises_whatever_a_field_holds(data, kind):
    row = MAKERS[kind]()
    for name in data.draw(st.lists(st.sampled_from(FIELDS[kind]), min_size=1, max_size=3)):
        row[name] = data.draw(_JSON)
    of_row, of_line = (parse_row(kind, form, at=STORY_BEGINS) for form in (row, json.dumps(row).encode()))
    assert isinstance(of_line, Rejection) or of_line == of_row


@settings(max_examples=150, deadline=None)
@given(line=st.binary(max_size=200), kind=st.sampled_from(list(Kind)))
def test_parse_row_never_raises_whatever_bytes_come(line, kind):
    assert isinstance(parse_row(kind, line, at=STORY_BEGINS), Rejection)


@pytest.mark.parametrize("record_id", [number_of(1), f"lab-{number_of(1).lower()}-2", f"77{number_of(1)}"])
def test_parse_row_refuses_a_record_id_that_holds_a_document_number(record_id, at) -> None:
    refused = parse(Kind.DOSES, make_dose(record_id), at=at)
    assert isinstance(refused, Rejection)
    assert (refused.reason, refused.field) == (Reason.HOLDS_A_DOCUMENT_NUMBER, "record_id")
    assert refused.record_id == ""
    fine = parse(Kind.DOSES, make_dose("119999201001010000"), at=at)
    assert not isinstance(fine, Rejection)
