"""Whose turn it is to ask a source: one request in flight, over all workers and commands.

A session lock of PostgreSQL, held without a transaction. It goes with its connection, so that a worker
that was killed blocks nobody.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import Error, connection

from records.upstream import FeedName, RecordSource, TakesTurns


@contextmanager
def turn(upstream: RecordSource, feed: FeedName) -> Iterator[bool]:
    """Yield whether it is our turn to read a feed; nobody else gets it within the block."""
    shared = upstream.turn_of(feed) if isinstance(upstream, TakesTurns) else None
    if shared is None:
        yield True
        return
    is_ours = _call("pg_try_advisory_lock", shared)
    try:
        yield is_ours
    finally:
        if is_ours:
            # A connection that is gone has let go of its locks.
            with suppress(Error):
                _call("pg_advisory_unlock", shared)


def _call(function: str, shared: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended(%s, 0))", [f"turn of {shared}"])
        [is_done] = cursor.fetchone()
    return bool(is_done)
