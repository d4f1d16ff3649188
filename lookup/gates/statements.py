"""The checkpoint's statements: read people and codes, append audit rows, and what a process keeps a moment.

Each is written once, with ``$1``. The hot path prepares it on connections of its own; everywhere else it
runs on Django's.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from django.db import connection

from lookup.models import PolicyRevision

Row = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """One statement by its name; constant text, values only as parameters."""

    name: str
    sql: str


class Run(Protocol):
    """Runs a statement with its values, by itself a transaction, and returns its rows."""

    def __call__(self, statement: Statement, *values: Any) -> list[Row]: ...


_PERSON_COLUMNS = """
       p.name_sealed, p.born_on, p.registered_at, p.died_on, p.face_reference <> '',
       l.subject_key IS NOT NULL, s.naats::text, s.doses::text, s.orders::text, s.alerts::text,
       COALESCE(s.record_in_review, false)"""
_PERSON_JOINS = """
  LEFT JOIN identity_person p ON p.person_key = asked.key AND NOT p.withdrawn
  LEFT JOIN records_summary s ON s.person_key = asked.key
  LEFT JOIN lookup_accesslock l ON l.subject_key = asked.key"""

READ_ONE = Statement(
    name="gate_read_one",
    sql=f"SELECT {_PERSON_COLUMNS} FROM (SELECT $1::uuid AS key) asked {_PERSON_JOINS}",
)

READ_ONE_CODE = Statement(
    name="gate_read_one_code",
    sql=f"""
SELECT asked.key, asked.voided_at, asked.used_site_id, {_PERSON_COLUMNS}
  FROM (SELECT c.subject_key AS key, c.voided_at, c.used_site_id
          FROM (SELECT $1::uuid AS code_id) given
          LEFT JOIN lookup_rotatingcode c ON c.id = given.code_id) asked {_PERSON_JOINS}""",
)

# Either a key or the id of a code stands at each place; the code says whom it is about. Of a key that was
# given, nothing is said again: to read it back costs as much as the rest of the row.
READ_MANY = Statement(
    name="gate_read_many",
    sql=f"""
SELECT asked.of_code, asked.voided_at, asked.used_site_id, {_PERSON_COLUMNS}
  FROM (SELECT COALESCE(given.key, c.subject_key) AS key, c.subject_key AS of_code, c.voided_at,
               c.used_site_id, place
          FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS given (key, code_id, place)
          LEFT JOIN lookup_rotatingcode c ON c.id = given.code_id) asked {_PERSON_JOINS}
 ORDER BY asked.place""",
)

_COLUMNS = {
    "id": "uuid",
    "asked_on": "date",
    "asked_at": "timestamptz",
    "door": "text",
    "proof": "text",
    "device_id": "uuid",
    "key_prefix": "text",
    "staff_ref": "text",
    "subject_key": "uuid",
    "code_id": "uuid",
    "outcome": "text",
    "refusal": "text",
    "status": "text",
    "shown_status": "text",
    "reasons": "jsonb",
    "facts": "jsonb",
    "standing": "jsonb",
    "policy": "text",
    "rules": "text",
    "closes_at": "timestamptz",
    "entry_verdict": "text",
    "entry_days": "smallint",
}
COLUMNS = tuple(_COLUMNS)
_NAMES = ", ".join(_COLUMNS)
_NUMBERS = ", ".join(f"${place}" for place in range(1, len(_COLUMNS) + 1))
_TYPED = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())

# One row by itself: reading it from JSON would take PostgreSQL longer than writing it.
APPEND_ONE = Statement(
    name="gate_append_one",
    sql=f"INSERT INTO lookup_lookup ({_NAMES}) VALUES ({_NUMBERS})",
)

# Rows as one JSON text: one value to send and to parse, however many rows there are.
APPEND = Statement(
    name="gate_append",
    sql=f"""
INSERT INTO lookup_lookup ({_NAMES}) SELECT {_NAMES} FROM json_to_recordset($1::json) AS rows ({_TYPED})""",
)

# A code's first use is claimed in the statement that writes its row: where two sites have read it as unused,
# one of them gets no row here, and judges again. Codes are locked in one order, so that no two calls wait for
# each other.
APPEND_WITH_CODES = Statement(
    name="gate_append_with_codes",
    sql=f"""
WITH rows AS (
  SELECT {_NAMES}, COALESCE(use, '') AS use, site_id
    FROM json_to_recordset($1::json) AS rows ({_TYPED}, use text, site_id uuid)
), locked AS (
  SELECT c.id FROM lookup_rotatingcode c
   WHERE c.id IN (SELECT code_id FROM rows WHERE use <> '') ORDER BY c.id FOR UPDATE
), first AS (
  UPDATE lookup_rotatingcode c
     SET used_at = COALESCE(c.used_at, claim.asked_at), used_site_id = COALESCE(c.used_site_id, claim.site_id)
    FROM (SELECT DISTINCT ON (code_id) code_id, asked_at, site_id FROM rows
           WHERE use = 'FIRST' ORDER BY code_id, asked_at, id) claim
   WHERE c.id = claim.code_id AND c.id IN (SELECT id FROM locked)
     AND (c.used_site_id IS NULL OR c.used_site_id = claim.site_id)
  RETURNING c.id, claim.site_id
), elsewhere AS (
  UPDATE lookup_rotatingcode c
     SET reused_at = COALESCE(c.reused_at, again.asked_at),
         reused_site_id = COALESCE(c.reused_site_id, again.site_id)
    FROM (SELECT DISTINCT ON (code_id) code_id, asked_at, site_id FROM rows
           WHERE use = 'ELSEWHERE' ORDER BY code_id, asked_at, id) again
   WHERE c.id = again.code_id AND c.id IN (SELECT id FROM locked)
)
INSERT INTO lookup_lookup ({_NAMES}) SELECT {_NAMES} FROM rows
 WHERE use <> 'FIRST' OR (code_id, site_id) IN (SELECT id, site_id FROM first)
RETURNING id""",
)

KEY = Statement(
    name="gate_key",
    sql="""
SELECT k.hashed_key, k.starts_at, k.expiry_date, k.scopes, d.id, d.checks_per_minute,
       s.id, s.pseudonym_salt, s.entry_rule, s.entry_days
  FROM lookup_devicekey k JOIN lookup_device d ON d.id = k.device_id JOIN lookup_site s ON s.id = d.site_id
 WHERE k.prefix = $1 AND NOT k.revoked""",
)

POLICY_FIELDS = tuple(field.attname for field in PolicyRevision._meta.concrete_fields)
POLICIES = Statement(
    name="gate_policies",
    sql=f"SELECT {', '.join(POLICY_FIELDS)} FROM lookup_policyrevision ORDER BY in_force_from DESC",
)

# The oldest source of a feed speaks for it: one silent laboratory makes the tests old.
AGES = Statement(
    name="gate_ages",
    sql="""
SELECT min(as_of) FILTER (WHERE kind IN ('registry', 'kinship')),
       min(as_of) FILTER (WHERE kind IN ('tests', 'tubes')),
       min(as_of) FILTER (WHERE kind = 'doses'),
       min(as_of) FILTER (WHERE kind IN ('orders', 'alerts'))
  FROM records_source WHERE counts_for_freshness""",
)


def run_on_django(statement: Statement, *values: Any) -> list[Row]:
    """Run a statement on Django's connection of this thread: for the twin of the hot path."""
    with connection.cursor() as cursor:
        cursor.execute(_named(statement.sql), {f"p{n}": value for n, value in enumerate(values, start=1)})
        return cursor.fetchall() if cursor.description else []


@cache
def _named(sql: str) -> str:
    return re.sub(r"\$(\d+)", r"%(p\1)s", sql)
