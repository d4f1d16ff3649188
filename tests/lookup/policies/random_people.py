"""People by chance, written into the tables as the sync would leave them, and told of one by one.

Times lie near every border that a rule knows: midnights, 06:00, the clock itself, five minutes after it.
"""

import random
from collections import Counter
from datetime import date, datetime, timedelta

from django.db import connection

from civil_time import civil_date, latest_birth_for_age, start_of
from healthcode.facts import (
    Alert,
    AlertCause,
    AlertKind,
    Dose,
    Facts,
    FeedAges,
    Naat,
    NaatResult,
    Order,
    OrderKind,
    VaccineProduct,
)
from identity.document import Document, DocumentType
from identity.models import User
from lookup import on_file
from lookup.models import AccessLock, PolicyInForce
from lookup.policies.cohorts import BANDS
from lookup.policies.dry_run import Moved, move_of
from lookup.policies.judging import told_at_doors
from lookup.policies.population import PeopleAlike
from records.models import Source
from tests.makers import make_account, make_document, make_person, make_summary

_AGES = (0, 2, 3, 4, 11, 12, 15, 16, 17, 18, 40, 59, 60, 61, 79, 80, 95)


def write_people(number: int, *, at: datetime, seed: int) -> None:
    """Write up to 999 people by chance, each with a person row and, mostly, a summary."""
    draw, neighbour = random.Random(seed), make_account(at=at)
    for kind in ("registry", "tests", "doses", "orders"):
        Source.objects.create(name=f"source of {kind}", kind=kind, as_of=at)
    for sequence in range(number):
        _write_one(draw, sequence, neighbour, at=at)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE identity_person, records_summary")


def read_everybody(*, at: datetime) -> list[tuple[str, PeopleAlike]]:
    """Read the file of every single person, as an answer would; with the type of document."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_key, born_on, document_type FROM identity_person WHERE NOT withdrawn")
        rows = cursor.fetchall()
    everybody = []
    for key, born_on, document_type in rows:
        file = on_file.read(key, born_on=born_on)
        age_from = max(
            (age for age in BANDS if born_on <= latest_birth_for_age(age, civil_date(at))), default=0
        )
        alone = PeopleAlike(age_from=age_from, facts=file.facts, standing=file.standing, shares=())
        everybody.append((document_type, alone))
    return everybody


def one_by_one(
    everybody: list[tuple[str, PeopleAlike]], before: PolicyInForce, after: PolicyInForce, *, at: datetime
) -> Counter[Moved]:
    """Count as the dry run does, but judge every single person."""
    groups: Counter[Moved] = Counter()
    for document_type, alone in everybody:
        told, would_be = (told_at_doors(alone, policy, at=at) for policy in (before, after))
        groups.update(
            Moved(door, alone.age_from, document_type, "", *move_of(told[door], would_be[door]))
            for door in told
        )
    return groups


def _write_one(draw: random.Random, sequence: int, neighbour: User, *, at: datetime) -> None:
    document = make_document(_born_on(draw, at=at), sequence=sequence + 1)
    registered_at = draw.choice([None, at - timedelta(days=30), _near(draw, at=at)])
    died_on = draw.choice([None] * 12 + [civil_date(at) + timedelta(days=days) for days in (-1, 0, 1)])
    person = make_person(
        document,
        at=at,
        has_face=draw.random() < 0.6,
        registered_at=registered_at,
        died_on=died_on and max(died_on, _born(document)),
        document_type=draw.choice([type.value for type in DocumentType]),
        withdrawn=draw.random() < 0.03,
    )
    if draw.random() < 0.03:
        AccessLock.objects.create(subject_key=person.person_key, locked_at=at, locked_by=neighbour)
    if draw.random() < 0.9:
        make_summary(person.person_key, _facts(draw, person.born_on, at=at), at=at)


def _born(document: Document) -> date:
    assert document.born_on is not None
    return document.born_on


def _born_on(draw: random.Random, *, at: datetime) -> date:
    border = latest_birth_for_age(draw.choice(_AGES), civil_date(at))
    return border + timedelta(days=draw.choice((-200, -30, -1, 0, 0, 1, 30)))


def _facts(draw: random.Random, born_on: date, *, at: datetime) -> Facts:
    is_plain = draw.random() < 0.7
    return Facts(
        born_on=born_on,
        feeds=FeedAges(registry=at, tests=at, doses=at, orders=at),
        naats=tuple(_naat(draw, is_plain, at=at) for _ in range(draw.choice((0, 1, 1, 1, 2, 2, 3)))),
        doses=tuple(_dose(draw, at=at) for _ in range(draw.choice((0, 1, 2, 3)))),
        orders=() if is_plain else tuple(_order(draw, at=at) for _ in range(draw.choice((0, 0, 1, 2)))),
        alerts=() if is_plain else tuple(_alert(draw, at=at) for _ in range(draw.choice((0, 1, 2)))),
        record_in_review=draw.random() < 0.05,
    )


def _near(draw: random.Random, *, at: datetime) -> datetime:
    """Return an instant of the days around the clock, often exactly on a border."""
    day = start_of(civil_date(at) - timedelta(days=draw.choice((-1, 0, 0, 1, 2, 3, 4, 5, 7, 8, 9, 14, 60))))
    border = draw.choice(
        [
            day,
            day + timedelta(hours=6),
            day + timedelta(hours=draw.randrange(24)),
            at,
            at + timedelta(minutes=5),
            at - timedelta(days=draw.choice((7, 14, 21))),
        ]
    )
    return (border + timedelta(seconds=draw.choice((-1, 0, 0, 1)))).replace(microsecond=0)


def _naat(draw: random.Random, is_plain: bool, *, at: datetime) -> Naat:
    collected = _near(draw, at=at)
    issued = collected + timedelta(hours=draw.choice((0, 3, 8, 14, 30)))
    if not is_plain and draw.random() < 0.2:
        return Naat(collected_at=collected, issued_at=None, result=None, pooled=draw.random() < 0.5)
    results = [NaatResult.NOT_DETECTED] if is_plain else list(NaatResult)
    return Naat(
        collected_at=None if draw.random() < 0.15 else collected,
        issued_at=issued,
        result=draw.choice(results),
        pooled=draw.random() < 0.4,
    )


def _dose(draw: random.Random, *, at: datetime) -> Dose:
    days = draw.choice((-1, 0, 1, 30, 200))
    return Dose(
        product=draw.choice(list(VaccineProduct)),
        administered_on=civil_date(at) - timedelta(days=days),
        dose_number=1,
    )


def _order(draw: random.Random, *, at: datetime) -> Order:
    begins = _near(draw, at=at)
    return Order(
        kind=draw.choice(list(OrderKind)),
        authority="District centre",
        reference=f"R-{draw.random()}",
        contact="the community",
        in_force_from=begins,
        in_force_until=begins + timedelta(days=draw.choice((3, 7, 14))),
    )


def _alert(draw: random.Random, *, at: datetime) -> Alert:
    kind, begins = draw.choice(list(AlertKind)), _near(draw, at=at)
    return Alert(
        kind=kind,
        authority="District centre",
        reference=f"A-{draw.random()}",
        contact="the community",
        in_force_from=begins,
        in_force_until=draw.choice([None, begins + timedelta(days=7)]),
        cause=AlertCause.ARRIVAL if kind is AlertKind.TEST_REQUIRED else None,
    )
