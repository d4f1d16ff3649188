"""A feed server beside the test, on a folder of doses, and the settings that read it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from demo.feed_server import FeedServer, http_sources_entry
from records.backends.http import HttpAccount, HttpSource
from records.backends.http_download import Bounds
from records.models import Kind
from records.upstream import FeedName
from tests.records.feeds import SOURCE, as_line, make_dose

DOSES = FeedName(source=SOURCE, kind=Kind.DOSES)
AS_OF = "2022-05-20T09:00:00+08:00"
IMPATIENT = {"read_s": 0.3, "whole_s": 0.6}
BOUNDS = {
    "connect_s": 2.0,
    "read_s": 5.0,
    "whole_s": 10.0,
    "sent_bytes": 4 * 1024 * 1024,
    "unpacked_bytes": 8 * 1024 * 1024,
}


def write_doses(folder: Path, *rows: object, name: str = "1.ndjson", source: str = SOURCE) -> None:
    """Write rows as one file of a source's feed of doses."""
    header = {"feed": "doses", "format": 1, "source": source, "as_of": AS_OF, "count": len(rows)}
    target = folder / source / "doses"
    target.mkdir(parents=True, exist_ok=True)
    (target / name).write_bytes(b"".join(as_line(row) + b"\n" for row in (header, *rows)))


def doses(count: int) -> list[dict[str, object]]:
    return [make_dose(f"d-{number}", person=number) for number in range(1, count + 1)]


@contextmanager
def serving(folder: Path, **options) -> Iterator[FeedServer]:
    """Run the reference server in a thread for the length of a block."""
    with FeedServer(folder, **options) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(timeout=10)


def reader_of(server: FeedServer, **changes) -> HttpSource:
    """Return the reader of a server's only source, as the settings make it."""
    [entry] = http_sources_entry(server)
    bounds = Bounds(**(BOUNDS | changes.pop("bounds", {})))
    return HttpSource(HttpAccount.from_settings({**entry, **changes}), bounds=bounds)


def http_sources_text(server: FeedServer) -> str:
    """Return what the variable HTTP_SOURCES has to be."""
    return json.dumps(http_sources_entry(server))
