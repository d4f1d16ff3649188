"""Whom a check is about, as the statements read it: standing, facts, masked name, and the facts as text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import orjson

from healthcode.compact import decode_alerts, decode_doses, decode_naats, decode_orders, facts_as_text
from healthcode.facts import Facts, FeedAges
from lookup.admission import Standing
from lookup.on_file import SOME_BIRTH_DATE, OnFile, masked

Shown = TypeVar("Shown")


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """Somebody on file, and the facts in the compact form in which the audit row keeps them."""

    on_file: OnFile
    facts_text: str = field(repr=False)


def subject_in(row: Sequence[Any], *, person_key: UUID, born_on: date | None, feeds: FeedAges) -> Subject:
    """Return whom a row is about (lookup.gates.statements); ``born_on`` is what the document number says."""
    name_sealed, registered_born_on, registered_at, died_on, has_face, locked, *sections, in_review = row
    naats, doses, orders, alerts = sections
    born_on = registered_born_on or born_on or SOME_BIRTH_DATE
    facts = Facts(
        born_on=born_on,
        naats=_decoded(naats, decode_naats),
        doses=_decoded(doses, decode_doses),
        orders=_decoded(orders, decode_orders),
        alerts=_decoded(alerts, decode_alerts),
        feeds=feeds,
        record_in_review=in_review,
    )
    standing = Standing(
        in_registry=name_sealed is not None,
        died_on=died_on,
        registered_at=registered_at,
        has_face_reference=bool(has_face),
        locked=locked,
    )
    name = None if name_sealed is None else masked(name_sealed, person_key)
    text = facts_as_text(
        born_on,
        naats=naats,
        doses=doses,
        orders=orders,
        alerts=alerts,
        feeds=feeds,
        record_in_review=in_review,
    )
    return Subject(on_file=OnFile(standing=standing, facts=facts, masked_name=name), facts_text=text)


def _decoded(section: str | None, decode: Callable[[Any], tuple[Shown, ...]]) -> tuple[Shown, ...]:
    # Unlike a citizen's question: a gate is told who is in no record, so the time may show it.
    return () if section is None or section == "[]" else decode(orjson.loads(section))
