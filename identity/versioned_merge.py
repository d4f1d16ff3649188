"""How a page of versioned records enters a table: staged by COPY, judged by version, written as one set.

The newest version of a record wins, whatever the order of arrival; the same version with other
content is never written. `identity.registry` and `records.merge` say which tables there are.
Source: docs/domain.md, 6 (Versions); docs/architecture.md, decision 9.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

VERSION_COLUMNS = ("record_id", "version", "digest", "withdrawn")
"""What every record brings beside its content."""

_NULL = r"\N"
_LINES_AT_ONCE = 1000
_ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


class Outcome(StrEnum):
    """What became of one row of a page."""

    APPLIED = "APPLIED"
    DUPLICATE = "DUPLICATE"
    SUPERSEDED = "SUPERSEDED"
    OTHER_CONTENT = "OTHER_CONTENT"
    """The version is known with other content."""
    OTHER_RECORD = "OTHER_RECORD"
    """What the row is about already has a record, under another id or from another source."""


@dataclass(frozen=True, kw_only=True)
class VersionedTable:
    """A table of versioned records, and the columns that a page brings for it.

    ``key`` names a record within its source. With ``shared`` it names what the record is about
    instead, and all sources share the row: one document is one person.
    """

    name: str
    key: tuple[str, ...]
    content: tuple[str, ...]
    arbiter: str
    """The ON CONFLICT target that finds the row of a record."""
    carried: tuple[str, ...] = ()
    """Columns whose former value the judged page keeps, as old_<column>."""
    kept: tuple[str, ...] = ()
    """Columns that a later version does not overwrite."""
    computed: Mapping[str, str] = field(default_factory=dict)
    """Columns set to an SQL expression whenever a version is written."""
    shared: bool = False
    day: str = ""
    """The column of the key by which the table is partitioned, if it is."""

    @property
    def columns(self) -> tuple[str, ...]:
        return (*VERSION_COLUMNS, *self.content)


def copy_line(values: Iterable[object]) -> str:
    """Return values as one line of COPY's text format, without its end."""
    return "\t".join([_copy_value(value) for value in values])


def stage(cursor: Any, table: VersionedTable, lines: Sequence[str], *, marks: Sequence[str] = ()) -> None:
    """Load lines of ``copy_line(table.columns)`` into the temporary table page_staged, numbered from 0.

    ``marks`` are those of the names in the lines (``name_marks``), "" where there is none.
    """
    columns = ", ".join(table.columns)
    cursor.execute(
        f"CREATE TEMPORARY TABLE page_staged ON COMMIT DROP AS "
        f"SELECT 0 AS ordinal, {columns}{', digest AS name_mark' if marks else ''} "
        f"FROM {table.name} WITH NO DATA"
    )
    if marks:
        columns += ", name_mark"
    cursor.copy_expert(f"COPY page_staged (ordinal, {columns}) FROM STDIN", _Numbered(lines, marks))


def are_all_new(cursor: Any, table: VersionedTable, lines: Sequence[str], *, source: str) -> bool:
    """Tell whether no staged row has a record yet, here or in the same page: the plain day of a feed."""
    if table.shared or len({line.partition("\t")[0] for line in lines}) < len(lines):
        return False
    match = " AND ".join(f"e.{column} = s.{column}" for column in table.key)
    # One look into the index for each row: without statistics of the page, the planner would guess.
    cursor.execute(
        f"SELECT EXISTS (SELECT FROM page_staged s CROSS JOIN LATERAL (SELECT FROM {table.name} e "
        f"WHERE e.source = %(source)s AND {match}{_days_condition(table)} LIMIT 1) held)",
        {"source": source, "days": _days(cursor, table)},
    )
    return not cursor.fetchone()[0]


def write_new(cursor: Any, table: VersionedTable, *, source: str, at: datetime) -> None:
    """Write the staged rows, of which ``are_all_new`` is true, and show them as page_judged, all APPLIED."""
    columns = ", ".join(table.columns)
    cursor.execute(
        f"INSERT INTO {table.name} ({', '.join(('source', 'synced_at', *table.columns, *table.computed))}) "
        f"SELECT {', '.join(('%(source)s', '%(at)s', columns, *table.computed.values()))} FROM page_staged",
        {"source": source, "at": at},
    )
    carried = "".join(f", CASE WHEN FALSE THEN {column} END AS old_{column}" for column in table.carried)
    cursor.execute(
        f"CREATE TEMPORARY VIEW page_judged AS SELECT *{carried}, 'APPLIED'::text AS outcome FROM page_staged"
    )


def judge(cursor: Any, table: VersionedTable, *, source: str) -> None:
    """Give each staged row its outcome, in the temporary table page_judged.

    The first row to arrive holds its version. Nobody else may write this source's rows meanwhile:
    the caller holds a lock.
    """
    cursor.execute("ANALYZE page_staged")
    cursor.execute(_judge_sql(table), {"source": source, "days": _days(cursor, table)})
    cursor.execute("ANALYZE page_judged")


def write(cursor: Any, table: VersionedTable, *, source: str, at: datetime) -> None:
    """Write the rows judged APPLIED; they replace the former version."""
    overwritten = [column for column in table.columns if column not in (*table.key, *table.kept)]
    changes = [f"{column} = excluded.{column}" for column in ("source", "synced_at", *overwritten)]
    changes += [f"{column} = {expression}" for column, expression in table.computed.items()]
    columns = ", ".join(table.columns)
    cursor.execute(
        f"INSERT INTO {table.name} ({', '.join(('source', 'synced_at', *table.columns, *table.computed))}) "
        f"SELECT {', '.join(('%(source)s', '%(at)s', columns, *table.computed.values()))} "
        f"FROM page_judged WHERE outcome = 'APPLIED' ORDER BY {', '.join(table.key)} "
        f"ON CONFLICT {table.arbiter} DO UPDATE SET {', '.join(changes)}",
        {"source": source, "at": at},
    )


def outcomes(cursor: Any) -> Counter[Outcome]:
    """Count the judged rows by outcome."""
    cursor.execute("SELECT outcome, count(*) FROM page_judged GROUP BY outcome")
    return Counter({Outcome(outcome): count for outcome, count in cursor.fetchall()})


def refused(cursor: Any) -> list[tuple[int, Outcome]]:
    """Return ordinal and outcome of the judged rows that belong in quarantine, in order."""
    cursor.execute(
        "SELECT ordinal, outcome FROM page_judged "
        "WHERE outcome IN ('OTHER_CONTENT', 'OTHER_RECORD') ORDER BY ordinal"
    )
    return [(ordinal, Outcome(outcome)) for ordinal, outcome in cursor.fetchall()]


def drop(cursor: Any) -> None:
    """Drop what a page left behind, so that the transaction may merge another one."""
    cursor.execute("DROP TABLE page_staged CASCADE; DROP TABLE IF EXISTS page_judged")


class _Numbered:
    """Lines as COPY reads them, numbered from 0, a thousand at a time: a page is never held twice."""

    def __init__(self, lines: Sequence[str], marks: Sequence[str]) -> None:
        self._lines, self._marks, self._begun = lines, marks, 0

    def read(self, _size: int = -1) -> bytes:
        """Return the next lines, whatever size is asked for; nothing at the end."""
        begin, self._begun = self._begun, self._begun + _LINES_AT_ONCE
        lines = enumerate(self._lines[begin : self._begun], begin)
        if not self._marks:
            return "".join([f"{place}\t{line}\n" for place, line in lines]).encode()
        marks = self._marks[begin : self._begun]
        marked = zip(lines, marks, strict=True)
        return "".join([f"{place}\t{line}\t{mark or _NULL}\n" for (place, line), mark in marked]).encode()


def _days(cursor: Any, table: VersionedTable) -> list[date]:
    """Return the days of the staged rows: named one by one, they leave the planner few partitions."""
    if not table.day:
        return []
    cursor.execute(f"SELECT DISTINCT {table.day} FROM page_staged")
    return [day for (day,) in cursor.fetchall()]


def _days_condition(table: VersionedTable) -> str:
    return f" AND e.{table.day} = ANY(%(days)s::date[])" if table.day else ""


def _judge_sql(table: VersionedTable) -> str:
    key = ", ".join(f"s.{column}" for column in table.key)
    match = " AND ".join(f"e.{column} = s.{column}" for column in table.key)
    carried = "".join(f", e.{column} AS old_{column}" for column in table.carried)
    same_record = "e.source = %(source)s AND e.record_id = s.record_id"
    rival = "FALSE"
    if table.shared:
        rival = (
            f"(NOT e.withdrawn AND NOT ({same_record})) IS TRUE OR s.record_id <> first_value(s.record_id) "
            f"OVER (PARTITION BY {key} ORDER BY ({same_record}) IS TRUE DESC, s.ordinal)"
        )
    else:
        match = f"e.source = %(source)s AND {match}{_days_condition(table)}"
    return f"""
        CREATE TEMPORARY TABLE page_judged ON COMMIT DROP AS
        SELECT *,
            CASE
                WHEN rival THEN 'OTHER_RECORD'
                -- Which content such a version held is not known any more, and does not matter.
                WHEN version < old_version THEN 'SUPERSEDED'
                WHEN digest <> held_digest THEN 'OTHER_CONTENT'
                WHEN place > 1 OR version = old_version THEN 'DUPLICATE'
                WHEN version < newest THEN 'SUPERSEDED'
                ELSE 'APPLIED'
            END AS outcome
        FROM (
            SELECT s.*{carried}, {rival} AS rival,
                CASE WHEN {same_record} THEN e.version END AS old_version,
                CASE WHEN {same_record} AND e.version = s.version THEN e.digest
                     ELSE first_value(s.digest) OVER same_version END AS held_digest,
                row_number() OVER same_version AS place,
                max(s.version) OVER (PARTITION BY {key}, s.record_id) AS newest
            FROM page_staged s LEFT JOIN {table.name} e ON {match}
            WINDOW same_version AS (PARTITION BY {key}, s.record_id, s.version ORDER BY s.ordinal)
        ) compared
    """


def _copy_value(value: object) -> str:
    match value:
        case None:
            return _NULL
        case str():
            return value.translate(_ESCAPED)
        case bool():
            return "t" if value else "f"
        case int() | UUID():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case bytes():
            return rf"\\x{value.hex()}"
        case _:
            raise TypeError(f"no column holds a {type(value).__name__}")
