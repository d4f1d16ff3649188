"""Marks for the names that came into the registry before there were marks.

Each row says by itself whether it is done, so a run that was killed is simply started again. Until
then such a name is opened whenever a record comes about the person. Source: docs/operations.md, 7.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from identity.keyring import name_marks, sealing_ring
from identity.models import name_context
from identity.sealed import SealBroken

BATCH_ROWS = 1000

_UNMARKED = """
    SELECT person_key, name_sealed FROM identity_person
    WHERE name_mark IS NULL AND (%(after)s::uuid IS NULL OR person_key > %(after)s)
    ORDER BY person_key LIMIT %(rows)s
"""
# Only beside the name that was read: somebody else may have written another one meanwhile.
_MARK = """
    UPDATE identity_person p SET name_mark = new.mark
    FROM unnest(%(keys)s::uuid[], %(sealed)s::bytea[], %(marks)s::uuid[]) AS new(key, sealed, mark)
    WHERE p.person_key = new.key AND p.name_sealed = new.sealed AND p.name_mark IS NULL
"""


@dataclass(kw_only=True)
class Marked:
    """What a run has done: rows marked, and rows whose name no key opens."""

    rows: int = 0
    broken: int = 0


def mark_names(*, on_rows: Callable[[int], object] | None = None, batch_rows: int = BATCH_ROWS) -> Marked:
    """Mark every name that has no mark, batch by batch; ``on_rows`` hears how many each one was.

    May be killed and run again, and run beside anything else.
    """
    done, after = Marked(), None
    while rows := _unmarked(after, batch_rows):
        after = rows[-1][0]
        opened = [(key, sealed, name) for key, sealed in rows if (name := _opened(key, sealed)) is not None]
        done.broken += len(rows) - len(opened)
        done.rows += _mark(opened)
        if on_rows is not None:
            on_rows(len(rows))
    return done


def count_unmarked() -> int:
    """Return how many names have no mark."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM identity_person WHERE name_mark IS NULL")
        unmarked: int = cursor.fetchone()[0]
    return unmarked


def _unmarked(after: UUID | None, rows: int) -> list[tuple[UUID, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute(_UNMARKED, {"after": after, "rows": rows})
        return [(key, bytes(sealed)) for key, sealed in cursor.fetchall()]


def _opened(key: UUID, sealed: bytes) -> str | None:
    try:
        return sealing_ring().unseal(sealed, context=name_context(key))
    except SealBroken:
        return None


def _mark(opened: list[tuple[UUID, bytes, str]]) -> int:
    marks = name_marks()
    with connection.cursor() as cursor:
        cursor.execute(
            _MARK,
            {
                "keys": [key for key, _, _ in opened],
                "sealed": [sealed for _, sealed, _ in opened],
                "marks": [marks.mark_of(key, name) for key, _, name in opened],
            },
        )
        marked: int = cursor.rowcount
    return marked
