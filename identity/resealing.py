"""Resealing: every sealed value of the database brought under the primary key, so that an old key may go.

What is done is seen by the values themselves: each begins with the id of its key. So a run that was
killed is simply started again. Source: docs/operations.md, 7; docs/adr/0003-person-key-and-sealed-fields.md.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.apps import apps
from django.db import connection, models

from identity.keyring import sealing_ring
from identity.sealed import SealBroken

BATCH_ROWS = 1000
"""Rows written, and so locked, at a time: some ten milliseconds."""
SLICE_ROWS = 20_000
"""Rows looked at by one statement, so that it ends soon even where nothing is left to do."""
PASSES = 5
"""How often a table is gone through, for rows that somebody else was just writing."""
PAUSE_S = 0.2
_SUFFIX = "_sealed"


@dataclass(frozen=True, kw_only=True)
class SealedTable:
    """A table with sealed columns; each value is bound to "table:column:row".

    ``key`` is the column that names the row: the primary key, or a unique one that the model names in
    ``sealed_by``.
    """

    name: str
    key: str
    columns: tuple[str, ...]

    def context(self, column: str, row: object) -> str:
        """Return what the value of a column in a row is bound to."""
        return f"{self.name}:{column.removesuffix(_SUFFIX)}:{row}"


@dataclass(kw_only=True)
class Resealed:
    """What a run has done: values brought under the primary key; rows that no key opens, by table."""

    values: int = 0
    broken: Counter[str] = field(default_factory=Counter)


def sealed_tables() -> tuple[SealedTable, ...]:
    """Return every table that has a sealed column: found by the models, so that none can be forgotten."""
    tables = []
    for model in apps.get_models():
        columns = tuple(
            one.column
            for one in model._meta.local_concrete_fields
            if isinstance(one, models.BinaryField) and one.column and one.column.endswith(_SUFFIX)
        )
        if columns:
            key = getattr(model, "sealed_by", model._meta.pk.column or "")
            tables.append(SealedTable(name=model._meta.db_table, key=key, columns=columns))
    return tuple(sorted(tables, key=lambda table: table.name))


def count_by_key(*, slice_rows: int = SLICE_ROWS) -> Mapping[str, Counter[int]]:
    """Return how many values of each table stand under which key; what is empty counts under none."""
    counts: dict[str, Counter[int]] = {}
    for table in sealed_tables():
        counts[table.name] = Counter()
        for after, until in _slices(table, slice_rows):
            for column in table.columns:
                counts[table.name].update(_count(table, column, after, until))
    return counts


def reseal(
    *,
    on_values: Callable[[int], object] | None = None,
    batch_rows: int = BATCH_ROWS,
    slice_rows: int = SLICE_ROWS,
) -> Resealed:
    """Bring every value under the primary key, batch by batch; ``on_values`` hears how many each one was.

    May be killed and run again, and run beside anything else. Nobody waits for longer than a batch is
    written, and it waits for nobody: a row that somebody else is writing is come back to. A value that
    has changed since it was read is left as it is now.
    """
    done = Resealed()
    for table in sealed_tables():
        for number in range(PASSES):
            missed = 0
            if number:
                time.sleep(PAUSE_S)
            done.broken[table.name] = 0
            for rows in _stale(table, batch_rows=batch_rows, slice_rows=slice_rows):
                renewed = [again for row in rows if (again := _renewed(table, row)) is not None]
                done.broken[table.name] += len(rows) - len(renewed)
                written = _write(table, renewed)
                missed += len(renewed) - len(written)
                values = sum(row.changes for row in renewed if row.key in written)
                done.values += values
                if on_values is not None:
                    on_values(values)
            if not missed:
                break
    done.broken = +done.broken
    return done


@dataclass(frozen=True, kw_only=True)
class _Row:
    """A row as it was read and as it shall be; the values stand in the order of the table's columns."""

    key: UUID
    former: tuple[bytes, ...] = field(repr=False)
    renewed: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def changes(self) -> int:
        """How many of its values are sealed anew."""
        return sum(one != other for one, other in zip(self.former, self.renewed, strict=True))


def _slices(table: SealedTable, rows: int) -> Iterator[tuple[UUID | None, UUID | None]]:
    """Yield bounds of stretches of so many rows: beyond the first, up to the second; None bounds nothing."""
    after: UUID | None = None
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {table.key} FROM {table.name} "
                f"WHERE %(after)s::uuid IS NULL OR {table.key} > %(after)s "
                f"ORDER BY {table.key} OFFSET %(others)s LIMIT 1",
                {"after": after, "others": rows - 1},
            )
            found = cursor.fetchone()
        until: UUID | None = found[0] if found else None
        yield after, until
        if until is None:
            return
        after = until


def _count(table: SealedTable, column: str, after: UUID | None, until: UUID | None) -> Counter[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT get_byte({column}, 0), count(*) FROM {table.name} "
            f"WHERE {_within(table)} AND {column} <> ''::bytea GROUP BY 1",
            {"after": after, "until": until},
        )
        return Counter(dict(cursor.fetchall()))


def _stale(table: SealedTable, *, batch_rows: int, slice_rows: int) -> Iterator[list[_Row]]:
    """Yield the rows with a value under another key than the primary one, batch by batch; locks nothing."""
    is_stale = " OR ".join(
        f"substr({column}, 1, 1) NOT IN (''::bytea, %(primary)s)" for column in table.columns
    )
    for after, until in _slices(table, slice_rows):
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {table.key}, {', '.join(table.columns)} FROM {table.name} "
                f"WHERE {_within(table)} AND ({is_stale}) ORDER BY {table.key}",
                {"after": after, "until": until, "primary": bytes([sealing_ring().primary])},
            )
            found = cursor.fetchall()
        rows = [_Row(key=key, former=tuple(map(bytes, values))) for key, *values in found]
        for start in range(0, len(rows), batch_rows):
            yield rows[start : start + batch_rows]


def _renewed(table: SealedTable, row: _Row) -> _Row | None:
    """Return the row with all its values under the primary key; None if one of them does not open."""
    ring, values = sealing_ring(), []
    for column, blob in zip(table.columns, row.former, strict=True):
        context = table.context(column, row.key)
        try:
            is_stale = bool(blob) and ring.needs_reseal(blob)
            values.append(
                ring.seal(ring.unseal(blob, context=context), context=context) if is_stale else blob
            )
        except SealBroken:
            return None
    return replace(row, renewed=tuple(values))


def _write(table: SealedTable, rows: Sequence[_Row]) -> set[UUID]:
    """Write a batch in one statement; return the keys of the rows that were free and still as read."""
    if not rows:
        return set()
    old, new = [f"old_{column}" for column in table.columns], [f"new_{column}" for column in table.columns]
    unchanged = " AND ".join(f"t.{column} = v.old_{column}" for column in table.columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH v AS (
                SELECT * FROM unnest(%s::uuid[]{", %s::bytea[]" * len(old + new)})
                    AS v (key, {", ".join(old + new)})
            ), free AS (
                SELECT t.{table.key} AS key FROM {table.name} t JOIN v ON t.{table.key} = v.key
                WHERE {unchanged} ORDER BY 1 FOR NO KEY UPDATE OF t SKIP LOCKED
            )
            UPDATE {table.name} t SET {", ".join(f"{column} = v.new_{column}" for column in table.columns)}
            FROM v JOIN free USING (key) WHERE t.{table.key} = v.key AND {unchanged}
            RETURNING v.key
            """,
            [
                [row.key for row in rows],
                *(list(values) for values in zip(*(row.former for row in rows), strict=True)),
                *(list(values) for values in zip(*(row.renewed for row in rows), strict=True)),
            ],
        )
        return {key for (key,) in cursor.fetchall()}


def _within(table: SealedTable) -> str:
    return (
        f"(%(after)s::uuid IS NULL OR {table.key} > %(after)s) "
        f"AND (%(until)s::uuid IS NULL OR {table.key} <= %(until)s)"
    )
