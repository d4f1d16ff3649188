"""How fast tests come in, beside a bare COPY of the same rows and beside psycopg2's execute_values.

The limit is a COPY into a table without index or constraint: what PostgreSQL does with rows at all, over
one connection. One source uses one connection as well; two sources show what more cores are worth.
BENCH_PEOPLE, BENCH_ROWS (a round, at least a page of each source) and BENCH_ROUNDS set the size.
"""

import io
import os
import shutil
import statistics
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.rounds import Work, measure, report
from benchmarks.scene import scene
from benchmarks.town import Town, clock

if TYPE_CHECKING:
    from records.page_merge import ReadPage

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "200000"))
ROWS = int(os.environ.get("BENCH_ROWS", "80000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
LIMIT = "COPY, unindexed"
ONE_MERGE = "database part, names and summaries with it, one source"
VALUES = "execute_values, indexed, no summaries"
ONE, TWO = ("one",), ("first", "second")


def main() -> None:
    """Measure and print."""
    with scene():
        _measure()


def _measure() -> None:
    from django.conf import settings
    from django.db import connection
    from psycopg2.extras import execute_values

    from records.backends.files import FolderSource
    from records.sync import sync_all

    town = Town(at=clock())
    town.keep_days()
    town.grow(PEOPLE)
    # Each contestant gets its own rows, all of them of one period.
    shares = iter(number / (8 * (ROUNDS + 2)) for number in range(8 * (ROUNDS + 2)))
    folder = Path(settings.VAR_DIR)

    def deliver(name: str, sources: tuple[str, ...]) -> Path:
        feeds = folder / name
        for source in sources:
            path = feeds / source / "tests"
            town.deliver(path, ROWS // len(sources), share=next(shares), source=source)
        return feeds

    def whole(sources: tuple[str, ...]) -> "Iterator[int]":
        ready = [deliver(f"{len(sources)}-{number}", sources) for number in range(ROUNDS + 2)]
        yield 0
        for feeds in ready:
            done = sync_all(FolderSource(feeds), at=town.at, at_once=len(sources))
            assert sum(one.total.applied for one in done) == ROWS, done
            assert not any(one.problem for one in done), done
            # The next delivery is another folder, so the cursors begin again.
            _forget_cursors()
            shutil.rmtree(feeds)
            yield ROWS

    def merged(sources: tuple[str, ...]) -> "Iterator[int]":
        names = tuple(f"merged-{source}" for source in sources)
        ready = [
            [_read(deliver(f"m{len(sources)}-{number}", names), name, town) for name in names]
            for number in range(ROUNDS + 1)
        ]
        yield 0
        with ThreadPoolExecutor(len(names)) as threads:
            side_by_side = threads.map if len(names) > 1 else map
            while ready:
                yield sum(side_by_side(_merge, names, ready.pop(0), [town.at] * len(names)))

    contests = {name: whole(sources) for name, sources in (("one", ONE), ("two", TWO))}
    merges = {name: merged(sources) for name, sources in (("one", ONE), ("two", TWO))}
    for contest in (*contests.values(), *merges.values()):
        next(contest)
    next(contests["one"])

    with connection.cursor() as cursor:
        buffer = io.BytesIO()
        cursor.copy_expert(f"COPY (SELECT * FROM records_naat LIMIT {ROWS}) TO STDOUT", buffer)
        copied = buffer.getvalue()
        cursor.execute(f"SELECT * FROM records_naat LIMIT {ROWS}")
        tuples = cursor.fetchall()
        # The same row again is a new one here, so that the twin has our indexes but no key.
        cursor.execute("CREATE TABLE bare (LIKE records_naat)")
        cursor.execute("CREATE TABLE twin (LIKE records_naat INCLUDING CONSTRAINTS)")
        for columns in ("(source, record_id, record_day)", "(person_key)"):
            cursor.execute(f"CREATE INDEX ON twin {columns}")
        cursor.execute("CREATE INDEX ON twin (source, tube_code) WHERE tube_code <> ''")

    def copy() -> int:
        with connection.cursor() as cursor:
            cursor.copy_expert("COPY bare FROM STDIN", io.BytesIO(copied))
        return ROWS

    def values() -> int:
        with connection.cursor() as cursor:
            execute_values(cursor.cursor, "INSERT INTO twin VALUES %s", tuples, page_size=1000)
        return ROWS

    contestants = {
        LIMIT: copy,
        VALUES: values,
        ONE_MERGE: lambda: next(merges["one"]),
        "database part, two sources at once": lambda: next(merges["two"]),
        "our sync, file to summaries, one source": lambda: next(contests["one"]),
        "our sync, file to summaries, two sources at once": lambda: next(contests["two"]),
    }
    on_one_connection = [LIMIT, VALUES, ONE_MERGE]
    spent = {name: list[float]() for name in on_one_connection}
    for name in on_one_connection:
        contestants[name] = _watched(contestants[name], spent[name])
    rates = measure(contestants, rounds=ROUNDS)
    title = f"Tests, {ROWS:,} new rows a round, {ROUNDS} rounds, {PEOPLE:,} people"
    report(title, rates, limit=LIMIT, unit="rows/s")
    print(f"\n  against {VALUES}")
    for name in list(contestants)[2:]:
        print(f"  {name:58} {rates.ratio(name, VALUES):5.2f} times")
    if all(spent.values()):
        print("\n  time of a core that the one connection takes, which neighbors disturb least")
        for name, seconds in spent.items():
            cost = statistics.median(seconds)
            share = statistics.median(spent[LIMIT]) / cost
            print(f"  {name:58} {cost:12.2f} µs a row   {share:5.2f} of the limit")


def _watched(work: Work, spent: list[float]) -> Work:
    """Return work that notes the µs a row for which our connection's server process held a core (Linux)."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        clock = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")

    def watched() -> int:
        if not clock.exists():
            return work()
        before = int(clock.read_text().split()[0])
        rows = work()
        spent.append((int(clock.read_text().split()[0]) - before) / 1000 / rows)
        return rows

    return watched


def _forget_cursors() -> None:
    from records.models import Source

    Source.objects.update(cursor="")


def _read(feeds: Path, source: str, town: Town) -> "list[ReadPage]":
    """Read a delivery beforehand, so that only the database is left to do."""
    from records.backends.files import FolderSource
    from records.models import Kind
    from records.page_merge import read_page
    from records.sync import PAGE_ROWS
    from records.upstream import FeedName

    feed, pages, cursor, exhausted = FeedName(source=source, kind=Kind.TESTS), [], "", False
    while not exhausted:
        page = FolderSource(feeds).fetch(feed, cursor=cursor, limit=PAGE_ROWS)
        pages.append(read_page(Kind.TESTS, page, at=town.at))
        cursor, exhausted = page.next_cursor, page.exhausted
    return pages


def _merge(source: str, pages: "list[ReadPage]", at: datetime) -> int:
    from django.db import transaction

    from records.models import Kind, Source
    from records.page_merge import merge_read_page

    row, _ = Source.objects.get_or_create(name=source, kind=Kind.TESTS)
    rows = 0
    for read in pages:
        with transaction.atomic():
            locked = Source.objects.select_for_update().get(pk=row.pk)
            rows += merge_read_page(locked, read, cursor_before="", at=at).applied
    return rows


if __name__ == "__main__":
    main()
