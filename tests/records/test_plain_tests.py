"""The fast lane: what it reads is what the strict reader reads, and it takes the plain row at all."""

import json
from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from identity.keyring import key_of, name_marks
from records import merge
from records.feed import FIELDS, LONGEST_LINE, Rejection, parse_row
from records.models import Kind
from records.plain_tests import PlainTests
from tests.conftest import STORY_BEGINS
from tests.makers import make_passport
from tests.records.feeds import as_line, make_pooled, make_test, number_of

AHEAD = (STORY_BEGINS + timedelta(minutes=5)).isoformat()
TOO_FAR_AHEAD = (STORY_BEGINS + timedelta(minutes=5, seconds=1)).isoformat()

PLAIN = [
    make_test(),
    make_pooled(),
    make_test(version=7, withdrawn=True, record_id="LAB/2022:7.a-b_c"),
    make_test(name="阿依·古丽", laboratory=" Lab  B ", specimen_number="S-1", district=None),
    make_test(collected_at="2022-05-19T08:00:00.125Z", uploaded_at="2022-05-19T23:30:00+00:00"),
    make_test(issued_at=AHEAD, record_day="2022-05-20"),
    make_test(document_number=number_of(1, born="20220520")),
    make_test(issued_at=None, result=None),
    make_test(collected_at=None),
]
UNUSUAL = [
    make_test(document_type="20", document_number=make_passport().number),
    make_test(document_number=number_of(1).lower().replace("1", "１", 1)),
    make_test(laboratory='The "good" laboratory'),
    make_test(sampling_site="a\\b"),
    make_test(record_id="样本一"),
    make_test(record_id="119999201001010000"),
    make_test(collected_at="2022-05-19t08:00:00z"),
]
REFUSED = [
    make_test(document_number=number_of(1, born="20220521")),
    make_test(document_number=number_of(1)[:-1] + ("1" if number_of(1)[-1] == "0" else "0")),
    make_test(document_number="9" + number_of(1)[1:]),
    make_test(issued_at=TOO_FAR_AHEAD),
    make_test(record_day="2022-05-21"),
    make_test(issued_at="2022-05-19T15:59:59+08:00"),
    make_test(tube_code="T1"),
    make_test(result=None),
    make_test(issued_at=None),
    make_test(collected_at=None, issued_at=None, result=None),
    make_test(version=True),
    make_test(version=2**31),
    make_test(withdrawn=None),
    make_test(withdrwan=True),
    make_test(laboratory=["a"]),
    make_test(record_id=number_of(1)),
    make_test(name="李4"),
    make_test(collected_at="2022-05-19T08:00:60Z"),
]


def strictly(content):
    record = parse_row(Kind.TESTS, content, at=STORY_BEGINS)
    if isinstance(record, Rejection):
        return None
    mark = name_marks().mark_of(key_of(record.document), record.name)
    return merge.line_of(Kind.TESTS, record), mark.hex


def plainly(content):
    return PlainTests(at=STORY_BEGINS).read(content)


@pytest.mark.parametrize("row", PLAIN)
def test_plain_row_is_read_here_as_the_strict_reader_reads_it(row):
    assert plainly(as_line(row)) == plainly(row) == strictly(row) is not None
    assert plainly(json.dumps(row).encode()) == strictly(row)


@pytest.mark.parametrize("row", UNUSUAL)
def test_unusual_row_is_left_to_the_strict_reader(row):
    assert plainly(as_line(row)) is None
    assert strictly(as_line(row)) is not None


@pytest.mark.parametrize("row", REFUSED)
def test_refused_row_is_never_read_here(row):
    assert isinstance(parse_row(Kind.TESTS, row, at=STORY_BEGINS), Rejection)
    assert plainly(as_line(row)) is None


@pytest.mark.parametrize(
    "line",
    [
        as_line(make_test())[:-1] + b', "laboratory": "Lab B"}',
        as_line(make_test())[:-1] + b', "laboratory": null}',
        as_line(make_test())[:-1] + b', "version": 1}',
        as_line(make_test()) + b"x",
        as_line(make_test()).replace(b'"version": 1', b'"version": 1.0'),
        as_line(make_test()).replace(b"Lab A", b"Lab \xff"),
        as_line(make_test()).replace(b"Lab A", rb"\ud800"),
        as_line(make_test()) + b" " * LONGEST_LINE,
        b"\xef\xbb\xbf" + as_line(make_test()),
        b"[]",
        b"",
    ],
)
def test_line_that_is_no_row_is_never_read_here(line):
    assert isinstance(parse_row(Kind.TESTS, line, at=STORY_BEGINS), Rejection)
    assert plainly(line) is None


_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 3),
    st.floats(),
    st.text(max_size=6),
    st.lists(st.none(), max_size=1),
    st.sampled_from([value for row in PLAIN + UNUSUAL + REFUSED for value in row.values()]),
    st.builds(
        lambda second, tail: f"2022-05-19T16:00{second}{tail}",
        st.sampled_from([":00", ":59", ":60", ":5", ""]),
        st.sampled_from(["+08:00", "Z", ".5Z", ".0000000001Z", "+24:00", "-00:00", "", " "]),
    ),
    st.builds(
        lambda day, serial, last: f"119999{day}{serial:03d}{last}",
        st.sampled_from(["20100615", "20220520", "20220521", "18791231", "20100230", "2010061５"]),
        st.integers(0, 999),
        st.sampled_from("0123456789Xx"),
    ),
)


@settings(max_examples=400, deadline=None)
@given(data=st.data(), row=st.sampled_from(PLAIN + UNUSUAL))
def test_fast_lane_agrees_with_the_strict_reader_whatever_a_field_holds(data, row):
    row = dict(row)
    for name in data.draw(st.lists(st.sampled_from([*FIELDS[Kind.TESTS], "other"]), max_size=3)):
        row[name] = data.draw(_VALUES)
    line = json.dumps(row, ensure_ascii=data.draw(st.booleans())).encode("utf-8", "surrogatepass")
    read = plainly(line)
    assert read is None or read == strictly(line)


@settings(max_examples=400, deadline=None)
@given(
    row=st.sampled_from(PLAIN),
    place=st.integers(0, 600),
    cut=st.integers(0, 3),
    inserted=st.sampled_from(
        [b"", b'"', b"\\", b",", b"{", b"0", b" ", b"\x00", b"\xe4", b'", "version": 2']
    ),
)
@example(row=PLAIN[0], place=0, cut=0, inserted=b"")
def test_fast_lane_agrees_with_the_strict_reader_on_a_damaged_line(row, place, cut, inserted):
    line = as_line(row)
    line = line[:place] + inserted + line[place + cut :]
    read = plainly(line)
    assert read is None or read == strictly(line)
