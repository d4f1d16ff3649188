"""How the web server is started: one place for `make run`, the tests and the benchmarks.

Why granian, and these numbers: docs/adr/0011 and docs/performance.md, "Checks".
"""

import sys

WORKERS = 2
THREADS = 64
"""Of each worker. They wait more than they work; gates and people have their shares of them (settings)."""


def web_command(port: int, *, workers: int = WORKERS, threads: int = THREADS) -> list[str]:
    """Return the command of the web server on a port of this machine.

    It stops on SIGTERM, within the seconds of --workers-kill-timeout even if a request hangs.
    """
    return [
        *(sys.executable, "-m", "granian", "healthkit.wsgi:application", "--interface", "wsgi"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", str(workers)),
        *("--blocking-threads", str(threads), "--workers-kill-timeout", "20", "--respawn-failed-workers"),
        *("--no-access-log", "--log-level", "error"),
    ]
