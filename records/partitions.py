"""Daily partitions, made ahead, of the tables that are partitioned by a day."""

import re
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

_NAMED_BY_DAY = re.compile(r".*_([0-9]{4})([0-9]{2})([0-9]{2})")


class NotPartitionedByDay(ValueError):
    """The table is not partitioned by range, or has no default partition."""


def ensure_days(table: str, from_day: date, until_day: date) -> int:
    """Make the partitions <table>_YYYYMMDD from a day (included) until a day (excluded); return how many.

    Those that exist are left alone. Rows of the day that already lie in the default partition move
    with it. One short transaction per day; two callers at once wait for each other.

    Raises NotPartitionedByDay.
    """
    days = [from_day + timedelta(days=number) for number in range((until_day - from_day).days)]
    return sum(_ensure_day(table, day) for day in days)


def days_before(table: str, day: date) -> list[tuple[date, str]]:
    """Return the partitions of days before a day, oldest first, with the day of each."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
            "WHERE i.inhparent = to_regclass(%s) ORDER BY 1",
            [table],
        )
        names = [name for (name,) in cursor.fetchall()]
    found = [(match, name) for name in names if (match := _NAMED_BY_DAY.fullmatch(name)) is not None]
    days = [(date(int(match[1]), int(match[2]), int(match[3])), name) for match, name in found]
    return [(held, name) for held, name in days if held < day]


def drop_days(table: str, before: date) -> int:
    """Drop the partitions of days before a day, and such rows of the default one; return how many days.

    One short transaction per day; two callers at once wait for each other. Raises NotPartitionedByDay.
    """
    dropped = 0
    for _day, partition in days_before(table, before):
        with transaction.atomic(), connection.cursor() as cursor:
            if lock_partition(cursor, table, partition):
                cursor.execute(f"DROP TABLE {partition}")
                dropped += 1
    column, default = _day_column_and_default(table)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {default} WHERE {column} < %s", [before])
    return dropped


def lock_partition(cursor: Any, table: str, partition: str) -> bool:
    """Be the only one to make or drop partitions of a table; tell whether this one is still there."""
    cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"partitions of {table}"])
    return _is_there(table, partition)


def _ensure_day(table: str, day: date) -> bool:
    partition = f"{table}_{day:%Y%m%d}"
    with transaction.atomic(), connection.cursor() as cursor:
        if _is_there(table, partition):
            return False
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"partitions of {table}"])
        if _is_there(table, partition):
            return False
        column, default = _day_column_and_default(table)
        period = f"{column} >= '{day}' AND {column} < '{day + timedelta(days=1)}'"
        # The strongest lock at once: taking a weaker one first and asking for more could deadlock.
        cursor.execute(f"LOCK TABLE {default} IN ACCESS EXCLUSIVE MODE")
        cursor.execute(f"CREATE TABLE {partition} (LIKE {table} INCLUDING ALL)")
        cursor.execute(
            f"WITH moved AS (DELETE FROM {default} WHERE {period} RETURNING *) "
            f"INSERT INTO {partition} SELECT * FROM moved"
        )
        cursor.execute(
            f"ALTER TABLE {table} ATTACH PARTITION {partition} "
            f"FOR VALUES FROM ('{day}') TO ('{day + timedelta(days=1)}')"
        )
    return True


def _is_there(table: str, partition: str) -> bool:
    # From the tables of the catalog: to_regclass may answer from a cache that missed another session.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
            "WHERE i.inhparent = to_regclass(%s) AND c.relname = %s)",
            [table, partition],
        )
        found: bool = cursor.fetchone()[0]
    return found


def _day_column_and_default(table: str) -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(a.attname), p.partdefid::regclass::text FROM pg_partitioned_table p "
            "JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0] "
            "WHERE p.partrelid = to_regclass(%s) AND p.partstrat = 'r' AND p.partdefid <> 0",
            [table],
        )
        found = cursor.fetchone()
    if found is None:
        raise NotPartitionedByDay(f"{table} is not partitioned by day")
    return found[0], found[1]
