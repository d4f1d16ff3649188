"""A PostgreSQL that writes to disk as a real one does, to be stopped, killed, and made to say nothing."""

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from healthkit.embedded_postgres import EmbeddedPostgres


class Durable:
    """A server that goes away and comes back at the same address."""

    def __init__(self, folder: Path, *, connections: int = 60) -> None:
        self._postgres = EmbeddedPostgres(folder=folder, durable=True, connections=connections)
        self.url = self._postgres.url
        self._server: subprocess.Popen[bytes] = self._postgres.start()

    def go_away(self, number: signal.Signals) -> None:
        self._server.send_signal(number)
        self._server.wait(timeout=30)

    def come_back(self) -> None:
        self._server = self._postgres.start()

    def fall_silent(self) -> None:
        """Stop every process where it stands: connections stay open, nothing is answered or refused."""
        for pid in [self._server.pid, *_children(self._server.pid)]:
            os.kill(pid, signal.SIGSTOP)

    def speak_again(self) -> None:
        for pid in [self._server.pid, *_children(self._server.pid)]:
            # Once it goes on, the server buries those of its children that have ended.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def end(self) -> None:
        self.speak_again()
        self._postgres.stop(self._server)


def _children(pid: int) -> list[int]:
    # A session of PostgreSQL is a session of the kernel too, so no signal to the group reaches it.
    found = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in found.read_text().split()] if found.exists() else []
