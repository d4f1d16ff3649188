"""The envelope of a page: what the schema in docs/ says is what the reader takes, and nothing else."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from demo.feed_server.pages import envelope_of
from records.backends.http_page import LONGEST_CURSOR, parse_feeds, parse_page
from records.feed_fields import RejectionReason as Reason
from records.models import Trouble
from records.page_merge import read_page
from records.upstream import UpstreamUnavailable
from tests.records.feeds import SOURCE, make_dose
from tests.records.http_feeds import AS_OF, DOSES, doses, write_doses

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "feed-page.schema.json").read_text())
PAGE = {
    "format": 1,
    "source": SOURCE,
    "feed": "doses",
    "cursor": "",
    "next_cursor": "p2",
    "count": 1,
    "rows": [make_dose()],
    "as_of": AS_OF,
    "exhausted": False,
}


def parse(page, *, cursor: str = "", limit: int = 100):
    body = page if isinstance(page, bytes) else json.dumps(page).encode()
    return parse_page(body, feed=DOSES, cursor=cursor, limit=limit)


def fits_schema(page) -> bool:
    return Draft202012Validator(SCHEMA).is_valid(page)


def test_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)
    assert fits_schema(PAGE)
    assert parse(PAGE).next_cursor == "p2"


def test_pages_of_the_reference_server_fit_the_schema_and_are_read(tmp_path):
    write_doses(tmp_path, *doses(5))
    write_doses(tmp_path, b"{", b"\xff", b'{"a":1,"a":2}', name="2.ndjson")
    cursor, rows = "", 0
    while True:
        envelope = envelope_of(tmp_path, DOSES, cursor=cursor, limit=2)
        page = json.loads(envelope.text())
        assert list(Draft202012Validator(SCHEMA).iter_errors(page)) == []
        read = parse(envelope.text().encode(), cursor=cursor, limit=2)
        rows, cursor = rows + len(read.rows), read.next_cursor
        assert read.remaining == 8 - rows
        if read.exhausted:
            break
    assert rows == 8
    assert read.as_of is not None


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"format": "1"},
        {"format": True},
        {"next_cursor": None},
        {"next_cursor": "a b"},
        {"next_cursor": "游标"},
        {"next_cursor": "a\n"},
        {"next_cursor": "x" * (LONGEST_CURSOR + 1)},
        {"count": -1},
        {"count": "1"},
        {"count": True},
        {"count": None},
        {"rows": None},
        {"rows": {}},
        {"as_of": "yesterday"},
        {"as_of": "2022-05-20T09:00:00"},
        {"as_of": 1},
        {"exhausted": 1},
        {"exhausted": None},
        {"remaining": -1},
        {"remaining": "3"},
        {"remaining": True},
        {"more": 1},
    ],
)
def test_page_that_does_not_fit_the_schema_is_refused(change):
    page = PAGE | change
    # JSON Schema has 1 and true apart, and so has the reader.
    assert not fits_schema(page)
    with pytest.raises(UpstreamUnavailable) as caught:
        parse(page)
    assert caught.value.problem in (Trouble.MALFORMED_PAGE, Trouble.WRONG_COUNT)


@pytest.mark.parametrize("field", sorted(PAGE))
def test_page_without_a_field_is_refused(field):
    page = {name: value for name, value in PAGE.items() if name != field}
    assert not fits_schema(page)
    with pytest.raises(UpstreamUnavailable, match="other fields"):
        parse(page)


@pytest.mark.parametrize(
    "change",
    [
        {"next_cursor": "x" * LONGEST_CURSOR},
        {"as_of": None},
        {"as_of": "2022-05-20t01:00:00.5z"},
        {"exhausted": True, "remaining": 0},
        {"remaining": None},
        {"remaining": 7},
        {"rows": [], "count": 0},
        {"rows": [1, None, "x", [], {}], "count": 5},
    ],
)
def test_page_that_fits_the_schema_is_read(change):
    page = PAGE | change
    assert fits_schema(page)
    assert len(parse(page).rows) == page["count"]


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        ({"source": "lab-b"}, Trouble.WRONG_PAGE),
        ({"feed": "tests"}, Trouble.WRONG_PAGE),
        ({"cursor": "p1"}, Trouble.WRONG_PAGE),
        ({"count": 0}, Trouble.WRONG_COUNT),
        ({"count": 2}, Trouble.WRONG_COUNT),
        ({"rows": [make_dose()] * 101, "count": 101}, Trouble.WRONG_COUNT),
    ],
)
def test_page_that_is_not_the_one_asked_for_is_refused(change, trouble):
    with pytest.raises(UpstreamUnavailable) as caught:
        parse(PAGE | change)
    assert caught.value.problem is trouble


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff", b"[]", b"1", b'{"format": NaN}', b"[" * 100_000, b'{"format":1,"format":1}', b"{} {}"],
)
def test_body_that_is_no_page_is_refused(body):
    with pytest.raises(UpstreamUnavailable) as caught:
        parse(body)
    assert caught.value.problem is Trouble.MALFORMED_PAGE


def test_rows_that_are_not_in_order_refuse_only_themselves(at):
    good = json.dumps(make_dose())
    rows = [good, '{"a":1,"a":2}', "7", '"{"', '{"record_id":["x"]}', '{"version":' + "9" * 5000 + "}", good]
    body = json.dumps(PAGE | {"rows": [], "count": len(rows)}).replace("[]", f"[{','.join(rows)}]").encode()
    page = parse(body)
    assert [row.position for row in page.rows] == [f"#{number}" for number in range(1, 8)]
    read = read_page(DOSES.kind, page, at=at)
    assert [one.rejection.reason for one in read.rejected] == [
        Reason.DUPLICATE_KEY,
        Reason.NOT_AN_OBJECT,
        Reason.NOT_AN_OBJECT,
        Reason.WRONG_TYPE,
        Reason.MISSING_FIELD,
    ]
    assert len(read.lines) == 2


def test_position_of_a_row_says_cursor_and_place():
    page = parse(PAGE | {"cursor": "20220520:17"}, cursor="20220520:17")
    assert page.rows[0].position == "20220520:17#1"


def test_list_of_feeds_is_read():
    body = json.dumps({"format": 1, "feeds": [{"source": SOURCE, "feed": "doses"}]}).encode()
    assert parse_feeds(body) == [DOSES]
    bad_lists: list[object] = [
        {},
        {"format": 1, "feeds": None},
        {"format": 1, "feeds": [{"source": SOURCE}]},
        [],
    ]
    for bad in bad_lists:
        with pytest.raises(UpstreamUnavailable):
            parse_feeds(json.dumps(bad).encode())
    with pytest.raises(UpstreamUnavailable, match="no feed"):
        parse_feeds(body.replace(b"doses", b"photos"))
