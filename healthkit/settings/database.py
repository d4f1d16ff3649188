"""How every settings module turns a database URL into Django's DATABASES entry."""

from typing import Any, cast

import dj_database_url


def database(url: str) -> dict[str, Any]:
    """Return the DATABASES entry: persistent checked connections, and no wait without an end.

    Raises ValueError for an address that is not PostgreSQL's (ADR 0001).
    """
    if not url.startswith(("postgres://", "postgresql://")):
        raise ValueError("DATABASE_URL must be a PostgreSQL address: postgres://user:password@host:port/name")
    # A restart of the database must not show as an error: connections are checked before use.
    entry = cast(
        "dict[str, Any]", dict(dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True))
    )
    waits = "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
    entry["OPTIONS"] = {**entry.get("OPTIONS", {}), "connect_timeout": 5, "options": waits}
    return entry
