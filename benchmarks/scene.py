"""A database of its own for one run, with people, summaries, accounts and a gate in it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from healthkit.embedded_postgres import EmbeddedPostgres

# As operations.md asks of a database of this size; every contestant has the same.
MEMORY = {
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
}


@contextmanager
def scene(*, connections: int = 60) -> Iterator[None]:
    """Start PostgreSQL (durable, as in `make run`), set Django up on it, and stop it afterwards."""
    with tempfile.TemporaryDirectory(prefix="healthkit-bench-") as folder:
        postgres = EmbeddedPostgres(folder=Path(folder) / "postgres", memory=MEMORY, connections=connections)
        server = postgres.start()
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "healthkit.settings.embedded",
            "DATABASE_URL": postgres.url,
            "HEALTHKIT_VAR": folder,
        }
        try:
            _set_up()
            yield
        finally:
            _close()
            postgres.stop(server)


def _set_up() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("make_partitions", verbosity=0)


def _close() -> None:
    from django.db import connections

    connections.close_all()
