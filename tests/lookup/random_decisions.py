"""Random people, what is on file about them, and questions: for replays of decisions as they come."""

import random
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from civil_time import SHANGHAI
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
from identity.models import Person, User
from lookup import answering
from lookup.admission import Door, Proof
from lookup.answering import Question, Recorded
from lookup.models import AccessLock, PolicyRevision
from records.models import Source, Summary
from tests.makers import make_document, make_person, make_summary

FIRST = datetime(2022, 5, 1, 0, 0, tzinfo=SHANGHAI)
DAYS = 75
_ASKED = (
    (Door.OWN, Proof.OWN),
    (Door.ASSISTED, Proof.KINSHIP),
    (Door.ASSISTED, Proof.NONE),
    (Door.THIRD_PARTY, Proof.KINSHIP),
    (Door.THIRD_PARTY, Proof.FACE_MATCHED),
    (Door.THIRD_PARTY, Proof.NONE),
    (Door.RECORDS, Proof.FACE_MATCHED),
    (Door.CHECKPOINT, Proof.NONE),
)


def some_instant(chance: random.Random) -> datetime:
    """Return an instant of the weeks in which the policies of 2022 follow each other, to the microsecond."""
    edge = chance.choice((0, 0, 0, -1, 1))
    day = FIRST + timedelta(days=chance.randrange(DAYS))
    within = timedelta(seconds=edge) if edge else timedelta(seconds=chance.random() * 86400)
    return day + within


def settle_people(chance: random.Random, *, count: int) -> list[Person]:
    """Write people of every age, with or without card, registration and records."""
    people = []
    for sequence in range(count):
        born_on = (FIRST - timedelta(days=chance.randrange(300, 30000))).date()
        person = make_person(make_document(born_on, sequence=sequence % 900), at=FIRST)
        make_summary(person.person_key, some_facts(chance, person, at=FIRST), at=FIRST)
        people.append(person)
    return people


def change_on_file(chance: random.Random, person: Person, *, at: datetime) -> None:
    """Correct what is on file about somebody, as any feed or colleague could at any moment."""
    match chance.randrange(4):
        case 0:
            Summary.objects.filter(person_key=person.person_key).delete()
            make_summary(person.person_key, some_facts(chance, person, at=at), at=at)
        case 1:
            _change_standing(chance, person.person_key, at=at)
        case 2:
            _read_feeds(chance, at=at)
        case _:
            AccessLock.objects.filter(subject_key=person.person_key).delete()
            if chance.random() < 0.5:
                locked_by = User.objects.earliest("joined_at")
                AccessLock.objects.create(subject_key=person.person_key, locked_at=at, locked_by=locked_by)


def ask_something(chance: random.Random, person: Person, *, at: datetime) -> Recorded:
    """Decide and record as a door would, with what is on file at this moment."""
    door, proof = chance.choice(_ASKED)
    question = Question(door=door, proof=proof, asked_at=at, subject_key=person.person_key)
    with transaction.atomic():
        return answering.decide_and_record(
            question, born_on=person.born_on, policy=PolicyRevision.objects.in_force(at)
        )


def some_facts(chance: random.Random, person: Person, *, at: datetime) -> Facts:
    """Return tests, doses, orders and alerts around an instant, some of them still to come."""
    return Facts(
        born_on=person.born_on,
        feeds=FeedAges(registry=None, tests=None, doses=None, orders=None),
        naats=tuple(_some_naat(chance, at=at) for _ in range(chance.choice((0, 1, 1, 2, 5)))),
        doses=tuple(_some_dose(chance, number, at=at) for number in range(1, chance.randrange(1, 5))),
        orders=tuple(_some_order(chance, at=at) for _ in range(chance.choice((0, 0, 0, 1, 2)))),
        alerts=tuple(_some_alert(chance, at=at) for _ in range(chance.choice((0, 0, 0, 1, 2)))),
        record_in_review=chance.random() < 0.1,
    )


def _change_standing(chance: random.Random, key: UUID, *, at: datetime) -> None:
    has_face = chance.random() < 0.6
    Person.objects.filter(person_key=key).update(
        withdrawn=chance.random() < 0.1,
        died_on=at.date() if chance.random() < 0.1 else None,
        registered_at=chance.choice((None, at, at - timedelta(seconds=chance.random()), FIRST)),
        card_issued_on=FIRST.date() if has_face else None,
        face_reference="stub-face:test" if has_face else "",
    )


def _read_feeds(chance: random.Random, *, at: datetime) -> None:
    for source in Source.objects.all():
        age = chance.choice((timedelta(), timedelta(hours=6), timedelta(seconds=chance.random() * 600_000)))
        Source.objects.filter(pk=source.pk).update(as_of=None if chance.random() < 0.05 else at - age)


def _near(chance: random.Random, at: datetime, *, days: float) -> datetime:
    return at + timedelta(days=chance.uniform(-days, 0.5))


def _some_naat(chance: random.Random, *, at: datetime) -> Naat:
    collected_at = _near(chance, at, days=8)
    is_pending = chance.random() < 0.2
    return Naat(
        collected_at=collected_at if is_pending or chance.random() < 0.8 else None,
        issued_at=None if is_pending else collected_at + timedelta(hours=chance.uniform(1, 20)),
        result=None if is_pending else chance.choice((NaatResult.NOT_DETECTED, *NaatResult)),
        pooled=chance.random() < 0.4,
    )


def _some_dose(chance: random.Random, number: int, *, at: datetime) -> Dose:
    return Dose(
        product=chance.choice(list(VaccineProduct)),
        administered_on=(at - timedelta(days=chance.randrange(400))).date(),
        dose_number=number,
    )


def _some_order(chance: random.Random, *, at: datetime) -> Order:
    begins = _near(chance, at, days=20)
    return Order(
        kind=chance.choice(list(OrderKind)),
        authority="Authority A",
        reference=f"O-{chance.randrange(1000)}",
        contact="Desk 1",
        in_force_from=begins,
        in_force_until=begins + timedelta(days=chance.uniform(0.1, 20)),
    )


def _some_alert(chance: random.Random, *, at: datetime) -> Alert:
    begins, kind = _near(chance, at, days=25), chance.choice(list(AlertKind))
    has_end = chance.random() < 0.4
    return Alert(
        kind=kind,
        authority="Authority B",
        reference=f"A-{chance.randrange(1000)}",
        contact="Desk 2",
        in_force_from=begins,
        in_force_until=begins + timedelta(days=chance.uniform(0.1, 20)) if has_end else None,
        cause=chance.choice(list(AlertCause)) if kind is AlertKind.TEST_REQUIRED else None,
    )
