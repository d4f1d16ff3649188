"""`make run`: database, web, worker and beat under one supervisor; Ctrl-C stops all of it.

Every child has a session of its own, so that Ctrl-C reaches this process first and the database
stops last. A killed supervisor leaves nothing behind: the kernel tells each child.
"""

import argparse
import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from healthkit.embedded_postgres import EmbeddedPostgres, die_with_parent
from healthkit.web_server import web_command

ROOT = Path(__file__).resolve().parents[1]
_STOP_AFTER_S = 25
_READY_WITHIN_S = 60


class CannotRun(Exception):
    """Something outside stands in the way; the message says what to do about it."""


def main() -> int:
    """Run until Ctrl-C, SIGTERM, or the end of a child; return the exit code."""
    arguments = _arguments()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "healthkit.settings.embedded")
    var = Path(os.environ.get("HEALTHKIT_VAR", ROOT / "var"))
    os.environ["HEALTHKIT_VAR"] = str(var)
    try:
        with _only_one(var / "run.lock"), _stop_when_asked():
            _check_port(arguments.port)
            return _run(var, port=arguments.port)
    except CannotRun as refusal:
        print(f"make run: {refusal}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.")
        return 0


def _run(var: Path, *, port: int) -> int:
    base_url = f"http://127.0.0.1:{port}"
    with contextlib.ExitStack() as stack:
        if "DATABASE_URL" not in os.environ:
            print("Starting PostgreSQL …")
            stack.enter_context(_postgres(var))
        print("Preparing the database and the demo city …")
        _manage("migrate", "--verbosity=0")
        _manage("make_partitions", "--verbosity=0")
        _manage("load_demo", f"--base-url={base_url}")
        children = stack.enter_context(_children(_commands(var, port=port)))
        _wait_until_ready(base_url, children)
        _greet(base_url, var)
        return _watch(children)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="port on 127.0.0.1 (default 8000)")
    return parser.parse_args()


@contextlib.contextmanager
def _only_one(lock_file: Path) -> Iterator[None]:
    """Hold the lock of this checkout, or say who does."""
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    with lock_file.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CannotRun(
                f"already running (pid {lock.read().strip() or 'unknown'}). Stop it first."
            ) from None
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        yield


@contextlib.contextmanager
def _stop_when_asked() -> Iterator[None]:
    """Treat SIGTERM like Ctrl-C, so that both stop the children in order.

    Ctrl-C's own handler is set as well: whoever starts this in the background starts it with SIGINT ignored.
    """

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    yield


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            raise CannotRun(f"port {port} is in use. Choose another: make run PORT={port + 1}") from None


@contextlib.contextmanager
def _postgres(var: Path) -> Generator[None, None, None]:
    server = EmbeddedPostgres(folder=var / "postgres")
    process = server.start()
    os.environ["DATABASE_URL"] = server.url
    try:
        yield
    finally:
        server.stop(process)


def _manage(*arguments: str) -> None:
    """Run a management command to its end; it prints for itself."""
    done = subprocess.run([sys.executable, str(ROOT / "manage.py"), *arguments], cwd=ROOT, check=False)
    if done.returncode:
        raise CannotRun(f"`manage.py {arguments[0]}` failed; what it printed above says why.")


def _commands(var: Path, *, port: int) -> dict[str, list[str]]:
    for folder in ("messages", "control"):
        (var / "queue" / folder).mkdir(parents=True, exist_ok=True)
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "healthkit.celery"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    schedule = var / "queue" / "beat-schedule"
    return {
        "web": web_command(port),
        "worker": [*celery, "worker", "-P", "solo", "--loglevel", "WARNING", *quiet],
        "beat": [*celery, "beat", "-s", str(schedule), "--pidfile=", "--loglevel", "WARNING"],
    }


@contextlib.contextmanager
def _children(commands: dict[str, list[str]]) -> Iterator[dict[str, "subprocess.Popen[bytes]"]]:
    """Start every child in a session of its own, and stop them all at the end."""
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            children[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(signal.SIGTERM),
            )
        yield children
    finally:
        _stop(list(children.values()))


def _stop(children: list["subprocess.Popen[bytes]"]) -> None:
    for child in children:
        _signal_group(child, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_AFTER_S
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=max(0.1, deadline - time.monotonic()))
        _signal_group(child, signal.SIGKILL)


def _signal_group(child: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    # Only the leader is asked to stop; the group is killed, so that no orphan of it stays.
    with contextlib.suppress(ProcessLookupError):
        if number is signal.SIGKILL:
            os.killpg(child.pid, number)
        else:
            child.send_signal(number)


def _wait_until_ready(base_url: str, children: dict[str, "subprocess.Popen[bytes]"]) -> None:
    deadline = time.monotonic() + _READY_WITHIN_S
    while time.monotonic() < deadline:
        _fail_if_one_ended(children)
        try:
            with urllib.request.urlopen(f"{base_url}/readyz", timeout=5):  # nosec B310: our own address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise CannotRun(f"{base_url}/readyz did not answer within {_READY_WITHIN_S} s.")


def _greet(base_url: str, var: Path) -> None:
    print(f"\nHealth Kit Proxy   {base_url}/")
    print(f"Who is who         {base_url}/demo/ (signs you in by a tap)")
    print(f"API documents      {base_url}/api/docs/")
    print(f"Administration     {base_url}/admin/")
    print(f"The same in JSON   {var / 'demo.json'}")
    print("One-time codes     below, in the lines message_for_a_mobile")
    print("Ctrl-C stops everything.\n", flush=True)


def _watch(children: dict[str, "subprocess.Popen[bytes]"]) -> int:
    while True:
        _fail_if_one_ended(children)
        time.sleep(0.5)


def _fail_if_one_ended(children: dict[str, Any]) -> None:
    for name, child in children.items():
        if child.poll() is not None:
            raise CannotRun(f"{name} ended with exit code {child.returncode}; its last lines say why.")


if __name__ == "__main__":
    sys.exit(main())
