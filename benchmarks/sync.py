"""How fast tests come in, beside a bare COPY of the same rows and beside psycopg2's execute_values.

The limit is a COPY into a table without index or constraint: what PostgreSQL does with rows at all.
"""

import io
import shutil
from pathlib import Path

from benchmarks.rounds import measure, report
from benchmarks.scene import scene
from benchmarks.town import SOURCE, Town, clock

PEOPLE = 200_000
ROWS = 60_000
ROUNDS = 5
LIMIT = "COPY, unindexed"


def main() -> None:
    """Measure and print."""
    with scene():
        _measure()


def _measure() -> None:
    from django.conf import settings
    from django.db import connection, transaction
    from psycopg2.extras import execute_values

    from records.backends.files import FolderSource
    from records.models import Kind, Source
    from records.page_merge import merge_read_page, read_page
    from records.sync import PAGE_ROWS, sync_all
    from records.upstream import FeedName, Page

    feeds, waiting = Path(settings.VAR_DIR) / "feeds", Path(settings.VAR_DIR) / "waiting"
    town = Town(at=clock())
    town.grow(PEOPLE)
    deliveries = [
        town.deliver(waiting, ROWS, share=number / (2 * ROUNDS + 3)) for number in range(2 * ROUNDS + 3)
    ]
    ours, merged = iter(deliveries[::2]), iter(deliveries[1::2])
    source = Source.objects.create(name="merged", kind=Kind.TESTS)

    def whole() -> int:
        target = feeds / SOURCE / "tests" / (delivery := next(ours)).name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(delivery, target)
        [done] = sync_all(FolderSource(feeds), at=town.at)
        assert (done.total.applied, done.problem) == (ROWS, ""), done
        return ROWS

    def pages_of(delivery: Path) -> list[Page]:
        folder = waiting / delivery.stem / SOURCE / "tests"
        folder.mkdir(parents=True)
        shutil.move(delivery, folder)
        reader, pages, cursor = FolderSource(folder.parent.parent), [], ""
        for _ in range(ROWS // PAGE_ROWS):
            feed = FeedName(source=SOURCE, kind=Kind.TESTS)
            pages.append(reader.fetch(feed, cursor=cursor, limit=PAGE_ROWS))
            cursor = pages[-1].next_cursor
        return pages

    ready = [[read_page(Kind.TESTS, page, at=town.at) for page in pages_of(delivery)] for delivery in merged]

    def merge() -> int:
        for read in ready.pop(0):
            with transaction.atomic():
                locked = Source.objects.select_for_update().get(pk=source.pk)
                report = merge_read_page(locked, read, cursor_before="", at=town.at)
            assert report.applied == len(read.lines), report
        return ROWS

    def copy() -> int:
        with connection.cursor() as cursor:
            cursor.copy_expert("COPY bare FROM STDIN", io.BytesIO(copied))
        return ROWS

    def values() -> int:
        with connection.cursor() as cursor:
            execute_values(cursor.cursor, "INSERT INTO twin VALUES %s", tuples, page_size=1000)
        return ROWS

    whole()
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
    contestants = {
        LIMIT: copy,
        "our sync, file to summaries": whole,
        "its database part": merge,
        "execute_values, indexed, no summaries": values,
    }
    title = f"Tests, {ROWS:,} new rows a round, {ROUNDS} rounds, {PEOPLE:,} people"
    report(title, measure(contestants, rounds=ROUNDS), limit=LIMIT, unit="rows/s")


if __name__ == "__main__":
    main()
