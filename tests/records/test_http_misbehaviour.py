"""Every trouble that a source can make: nothing lost, nothing invented, a line in the ledger, and it goes on.

Each runs against the real reference server over loopback. The good twin is the same server once it behaves.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from demo.feed_server.misbehaviour import KINDS
from records import sync
from records.models import Quarantined, Source, SyncRun, Trouble, VaccineDose
from records.sync import sync_all
from tests.records.http_feeds import IMPATIENT, doses, reader_of, serving, write_doses

pytestmark = pytest.mark.django_db

ALL = {f"d-{number}" for number in range(1, 6)}
EXPECTED = {
    "altered-page": Trouble.BAD_SIGNATURE,
    "bad-signature": Trouble.BAD_SIGNATURE,
    "broken-gzip": Trouble.BAD_ENCODING,
    "busy": Trouble.BUSY,
    "busy-for-a-while": Trouble.BUSY,
    "busy-for-ever": Trouble.BUSY,
    "busy-for-nonsense": Trouble.BUSY,
    "busy-until": Trouble.BUSY,
    "circling-cursor": Trouble.CURSOR_STUCK,
    "cut-gzip": Trouble.BAD_ENCODING,
    "endless": Trouble.TOO_LARGE,
    "error-500": Trouble.SERVER_ERROR,
    "error-502": Trouble.SERVER_ERROR,
    "forbidden": Trouble.NOT_LET_IN,
    "gone": Trouble.NOT_FOUND,
    "gzip-bomb": Trouble.TOO_LARGE,
    "hang-up": Trouble.BROKEN_OFF,
    "html": Trouble.MALFORMED_PAGE,
    "huge": Trouble.TOO_LARGE,
    "missing-field": Trouble.MALFORMED_PAGE,
    "more-than-gzip": Trouble.BAD_ENCODING,
    "no-content": Trouble.UNEXPECTED_ANSWER,
    "no-length": Trouble.UNEXPECTED_ANSWER,
    "not-found": Trouble.NOT_FOUND,
    "not-json": Trouble.MALFORMED_PAGE,
    "other-encoding": Trouble.BAD_ENCODING,
    "redirect": Trouble.REDIRECTED,
    "repeated-page": Trouble.REPEATED_PAGE,
    "reset": Trouble.BROKEN_OFF,
    "returning-cursor": Trouble.CURSOR_STUCK,
    "scrawled-signature": Trouble.BAD_SIGNATURE,
    "silent": Trouble.TOO_SLOW,
    "slow-body": Trouble.TOO_SLOW,
    "slow-headers": Trouble.TOO_SLOW,
    "stuck-cursor": Trouble.CURSOR_STUCK,
    "too-many-rows": Trouble.WRONG_COUNT,
    "truncated": Trouble.BROKEN_OFF,
    "unauthorized": Trouble.NOT_LET_IN,
    "unavailable": Trouble.SERVER_ERROR,
    "unavailable-for-a-while": Trouble.BUSY,
    "unknown-key": Trouble.UNKNOWN_KEY,
    "unsigned": Trouble.NOT_SIGNED,
    "wrong-count": Trouble.WRONG_COUNT,
    "wrong-cursor": Trouble.WRONG_PAGE,
    "wrong-source": Trouble.WRONG_PAGE,
}


@pytest.fixture
def server(tmp_path):
    write_doses(tmp_path, *doses(5))
    with serving(tmp_path, most_rows=2) as server:
        yield server


def on_file() -> set[str]:
    return set(VaccineDose.objects.values_list("record_id", flat=True))


def test_every_misbehaviour_is_expected_to_be_some_trouble():
    assert sorted(EXPECTED) == KINDS
    # The rest cannot be made by a server that is reached: no file, no connection, no certificate; or is ours.
    assert set(Trouble) - set(EXPECTED.values()) == {
        Trouble.UNREADABLE,
        Trouble.UNREACHABLE,
        Trouble.TLS_FAILED,
        Trouble.NOT_MERGED,
    }


@pytest.mark.parametrize("kind", KINDS)
def test_sync_loses_and_invents_nothing_when_the_source_misbehaves(kind, server, at):
    server.misbehave = [kind]
    bounds = IMPATIENT if EXPECTED[kind] is Trouble.TOO_SLOW else {}
    [report] = sync_all(reader_of(server, bounds=bounds), at=at, jitter=lambda: 0.0)

    assert report.problem
    source = Source.objects.get()
    assert (source.problem, source.failures) == (EXPECTED[kind], 1)
    assert source.next_fetch_at == report.left_alone_until >= at + timedelta(seconds=7)
    line = SyncRun.objects.order_by("id").last()
    assert (line.problem, line.received) == (EXPECTED[kind], 0)
    assert line.cursor_before == line.cursor_after == source.cursor
    # What came before the trouble was good and is kept, up to the cursor and not beyond.
    taken = sum(SyncRun.objects.values_list("applied", flat=True))
    assert on_file() == {f"d-{number}" for number in range(1, taken + 1)} < ALL
    assert source.as_of is None
    assert not Quarantined.objects.exists()
    assert "/redirected" not in server.asked

    server.misbehave = []
    asked = len(server.asked)
    [early] = sync_all(reader_of(server), at=source.next_fetch_at - timedelta(seconds=1))
    assert (early.problem, len(server.asked)) == (EXPECTED[kind], asked)
    [report] = sync_all(reader_of(server), at=source.next_fetch_at)
    assert report.problem == ""
    assert on_file() == ALL
    assert sum(SyncRun.objects.values_list("applied", flat=True)) == 5
    assert sum(SyncRun.objects.values_list("received", flat=True)) == 5
    source.refresh_from_db()
    assert (source.problem, source.failures, source.problem_since, source.next_fetch_at) == (
        "",
        0,
        None,
        None,
    )
    assert source.as_of is not None


@pytest.mark.parametrize("kind", ["repeated-page", "circling-cursor", "returning-cursor"])
@pytest.mark.parametrize("pages_per_round", [1, 50])
def test_page_that_leads_back_is_noticed_within_a_round_and_over_rounds(
    kind, pages_per_round, server, at, monkeypatch
):
    # On the first page there is nothing to repeat; a circle of one page is a cursor that stands.
    server.most_rows = 1
    monkeypatch.setattr(sync, "PAGES_PER_ROUND", pages_per_round)
    server.misbehave = [kind, "", ""]
    server.misbehave.sort()
    for _round in range(3):
        # Each with a reader of its own, that remembers nothing; it asks for what it merges, and no more.
        reader = reader_of(server)
        reader.reads_ahead = False
        sync_all(reader, at=at, early=True, jitter=lambda: 0.0)
        if SyncRun.objects.filter(problem=EXPECTED[kind]).exists():
            break
    assert on_file() == {"d-1", "d-2"}
    assert SyncRun.objects.filter(problem=EXPECTED[kind]).count() == 1
    server.misbehave = []
    for _round in range(6):
        sync_all(reader_of(server), at=at, early=True)
    assert on_file() == ALL
    assert sum(SyncRun.objects.values_list("received", flat=True)) == 5


def test_source_that_begins_anew_is_read_from_its_beginning(server, at):
    # So an operator lets a source begin anew: the places are the same ones, and not a circle.
    sync_all(reader_of(server), at=at)
    Source.objects.update(cursor="")
    [report] = sync_all(reader_of(server), at=at + timedelta(hours=1))
    assert (report.problem, report.total.duplicate) == ("", 5)
    assert Source.objects.get().failures == 0


@pytest.mark.parametrize(
    ("kind", "shortest_s", "longest_s"),
    [
        ("busy", 7.5, 7.5),
        ("busy-for-nonsense", 7.5, 7.5),
        ("busy-for-a-while", 120, 120),
        ("unavailable-for-a-while", 120, 120),
        ("busy-until", 100, 120),
        ("busy-for-ever", 3600, 3600),
    ],
)
def test_source_is_left_alone_as_long_as_it_asks_by_whoever_comes_next(kind, shortest_s, longest_s, server):
    now = timezone.now()
    server.misbehave = [kind]
    [report] = sync_all(reader_of(server), at=now, jitter=lambda: 0.0)
    until = report.left_alone_until
    slack = timedelta(seconds=10)
    assert now + timedelta(seconds=shortest_s) <= until <= now + timedelta(seconds=longest_s) + slack
    server.misbehave = []
    # Another process, or this one after a restart: it knows by the database alone.
    asked = len(server.asked)
    [early] = sync_all(reader_of(server), at=until - timedelta(seconds=1))
    assert (early.left_alone_until, len(server.asked)) == (until, asked)
    [late] = sync_all(reader_of(server), at=until)
    assert (late.problem, on_file()) == ("", ALL)


def test_source_that_misbehaves_every_other_time_is_read_to_its_end(server, at):
    server.misbehave = ["error-500", "", "truncated", "", "bad-signature"]
    for _ in range(20):
        sync_all(reader_of(server), at=at, early=True)
    assert on_file() == ALL
    assert sum(SyncRun.objects.values_list("applied", flat=True)) == 5
