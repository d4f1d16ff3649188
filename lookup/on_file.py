"""What is on file about one person: registry row, summary row, lock and feed ages, in one statement."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection

from healthcode.compact import decode_alerts, decode_doses, decode_naats, decode_orders
from healthcode.facts import Facts, FeedAges
from identity.identity_check import Registered, nobody
from identity.keyring import sealing_ring
from identity.masking import mask_name
from identity.models import name_context
from lookup.admission import Standing

Shown = TypeVar("Shown")


@dataclass(frozen=True, kw_only=True)
class OnFile:
    """Standing and facts of one person; of somebody unknown, an empty standing and empty facts."""

    standing: Standing
    facts: Facts
    masked_name: str | None = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class OnRegistry:
    """What a name and a face are compared with; of somebody unknown there is nothing."""

    registered: Registered | None
    born_on: date | None


SOME_BIRTH_DATE = date(1880, 1, 1)
"""In the facts of somebody whom neither the registry nor the number gives a birth date.

It discloses nothing: whom the registry does not know is admitted at no door, and a shut door tells no
age and no age band. Older than anybody, so that it is taken for nobody's.
"""

_SOME_NAATS = '[[1654822800, 1654866000, "N", 0]]'
_SOME_DOSES = '[["CORONAVAC", "2021-11-20", 1], ["CORONAVAC", "2021-12-18", 2]]'

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


def read(person_key: UUID, *, born_on: date | None) -> OnFile:
    """Return what is on file under a key.

    ``born_on`` is what the document number says: it stands in where the registry knows nobody. Where
    the number says nothing either, SOME_BIRTH_DATE does.
    """
    with connection.cursor() as cursor:
        cursor.execute(READ_STATEMENT, {"key": person_key})
        row = cursor.fetchone()
    return _as_on_file(row, person_key=person_key, born_on=born_on)


def registered(person_key: UUID) -> OnRegistry:
    """Return what the registry holds to compare with, still sealed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name_sealed, face_reference, born_on FROM identity_person"
            " WHERE person_key = %s AND NOT withdrawn",
            [person_key],
        )
        row = cursor.fetchone()
    if row is None:
        return OnRegistry(registered=None, born_on=None)
    name_sealed, face_reference, born_on = row
    held = Registered(person_key=person_key, name_sealed=bytes(name_sealed), face_reference=face_reference)
    return OnRegistry(registered=held, born_on=born_on)


def masked_name_of(person_key: UUID) -> str | None:
    """Return the masked name of somebody in the registry, or None."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name_sealed FROM identity_person WHERE person_key = %s AND NOT withdrawn", [person_key]
        )
        row = cursor.fetchone()
    return None if row is None else masked(row[0], person_key)


def _as_on_file(row: tuple[Any, ...], *, person_key: UUID, born_on: date | None) -> OnFile:
    name_sealed, registered_born_on, registered_at, died_on, has_face, *sections, in_review, locked = row[:11]
    naats, doses, orders, alerts = sections
    registry_as_of, tests_as_of, doses_as_of, orders_as_of = (_to_the_second(as_of) for as_of in row[11:])
    standing = Standing(
        in_registry=name_sealed is not None,
        died_on=died_on,
        registered_at=_to_the_second(registered_at),
        has_face_reference=bool(has_face),
        locked=locked,
    )
    facts = Facts(
        born_on=registered_born_on or born_on or SOME_BIRTH_DATE,
        naats=_decoded(naats, decode_naats, stand_in=_SOME_NAATS),
        doses=_decoded(doses, decode_doses, stand_in=_SOME_DOSES),
        orders=_decoded(orders, decode_orders, stand_in="[]"),
        alerts=_decoded(alerts, decode_alerts, stand_in="[]"),
        feeds=FeedAges(registry=registry_as_of, tests=tests_as_of, doses=doses_as_of, orders=orders_as_of),
        record_in_review=in_review,
    )
    masked_name = _masked_or_none(name_sealed, person_key)
    return OnFile(standing=standing, facts=facts, masked_name=masked_name)


def _to_the_second(instant: datetime | None) -> datetime | None:
    """Return an instant as the audit row can hold it, so that a replay decides from the very same."""
    return None if instant is None else instant.replace(microsecond=0)


def _decoded(section: Any, decode: Callable[[Any], tuple[Shown, ...]], *, stand_in: str) -> tuple[Shown, ...]:
    """Return a section of the summary; where there is none, do the same work for nothing.

    Otherwise the clock would tell who is in no record (docs/security.md, 4).
    """
    # The raw cursor hands jsonb over as text; Django's JSONField would parse it.
    decoded = decode(json.loads(stand_in if section is None else section))
    return () if section is None else decoded


def _masked_or_none(sealed: Any, person_key: UUID) -> str | None:
    if sealed is None:
        masked(nobody().name_sealed, nobody().person_key)
        return None
    return masked(sealed, person_key)


def masked(sealed: Any, person_key: UUID) -> str:
    """Return the mask of a person's sealed name."""
    return mask_name(sealing_ring().unseal(bytes(sealed), context=name_context(person_key)))
