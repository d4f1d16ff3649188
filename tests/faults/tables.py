"""What the feeds have made of a database, without what differs each time: ids, times, seals."""

from contextlib import closing
from typing import Any

import psycopg2

from identity.keyring import sealing_ring
from identity.models import name_context, number_context
from identity.sealed import SealingRing
from records.quarantine import row_context

Row = dict[str, Any]
Tables = dict[str, list[Row]]

_DIFFERENT_EACH_TIME = (
    *("id", "run_id", "source_id", "changed_seq"),
    *("held_at", "synced_at", "last_synced_at", "updated_at", "started_at", "finished_at", "quarantined_at"),
    *("number_sealed", "name_sealed", "row_sealed"),
)
_PLAIN = (
    "identity_kinship",
    "records_source",
    "records_naat",
    "records_tube",
    "records_vaccinedose",
    "records_observationorder",
    "records_alert",
    "records_summary",
    "records_heldpage",
)
_FEED = "jsonb_build_object('feed', s.name || '/' || s.kind)"
# How often a page was tried in vain is another matter each time.
_LEDGER = f"""
    SELECT to_jsonb(t) || {_FEED} FROM records_syncrun t JOIN records_source s ON s.id = t.source_id
    WHERE t.problem = ''
"""
_QUARANTINE = f"""
    SELECT to_jsonb(t) || {_FEED} || jsonb_build_object('resolved_at', t.resolved_at IS NOT NULL),
        t.id, t.row_sealed
    FROM records_quarantined t
    JOIN records_syncrun r ON r.id = t.run_id JOIN records_source s ON s.id = r.source_id
"""
_PEOPLE = "SELECT to_jsonb(t), t.person_key, t.number_sealed, t.name_sealed FROM identity_person t"


def query(url: str, sql: str) -> list[tuple[Any, ...]]:
    """Return the rows of one statement, on a connection of its own."""
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def dump(url: str, *, ring: SealingRing | None = None) -> Tables:
    """Return every table that feeds fill, rows in order; what is sealed stands there unsealed.

    ``ring`` opens it; without one, the ring of the settings does.
    """
    ring = ring or sealing_ring()
    tables = {name: [row for (row,) in query(url, f"SELECT to_jsonb(t) FROM {name} t")] for name in _PLAIN}
    tables["records_syncrun"] = [row for (row,) in query(url, _LEDGER)]
    tables["records_quarantined"] = [
        row | {"row": ring.unseal(sealed, context=row_context(id_))}
        for row, id_, sealed in query(url, _QUARANTINE)
    ]
    tables["identity_person"] = [
        row
        | {"number": ring.unseal(number, context=number_context(key))}
        | {"name": ring.unseal(name, context=name_context(key))}
        for row, key, number, name in query(url, _PEOPLE)
    ]
    return {name: _in_order([_lasting(row) for row in rows]) for name, rows in tables.items()}


def first_difference(found: Tables, expected: Tables) -> str:
    """Say in which table, and in how many rows, two dumps differ; "" if they are equal."""
    for name in expected:
        ours, theirs = set(map(str, found[name])), set(map(str, expected[name]))
        if found[name] != expected[name]:
            only = sorted(ours ^ theirs)[:4]
            return f"{name}: {len(found[name])} rows for {len(expected[name])}, such as {only}"
    return ""


def received(tables: Tables) -> int:
    """Return how many rows the ledger says have come; each line must account for all of its own."""
    for line in tables["records_syncrun"]:
        parts = ("applied", "duplicate", "superseded", "quarantined")
        assert line["received"] == sum(line[part] for part in parts)
    return sum(line["received"] for line in tables["records_syncrun"])


def _lasting(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in _DIFFERENT_EACH_TIME}


def _in_order(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=str)
