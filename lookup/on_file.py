"""What is on file about one person: registry row, summary row, lock and feed ages, in one statement."""

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from healthcode.compact import decode_alerts, decode_doses, decode_naats, decode_orders
from healthcode.facts import Facts, FeedAges
from identity.keyring import sealing_ring
from identity.masking import mask_name
from identity.models import name_context
from lookup.admission import Standing


@dataclass(frozen=True, kw_only=True)
class OnFile:
    """Standing and facts of one person; of somebody unknown, an empty standing and empty facts."""

    standing: Standing
    facts: Facts
    masked_name: str | None = field(repr=False)


# The oldest source of a feed speaks for it: one silent laboratory makes the tests old.
READ_STATEMENT = """
SELECT p.name_sealed, p.born_on, p.registered_at, p.died_on, p.face_reference <> '',
       s.naats, s.doses, s.orders, s.alerts, COALESCE(s.record_in_review, false),
       l.subject_key IS NOT NULL,
       ages.registry, ages.tests, ages.doses, ages.orders
  FROM (SELECT min(as_of) FILTER (WHERE kind IN ('registry', 'kinship')) AS registry,
               min(as_of) FILTER (WHERE kind IN ('tests', 'tubes')) AS tests,
               min(as_of) FILTER (WHERE kind = 'doses') AS doses,
               min(as_of) FILTER (WHERE kind IN ('orders', 'alerts')) AS orders
          FROM records_source WHERE counts_for_freshness) ages
  LEFT JOIN identity_person p ON p.person_key = %(key)s AND NOT p.withdrawn
  LEFT JOIN records_summary s ON s.person_key = %(key)s
  LEFT JOIN lookup_accesslock l ON l.subject_key = %(key)s
"""


def read(person_key: UUID, *, born_on: date) -> OnFile:
    """Return what is on file under a key.

    ``born_on`` is what the document number says: it stands in where the registry knows nobody.
    """
    with connection.cursor() as cursor:
        cursor.execute(READ_STATEMENT, {"key": person_key})
        row = cursor.fetchone()
    return _as_on_file(row, person_key=person_key, born_on=born_on)


def masked_name_of(person_key: UUID) -> str | None:
    """Return the masked name of somebody in the registry, or None."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name_sealed FROM identity_person WHERE person_key = %s AND NOT withdrawn", [person_key]
        )
        row = cursor.fetchone()
    return None if row is None else _masked(row[0], person_key)


def _as_on_file(row: tuple[Any, ...], *, person_key: UUID, born_on: date) -> OnFile:
    name_sealed, registered_born_on, registered_at, died_on, has_face, *sections, in_review, locked = row[:11]
    naats, doses, orders, alerts = (_parsed(section) for section in sections)
    registry_as_of, tests_as_of, doses_as_of, orders_as_of = row[11:]
    standing = Standing(
        in_registry=name_sealed is not None,
        died_on=died_on,
        registered_at=registered_at,
        has_face_reference=bool(has_face),
        locked=locked,
    )
    facts = Facts(
        born_on=registered_born_on or born_on,
        naats=decode_naats(naats),
        doses=decode_doses(doses),
        orders=decode_orders(orders),
        alerts=decode_alerts(alerts),
        feeds=FeedAges(registry=registry_as_of, tests=tests_as_of, doses=doses_as_of, orders=orders_as_of),
        record_in_review=in_review,
    )
    masked_name = None if name_sealed is None else _masked(name_sealed, person_key)
    return OnFile(standing=standing, facts=facts, masked_name=masked_name)


def _parsed(section: Any) -> list[Any]:
    # The raw cursor hands jsonb over as text; Django's JSONField would parse it.
    if section is None:
        return []
    parsed: list[Any] = json.loads(section) if isinstance(section, str) else section
    return parsed


def _masked(sealed: Any, person_key: UUID) -> str:
    return mask_name(sealing_ring().unseal(bytes(sealed), context=name_context(person_key)))
