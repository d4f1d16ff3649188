"""Database check: PostgreSQL has locks for tables that are parted by day. Runs at every `migrate`."""

from collections.abc import Sequence
from typing import Any

from django.apps.config import AppConfig
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections

LEAST_LOCKS = 256


@register(Tags.database)
def require_locks(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Warn of a PostgreSQL whose sessions would run out of locks (docs/operations.md, 2)."""
    return [
        Warning(
            f"PostgreSQL allows {locks} locks a transaction. A statement about all days of the tests or of "
            "the audit holds one for each table and index of a day: many at once would run out of them.",
            hint=f"Set max_locks_per_transaction = {LEAST_LOCKS} in postgresql.conf and restart PostgreSQL.",
            id="records.W001",
        )
        for alias in databases or ()
        if (locks := _locks(alias)) < LEAST_LOCKS
    ]


def _locks(alias: str) -> int:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_setting('max_locks_per_transaction')::int")
        [locks] = cursor.fetchone()
    return int(locks)
