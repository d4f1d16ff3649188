"""What every source of records keeps to, the fake of the tests as well as files and HTTP."""

import pytest

from records.backends.all_sources import AllSources
from records.backends.files import FolderSource
from records.feed import parse_row
from records.models import Kind
from records.upstream import FeedName, UpstreamUnavailable
from tests.records.feeds import SOURCE, MemorySource
from tests.records.http_feeds import BOUNDS, DOSES, doses, http_sources_entry, reader_of, serving, write_doses

ROWS = doses(7)


@pytest.fixture(params=["memory", "folder", "http", "all"])
def source(request, tmp_path, settings):
    """Seven doses, behind each backend of the port."""
    if request.param == "memory":
        yield MemorySource({Kind.DOSES: ROWS})
        return
    write_doses(tmp_path, *ROWS)
    if request.param == "folder":
        yield FolderSource(tmp_path)
        return
    with serving(tmp_path) as server:
        if request.param == "http":
            yield reader_of(server)
            return
        settings.HTTP_SOURCES, settings.HTTP_FEED_BOUNDS = http_sources_entry(server), BOUNDS
        yield AllSources(None)


def read_to_the_end(source, *, limit: int):
    """Return all pages from the beginning."""
    pages, cursor = [], ""
    while True:
        page = source.fetch(DOSES, cursor=cursor, limit=limit)
        pages.append(page)
        cursor = page.next_cursor
        if page.exhausted:
            return pages


class TestRecordSource:
    def test_source_names_its_feeds(self, source):
        assert list(source.feeds()) == [DOSES]

    @pytest.mark.parametrize("limit", [1, 3, 7, 100])
    def test_pages_hold_every_row_once_and_in_order(self, source, limit, at):
        pages = read_to_the_end(source, limit=limit)
        assert all(len(page.rows) <= limit for page in pages)
        records = [parse_row(Kind.DOSES, row.content, at=at) for page in pages for row in page.rows]
        assert [record.record_id for record in records] == [row["record_id"] for row in ROWS]

    def test_rows_have_positions_of_their_own(self, source):
        positions = [row.position for page in read_to_the_end(source, limit=3) for row in page.rows]
        assert len(set(positions)) == 7
        assert all(0 < len(position) <= 300 for position in positions)

    def test_same_cursor_gives_the_same_page(self, source):
        first = source.fetch(DOSES, cursor="", limit=3)
        assert source.fetch(DOSES, cursor="", limit=3) == first
        second = source.fetch(DOSES, cursor=first.next_cursor, limit=3)
        assert source.fetch(DOSES, cursor=first.next_cursor, limit=3) == second
        assert second != first

    def test_cursor_at_the_end_stays_there(self, source):
        cursor = read_to_the_end(source, limit=3)[-1].next_cursor
        for _ in range(2):
            page = source.fetch(DOSES, cursor=cursor, limit=3)
            assert (list(page.rows), page.next_cursor, page.exhausted) == ([], cursor, True)

    def test_cursor_fits_its_column(self, source):
        assert all(len(page.next_cursor) <= 300 for page in read_to_the_end(source, limit=1))


@pytest.mark.parametrize("backend", ["folder", "http"])
def test_feed_that_is_not_there_is_unavailable(backend, tmp_path):
    write_doses(tmp_path, *ROWS)
    missing = FeedName(source=SOURCE, kind=Kind.TESTS)
    with serving(tmp_path) as server:
        source = FolderSource(tmp_path) if backend == "folder" else reader_of(server)
        with pytest.raises(UpstreamUnavailable):
            source.fetch(missing, cursor="", limit=1)
