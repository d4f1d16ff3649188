"""Feeds as files: folders read in order, and single files brought by hand."""

import gzip
import json
import tracemalloc

import pytest

from records.backends.files import FolderSource
from records.backends.single_file import FileUnusable, SingleFileSource
from records.feed import LONGEST_LINE, Rejection, parse_row
from records.feed_fields import RejectionReason as Reason
from records.models import Kind
from records.upstream import FeedName, UpstreamUnavailable
from tests.records.feeds import as_line, make_dose

DOSES = FeedName(source="clinic-a", kind=Kind.DOSES)
HEADER = {"feed": "doses", "format": 1, "source": "clinic-a", "as_of": "2022-05-20T09:00:00+08:00"}


def header(**fields: object) -> bytes:
    return as_line(HEADER | fields)


def lines(*rows: object, end: bytes = b"\n") -> bytes:
    return b"".join(as_line(row) + end for row in rows)


def doses(count: int, *, start: int = 1) -> list[dict[str, object]]:
    return [make_dose(f"d-{number}") for number in range(start, start + count)]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "clinic-a" / "doses").mkdir(parents=True)
    return tmp_path


def put(folder, name: str, content: bytes) -> None:
    (folder / "clinic-a" / "doses" / name).write_bytes(content)


def read_all(source, *, limit: int = 100, cursor: str = ""):
    """Return all rows from a cursor, the last cursor, and the as_of of the last page that had one."""
    rows, as_of = [], None
    while True:
        page = source.fetch(source.feeds()[0], cursor=cursor, limit=limit)
        assert len(page.rows) <= limit + 1
        rows += page.rows
        as_of, cursor = page.as_of or as_of, page.next_cursor
        if page.exhausted:
            return rows, cursor, as_of


def ids(rows) -> list[str]:
    return [json.loads(row.content)["record_id"] for row in rows]


class TestFolder:
    def test_folder_names_its_feeds(self, folder):
        (folder / "clinic-a" / "tests").mkdir()
        (folder / "clinic-a" / "photos").mkdir()
        (folder / "UPPER" / "tests").mkdir(parents=True)
        (folder / "file").write_text("")
        assert FolderSource(folder).feeds() == [FeedName(source="clinic-a", kind=Kind.TESTS), DOSES]

    @pytest.mark.parametrize("missing", [None, "nowhere"])
    def test_folder_names_no_feed_when_it_is_not_there(self, missing, tmp_path):
        assert FolderSource(missing and tmp_path / missing).feeds() == ()

    @pytest.mark.parametrize("limit", [1, 2, 3, 100])
    def test_folder_is_read_in_the_order_of_names(self, limit, folder):
        put(folder, "b.ndjson", lines(header(), *doses(2, start=3)))
        put(folder, "a.ndjson", lines(header(as_of="2022-05-20T08:00:00+08:00"), *doses(2)))
        put(folder, "c.ndjson.part", b"not yet")
        put(folder, ".hidden.ndjson", b"nor this")
        rows, cursor, as_of = read_all(FolderSource(folder), limit=limit)
        assert ids(rows) == ["d-1", "d-2", "d-3", "d-4"]
        assert [row.position for row in rows] == ["a.ndjson:2", "a.ndjson:3", "b.ndjson:2", "b.ndjson:3"]
        assert as_of.isoformat() == "2022-05-20T01:00:00+00:00"
        assert read_all(FolderSource(folder), cursor=cursor)[0] == []

    def test_folder_leaves_a_line_that_is_still_being_written(self, folder):
        whole = lines(header(), *doses(2))
        put(folder, "a.ndjson", whole[:-10])
        rows, cursor, _ = read_all(FolderSource(folder))
        assert ids(rows) == ["d-1"]
        put(folder, "a.ndjson", whole)
        rows, cursor, _ = read_all(FolderSource(folder), cursor=cursor)
        assert ids(rows) == ["d-2"]

    def test_folder_leaves_a_header_that_is_still_being_written(self, folder):
        whole = lines(header(), *doses(1))
        for length in (0, 20):
            put(folder, "a.ndjson", whole[:length])
            rows, cursor, as_of = read_all(FolderSource(folder))
            assert (rows, as_of) == ([], None)
        put(folder, "a.ndjson", whole)
        assert ids(read_all(FolderSource(folder), cursor=cursor)[0]) == ["d-1"]

    def test_folder_takes_the_last_line_without_its_end_when_a_later_file_is_there(self, folder):
        put(folder, "a.ndjson", lines(header(), *doses(2)).rstrip(b"\n"))
        put(folder, "b.ndjson", lines(header()))
        assert ids(read_all(FolderSource(folder))[0]) == ["d-1", "d-2"]

    @pytest.mark.parametrize(
        "bad",
        [
            lines(make_dose()),
            lines(header(format=2)),
            lines(header(feed="tests")),
            lines(header(source="clinic-b")),
            lines(header(as_of="yesterday")),
            lines(header(as_of="2022-05-20T09:00:00")),
            lines(header(count=-1)),
            lines(header(count="3")),
            lines(header(extra=1)),
            b"\x7fELF\x00\x00\n\x00",
            b"[" * 100_000 + b"\n",
            b"x" * 10_000_000 + b"\n",
        ],
    )
    def test_folder_passes_over_a_file_with_a_bad_header_once(self, bad, folder):
        put(folder, "a.ndjson", bad + lines(*doses(3)))
        rows, cursor, as_of = read_all(FolderSource(folder))
        assert [(row.position, row.unreadable) for row in rows] == [("a.ndjson:1", Reason.BAD_HEADER)]
        assert as_of is None
        put(folder, "b.ndjson", lines(header(), *doses(1)))
        assert ids(read_all(FolderSource(folder), cursor=cursor)[0]) == ["d-1"]

    def test_folder_forgives_a_byte_order_mark_and_windows_line_ends(self, folder):
        put(folder, "a.ndjson", b"\xef\xbb\xbf" + lines(header(), *doses(2), end=b"\r\n"))
        assert ids(read_all(FolderSource(folder))[0]) == ["d-1", "d-2"]

    @pytest.mark.parametrize(("count", "complete"), [(2, True), (3, False)])
    def test_folder_believes_as_of_when_all_promised_rows_are_there(self, count, complete, folder):
        put(folder, "a.ndjson", lines(header(count=count), *doses(2)))
        rows, cursor, as_of = read_all(FolderSource(folder))
        assert (len(rows), as_of is not None) == (2, complete)
        put(folder, "b.ndjson", lines(header(count=0)))
        rows, _, as_of = read_all(FolderSource(folder), cursor=cursor)
        assert [row.unreadable for row in rows] == ([] if complete else [Reason.COUNT_MISMATCH])
        assert as_of is not None

    def test_folder_reads_on_after_a_line_that_is_too_long(self, folder, at):
        first, last = doses(2)
        put(folder, "a.ndjson", lines(header(), first, b'"' + b"x" * 10_000_000 + b'"', last))
        tracemalloc.start()
        rows, _, _ = read_all(FolderSource(folder))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert parse_row(Kind.DOSES, rows[1].content, at=at) == Rejection(reason=Reason.LINE_TOO_LONG)
        assert ids([rows[0], rows[2]]) == ["d-1", "d-2"]
        assert peak < 4_000_000

    @pytest.mark.parametrize("end", [b"\n", b"\r\n"])
    @pytest.mark.parametrize(("length", "fits"), [(LONGEST_LINE, True), (LONGEST_LINE + 1, False)])
    def test_folder_keeps_a_line_of_the_longest_length_whole(self, length, fits, end, folder):
        put(folder, "a.ndjson", lines(header(), b"x" * length, *doses(1), end=end))
        rows, _, _ = read_all(FolderSource(folder))
        assert len(rows) == 2
        assert (len(rows[0].content) <= LONGEST_LINE) is fits

    def test_folder_that_goes_away_is_unavailable(self, folder):
        source = FolderSource(folder)
        with pytest.raises(UpstreamUnavailable):
            source.fetch(FeedName(source="gone", kind=Kind.DOSES), cursor="", limit=1)


CSV = (
    "record_id,version,withdrawn,document_type,document_number,dose_number,product,administered_on,site\r\n"
    "d-1,1,,10,119999201006150014,1,CORONAVAC,2021-12-01,Clinic 1\r\n"
    'd-2,2,TRUE,10,119999201006150014,2,CORONAVAC,2022-01-01,"Clinic, 1"\r\n'
)


class TestSingleFile:
    def write(self, tmp_path, name: str, content: bytes):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    @pytest.mark.parametrize("limit", [1, 2, 100])
    @pytest.mark.parametrize("suffix", [".ndjson", ".jsonl", ".ndjson.gz"])
    def test_file_is_read_to_its_last_line_even_without_its_end(self, suffix, limit, tmp_path):
        content = lines(header(), *doses(3)).rstrip(b"\n")
        packed = gzip.compress(content) if suffix.endswith(".gz") else content
        source = SingleFileSource(self.write(tmp_path, f"f{suffix}", packed), Kind.DOSES)
        assert source.feeds() == [DOSES]
        assert ids(read_all(source, limit=limit)[0]) == ["d-1", "d-2", "d-3"]

    def test_file_is_read_again_from_any_cursor(self, tmp_path):
        source = SingleFileSource(self.write(tmp_path, "f.ndjson", lines(header(), *doses(3))), Kind.DOSES)
        first = source.fetch(DOSES, cursor="", limit=2)
        assert source.fetch(DOSES, cursor="", limit=2) == first
        assert ids(source.fetch(DOSES, cursor=first.next_cursor, limit=2).rows) == ["d-3"]

    def test_csv_says_what_the_same_rows_say_in_json(self, tmp_path):
        for name, content in (("f.csv", CSV.encode("utf-8-sig")), ("g.csv.gz", gzip.compress(CSV.encode()))):
            source = SingleFileSource(self.write(tmp_path, name, content), Kind.DOSES)
            rows, _, _ = read_all(source)
            assert source.source == "import"
            assert [row.position for row in rows] == [f"{name}:2", f"{name}:3"]
            assert rows[1].content == {
                "record_id": "d-2",
                "version": 2,
                "withdrawn": True,
                "document_type": "10",
                "document_number": "119999201006150014",
                "dose_number": 2,
                "product": "CORONAVAC",
                "administered_on": "2022-01-01",
                "site": "Clinic, 1",
            }

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            ("d-3,1,,10", Reason.WRONG_COLUMNS),
            ("d-3,1,,10,119999201006150014,1,CORONAVAC,2021-12-01,Clinic 1,more", Reason.WRONG_COLUMNS),
            ('d-3,1,,10,119999201006150014,1,CORONAVAC,2021-12-01,"a"b', Reason.WRONG_COLUMNS),
            ("d-3,one,,10,119999201006150014,1,CORONAVAC,2021-12-01,", Reason.WRONG_TYPE),
            ("d-3,１,,10,119999201006150014,1,CORONAVAC,2021-12-01,", Reason.WRONG_TYPE),
            ("d-3,1,yes,10,119999201006150014,1,CORONAVAC,2021-12-01,", Reason.WRONG_TYPE),
            ("d-3,1,,10,119999201006150014,1,CORONAVAC,2021-12-01,\udcff", Reason.FORBIDDEN_CHARACTERS),
            ("d-3,1,,10,119999201006150014,1,CORONAVAC,2021-12-01,a\x00", Reason.FORBIDDEN_CHARACTERS),
            ("d-3,1,,10,119999201006150014,1,CORONAVAC,2021-12-01," + "x" * 200_000, Reason.WRONG_COLUMNS),
        ],
    )
    def test_csv_refuses_a_row_and_reads_on(self, row, reason, tmp_path, at):
        good = "d-4,1,,10,119999201006150014,1,CORONAVAC,2021-12-01,x\r\n"
        content = (CSV + row + "\r\n" + good).encode("utf-8", "surrogateescape")
        rows, _, _ = read_all(SingleFileSource(self.write(tmp_path, "f.csv", content), Kind.DOSES))
        reasons = [
            row.unreadable or getattr(parse_row(Kind.DOSES, row.content, at=at), "reason", None)
            for row in rows
        ]
        assert reasons == [None, None, reason, None]

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("f.ndjson", b"", "is empty"),
            ("f.csv", b"", "is empty"),
            ("f.txt", b"x", "only .ndjson"),
            ("f.ndjson", b"\x7fELF\x00", "not the header of a feed"),
            ("f.ndjson", lines(make_dose()), "not the header of a feed"),
            ("f.ndjson", b"[" * 100_000, "not the header of a feed"),
            ("f.ndjson", lines(header(feed="tests")), "is a feed of tests"),
            ("f.csv", b"record_id,version,colour\n", "must name columns"),
            ("f.csv", b"record_id,version,site,site\n", "each once"),
            ("f.csv", b"site,country\n", "are missing"),
            ("f.csv", b'record_id,"version\n1,1\n', "must name columns"),
            ("f.csv", b"\n1,1\n", "must name columns"),
            ("f.csv", b"\x00\x01\x02", "must name columns"),
            ("f.ndjson.gz", b"not gzip", "cannot be read"),
        ],
    )
    def test_file_that_is_no_feed_is_unusable(self, name, content, said, tmp_path):
        with pytest.raises(FileUnusable, match=said):
            SingleFileSource(self.write(tmp_path, name, content), Kind.DOSES)

    def test_file_that_is_missing_or_a_folder_is_unusable(self, tmp_path):
        with pytest.raises(FileUnusable, match="does not exist"):
            SingleFileSource(tmp_path / "f.csv", Kind.DOSES)
        (tmp_path / "d.csv").mkdir()
        with pytest.raises(FileUnusable, match="is not a file"):
            SingleFileSource(tmp_path / "d.csv", Kind.DOSES)

    def test_file_of_another_source_than_asked_for_is_unusable(self, tmp_path):
        path = self.write(tmp_path, "f.ndjson", lines(header()))
        with pytest.raises(FileUnusable, match="comes from the source clinic-a"):
            SingleFileSource(path, Kind.DOSES, source="clinic-b")
        assert SingleFileSource(path, Kind.DOSES, source="clinic-a").source == "clinic-a"

    def test_file_that_is_cut_off_is_unavailable_in_the_middle(self, tmp_path):
        packed = gzip.compress(lines(header(), *doses(2000)))
        source = SingleFileSource(self.write(tmp_path, "f.ndjson.gz", packed[: len(packed) // 2]), Kind.DOSES)
        with pytest.raises(UpstreamUnavailable):
            read_all(source, limit=10_000)

    def test_file_with_fewer_rows_than_promised_says_so(self, tmp_path):
        path = self.write(tmp_path, "f.ndjson", lines(header(count=3), *doses(2)))
        assert read_all(SingleFileSource(path, Kind.DOSES))[0][-1].unreadable is Reason.COUNT_MISMATCH
