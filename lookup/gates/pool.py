"""The hot path's own connections to PostgreSQL: so many and no more, and no wait without an end.

Citizens' pages use Django's connections and cannot take these. So many calls run at once; any further is
refused at once. A connection is lent for one statement, and waited for no longer than WAIT_S. A statement
that is not answered within ANSWER_S is given up by a watchdog, which shuts the socket: a server that has gone
silent sends no error, and its own time-outs do not run. After a failure the circuit is open for REST_S: calls
are refused at once but for one, which tries.
"""

import os
import queue
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import psycopg2
from django.db import connections

from lookup.gates.ferry import SharedFault
from lookup.gates.statements import Row, Statement

WAIT_S = 0.25
ANSWER_S = 2.0
REST_S = 0.5
_CONNECT_S = 2
_IDLE_S = 1.0
_WATCH_EVERY_S = 0.25
_BOUNDS = "-c statement_timeout=1500 -c lock_timeout=1000 -c idle_in_transaction_session_timeout=5s"


class TooBusy(SharedFault):
    """Every connection is lent, and none came back in time."""


class DatabaseAway(SharedFault):
    """PostgreSQL cannot be reached, or does not answer; says nothing of any statement."""


class Lent:
    """One connection, opened when it is first used; a statement is a transaction, durable at its end."""

    def __init__(self, pool: "Pool") -> None:
        self._pool = pool
        self._raw: psycopg2.extensions.connection | None = None
        self._cursor: Any = None
        self._prepared: set[str] = set()
        self._used_at = 0.0
        self.busy_since: float | None = None

    def run(self, statement: Statement, values: Sequence[Any]) -> list[Row]:
        """Run a statement; raises DatabaseAway where the connection breaks, else psycopg2.Error for a fault.

        Not tried again by itself: an audit row may have been written although its answer was lost.
        """
        self.busy_since = began = time.monotonic()
        try:
            if self._raw is not None and began - self._used_at > _IDLE_S and not self._is_alive():
                # PostgreSQL went away and came back while this connection was not in use.
                self.close()
            if statement.name not in self._prepared:
                self._prepare(statement)
            marks = ",".join(["%s"] * len(values))
            self._cursor.execute(
                f"EXECUTE {statement.name}({marks})" if values else f"EXECUTE {statement.name}", values
            )
            return self._cursor.fetchall() if self._cursor.description else []
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as lost:
            self._pool.failed()
            self.close()
            raise DatabaseAway(type(lost).__name__) from None
        finally:
            self.busy_since, self._used_at = None, began

    def _is_alive(self) -> bool:
        """Tell whether the connection is open and nothing, such as a farewell, waits on its socket."""
        raw = self._raw
        if raw is None or raw.closed:
            return False
        try:
            sock = socket.socket(fileno=os.dup(raw.fileno()))
        except (OSError, psycopg2.Error):
            return False
        with sock:
            sock.setblocking(False)
            try:
                sock.recv(1, socket.MSG_PEEK)
            except BlockingIOError:
                return True
            except OSError:
                return False
            return False

    def close(self) -> None:
        """Close for good; the next use opens anew."""
        raw, self._raw, self._cursor = self._raw, None, None
        self._prepared.clear()
        if raw is not None:
            with suppress(psycopg2.Error):
                raw.close()

    def cut_off(self) -> None:
        """Shut the socket under a statement that is not answered; its thread then sees a lost connection."""
        raw = self._raw
        if raw is None or raw.closed:
            return
        with suppress(OSError, psycopg2.Error), socket.socket(fileno=os.dup(raw.fileno())) as sock:
            sock.shutdown(socket.SHUT_RDWR)

    def _prepare(self, statement: Statement) -> None:
        if self._raw is None:
            self._open()
        self._cursor.execute(f"PREPARE {statement.name} AS {statement.sql}")
        self._prepared.add(statement.name)

    def _open(self) -> None:
        given = connections["default"].get_connection_params()
        given = {name: value for name, value in given.items() if name not in _DJANGO_ONLY}
        options = f"{given.pop('options', '')} {_BOUNDS}"
        self._raw = psycopg2.connect(**given | {"connect_timeout": _CONNECT_S}, options=options)
        self._raw.autocommit = True
        self._cursor = self._raw.cursor()
        self._cursor.execute("SET TIME ZONE 'UTC'")


_DJANGO_ONLY = frozenset({"cursor_factory", "connect_timeout"})


class Pool:
    """The connections of one process, and its circuit."""

    def __init__(self, *, connections: int, calls: int) -> None:
        self._all = [Lent(self) for _ in range(connections)]
        self._room = threading.Semaphore(calls)
        self._free: queue.SimpleQueue[Lent] = queue.SimpleQueue()
        for lent in self._all:
            self._free.put(lent)
        self._rests_until = 0.0
        self._watch = threading.Lock()
        self._watchdog: threading.Thread | None = None

    @contextmanager
    def admit(self) -> Iterator[None]:
        """Let a call in; else raises at once: TooBusy, or DatabaseAway while the circuit is open."""
        if self._rests_until:
            self._try_or_refuse()
        if not self._room.acquire(blocking=False):
            raise TooBusy
        try:
            yield
        finally:
            self._room.release()

    def run(self, statement: Statement, *values: Any) -> list[Row]:
        """Run a statement on a connection that is free; raises TooBusy, and what ``Lent.run`` does."""
        if self._watchdog is None:
            self._start_watchdog()
        try:
            lent = self._free.get(timeout=WAIT_S)
        except queue.Empty:
            raise TooBusy from None
        try:
            rows = lent.run(statement, values)
        finally:
            self._free.put(lent)
        if self._rests_until:
            self._rests_until = 0.0
        return rows

    def failed(self) -> None:
        """Open the circuit."""
        self._rests_until = time.monotonic() + REST_S

    def close(self) -> None:
        """Close every connection that is not lent; for tests and forks."""
        for lent in self._all:
            if lent.busy_since is None:
                lent.close()

    def _try_or_refuse(self) -> None:
        if time.monotonic() < self._rests_until:
            raise DatabaseAway("the circuit is open")
        # This call tries; those that come meanwhile are still refused.
        self.failed()

    def _start_watchdog(self) -> None:
        with self._watch:
            if self._watchdog is None:
                self._watchdog = threading.Thread(target=self._keep_watch, name="gate-watchdog", daemon=True)
                self._watchdog.start()

    def _keep_watch(self) -> None:
        while True:
            time.sleep(_WATCH_EVERY_S)
            overdue = time.monotonic() - ANSWER_S
            for lent in self._all:
                since = lent.busy_since
                if since is not None and since < overdue:
                    self.failed()
                    lent.cut_off()
