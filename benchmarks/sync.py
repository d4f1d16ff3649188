"""How fast tests come in, from NDJSON on disk to summaries, beside a bare COPY of the same rows.

The limit is a COPY into a table without index or constraint: what PostgreSQL does with rows at all.
"""

import io
import json
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.rounds import measure, report
from benchmarks.scene import scene

ROWS = 20_000
ROUNDS = 3


def main() -> None:
    """Measure and print."""
    with scene():
        _measure()


def _measure() -> None:
    from django.conf import settings
    from django.db import connection
    from django.utils import timezone

    from records.backends.files import FolderSource
    from records.sync import sync_all

    at = timezone.now()
    feeds, waiting = Path(settings.VAR_DIR) / "feeds", Path(settings.VAR_DIR) / "waiting"
    deliveries = iter([_write(waiting, number, at=at) for number in range(ROUNDS + 2)])

    def ours() -> int:
        delivery = next(deliveries)
        target = feeds / "laboratory" / "tests" / delivery.name
        target.parent.mkdir(parents=True, exist_ok=True)
        delivery.rename(target)
        [done] = sync_all(FolderSource(feeds), at=at)
        assert (done.total.applied, done.problem) == (ROWS, ""), done
        return ROWS

    def copy() -> int:
        with connection.cursor() as cursor:
            cursor.copy_expert("COPY bare FROM STDIN", io.BytesIO(rows))
        return ROWS

    ours()
    rows = _as_copied()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare (LIKE records_naat)")
    rates = measure({"our sync, file to summaries": ours, "COPY, unindexed": copy}, rounds=ROUNDS)
    report(
        f"Tests, {ROWS:,} new rows a round, {ROUNDS} rounds", rates, limit="COPY, unindexed", unit="rows/s"
    )


def _as_copied() -> bytes:
    """Return the rows that our sync has just stored, as COPY would bring them."""
    from django.db import connection

    buffer = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert("COPY (SELECT * FROM records_naat) TO STDOUT", buffer)
    return buffer.getvalue()


def _write(folder: Path, delivery: int, *, at: datetime) -> Path:
    from tests.makers import make_number

    path = folder / f"{delivery:06d}.ndjson"
    path.parent.mkdir(parents=True, exist_ok=True)
    header = {"feed": "tests", "format": 1, "source": "laboratory", "as_of": at.isoformat(), "count": ROWS}
    collected, issued = at - timedelta(hours=20), at - timedelta(hours=8)
    born = (at - timedelta(days=20_000)).date()
    with path.open("w", encoding="utf-8") as file:
        file.write(json.dumps(header) + "\n")
        for number in range(ROWS):
            day = born + timedelta(days=number // 900)
            row = {
                "record_id": f"T-{delivery}-{number}",
                "version": 1,
                "document_type": "10",
                "document_number": make_number(day, sequence=1 + number % 900),
                "name": "李小满",
                "record_day": collected.date().isoformat(),
                "collected_at": collected.isoformat(),
                "issued_at": issued.isoformat(),
                "result": "NOT_DETECTED",
                "laboratory": "Laboratory",
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path


if __name__ == "__main__":
    main()
