"""The feed files of the city: everything at first, then what is new, and always how fresh it is."""

import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from civil_time import SHANGHAI, civil_date
from demo import tasks
from demo.city import city_on
from demo.feeds import deliver, due
from demo.lines import FEEDS, lines_of
from demo.people import Citizen
from records.backends.files import FolderSource
from records.feed import Rejection, parse_row

AT = datetime(2026, 11, 23, 10, 0, 0, 500, tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def _first_telling(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("first") / "feeds"
    tell(folder, AT)
    return folder


@pytest.fixture
def told(_first_telling: Path, tmp_path: Path) -> Path:
    """A folder in which everything has been told as of AT; each test has its own."""
    shutil.copytree(_first_telling, tmp_path / "told")
    return tmp_path / "told"


def a_face(_citizen: Citizen) -> str:
    return "a-face"


def tell(folder: Path, at: datetime) -> int:
    """Write what is due and return how many rows that were."""
    deliveries = due(folder, city_on(civil_date(at)), at=at, face_of=a_face)
    for delivery in deliveries:
        deliver(delivery, folder, at=at)
    return sum(len(delivery.lines) for delivery in deliveries)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*.ndjson")}


def rows_in(folder: Path) -> list[str]:
    lines = (line for content in contents(folder).values() for line in content.decode().splitlines()[1:])
    return sorted(lines)


def test_deliver_writes_the_same_bytes_for_the_same_time(told, tmp_path):
    city_on.cache_clear()
    tell(tmp_path / "again", AT)

    assert contents(tmp_path / "again") == contents(told)
    assert len(contents(told)) == len(FEEDS)


def test_deliver_writes_rows_that_the_feed_format_takes_save_those_meant_to_be_refused(told):
    source = FolderSource(told)
    refused = []
    for feed in source.feeds():
        page = source.fetch(feed, cursor="", limit=100_000)
        assert page.as_of == AT.replace(microsecond=0)
        read = [parse_row(feed.kind, row.content, at=AT) for row in page.rows]
        refused += [(feed.kind.value, row.field) for row in read if isinstance(row, Rejection)]

    assert sorted(refused) == [
        ("alerts", "in_force_from"),
        ("doses", "product"),
        ("orders", "reference"),
        ("tests", "document_number"),
    ]


def test_due_is_nothing_but_freshness_when_the_day_was_told_already(told):
    later = AT + timedelta(hours=3)

    assert tell(told, later) == 0
    newest = sorted((told / "disease-control" / "orders").iterdir())[-1]
    assert json.loads(newest.read_text())["as_of"] == later.replace(microsecond=0).isoformat()


def test_due_is_nothing_at_all_within_the_same_second_or_when_the_clock_went_back(told):
    before = contents(told)

    assert tell(told, AT.replace(microsecond=900)) == 0
    assert tell(told, AT - timedelta(days=1)) == 0
    assert contents(told) == before


def test_due_is_what_is_new_when_days_have_passed(told):
    first = len(rows_in(told))
    second = tell(told, AT + timedelta(days=5))
    everything = [line.fields() for line in lines_of(city_on(civil_date(AT)), face_of=a_face)]
    everything += [
        line.fields() for line in lines_of(city_on(civil_date(AT) + timedelta(days=5)), face_of=a_face)
    ]
    written = {json.dumps(row, sort_keys=True) for row in map(json.loads, rows_in(told))}

    assert 0 < second < first
    assert len(rows_in(told)) == first + second == len(written)
    assert written == {json.dumps(row, sort_keys=True) for row in everything}


def test_due_tells_a_feed_again_from_its_beginning_when_its_files_are_gone(told):
    orders = told / "disease-control" / "orders"
    lost = [file.read_bytes() for file in orders.iterdir()][0]
    for file in orders.iterdir():
        file.unlink()

    assert tell(told, AT + timedelta(hours=1)) == lost.count(b"\n") - 1


def test_deliver_keeps_few_files_without_rows(told):
    for hours in range(8):
        tell(told, AT + timedelta(hours=hours))

    files = sorted((told / "disease-control" / "orders").iterdir())
    assert len(files) == 3
    assert files[0].read_bytes().count(b"\n") > 1


def test_due_ignores_files_that_are_not_the_city_s(tmp_path):
    (tmp_path / "disease-control" / "orders").mkdir(parents=True)
    (tmp_path / "disease-control" / "orders" / "2026-by-hand.ndjson").write_text("")

    assert tell(tmp_path, AT) > 0


def test_keep_current_tells_how_fresh_the_feeds_are_when_the_city_is_being_served(told, settings):
    settings.FEED_FOLDER = told
    rows = rows_in(told)
    with time_machine.travel(AT + timedelta(hours=5), tick=False):
        tasks.keep_current()

    newest = sorted((told / "laboratory-east" / "tests").iterdir())[-1]
    assert json.loads(newest.read_text())["as_of"] == "2026-11-23T15:00:00+08:00"
    assert rows_in(told) == rows
