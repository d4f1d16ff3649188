"""Whether the names in a page are the registry's: compared by their keyed marks, within one statement.

Source: docs/feed.md, 6; docs/security.md, 6.
"""

from typing import Any

import structlog

from identity.keyring import name_marks, sealing_ring
from identity.models import name_context
from identity.sealed import SealBroken

# One look into the index for each row: without statistics of the page, the planner would guess.
_DIFFERING = """
    SELECT s.ordinal, s.person_key::text, s.name_mark::text, registered.name_mark IS NULL
    FROM page_staged s CROSS JOIN LATERAL (
        SELECT p.name_mark FROM identity_person p
        WHERE p.person_key = s.person_key AND NOT p.withdrawn LIMIT 1
    ) registered
    WHERE s.name_mark <> registered.name_mark OR s.name_mark IS NOT NULL AND registered.name_mark IS NULL
"""
_SEALED = "SELECT person_key::text, name_sealed FROM identity_person WHERE person_key = ANY(%s::uuid[])"
_log = structlog.get_logger(__name__)


def contradicting(cursor: Any) -> tuple[int, ...]:
    """Return the places of the staged rows whose name is another one than the registry's.

    A row without a name, and one about somebody whom the registry does not know, contradict nothing.
    """
    cursor.execute(_DIFFERING)
    differing = cursor.fetchall()
    unmarked = _marks_of_sealed(cursor, {key for _, key, _, is_unmarked in differing if is_unmarked})
    return tuple(
        sorted(
            ordinal
            for ordinal, key, mark, is_unmarked in differing
            if not is_unmarked or unmarked.get(key, mark) != mark
        )
    )


def _marks_of_sealed(cursor: Any, people: set[str]) -> dict[str, str]:
    """Return the marks of people who have none yet, from their names."""
    if not people:
        return {}
    cursor.execute(_SEALED, [list(people)])
    marks, ring = name_marks(), sealing_ring()
    found = {}
    for key, sealed in cursor.fetchall():
        try:
            found[key] = str(marks.mark_of(key, ring.unseal(sealed, context=name_context(key))))
        except SealBroken:
            # One damaged name must not stop a feed; whoever asks about the person finds it.
            _log.error("registered_name_not_opened")
    return found
