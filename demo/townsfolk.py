"""The households of the city: couples, children, grandparents, people on their own."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import TypeVar

from civil_time import completed_years
from demo import names
from demo.eras import moment
from demo.people import Card, Citizen, Course, Kin, Laboratory, Testing, document_of
from identity.document import Document, Sex
from identity.models import Kinship

Choice = TypeVar("Choice")

_YEAR = 365.25  # days
_CHILD_BELOW, _ELDER_FROM = 16, 60
_ORDERS_OF_AN_ERA = 20
_TESTING = {
    Testing.EVERY_THIRD_DAY: 46,
    Testing.WEEKLY: 17,
    Testing.DAILY: 12,
    Testing.NEVER: 12,
    Testing.OVERDUE: 10,
    Testing.PENDING: 3,
}
_CARDS_OF_CHILDREN = {Card.NONE: 58, Card.WITHOUT_FACE: 5, Card.WITH_FACE: 37}
_CARDS_OF_ADULTS = {Card.NONE: 2, Card.WITHOUT_FACE: 3, Card.WITH_FACE: 95}
_COURSES_OF_MINORS = {Course.INACTIVATED: 80, Course.FIRST_ONLY: 10, Course.NONE: 10}
_COURSES_OF_ADULTS = {
    Course.INACTIVATED_BOOSTED: 55,
    Course.INACTIVATED: 20,
    Course.RECOMBINANT: 9,
    Course.VECTOR: 6,
    Course.FIRST_ONLY: 3,
    Course.NONE: 7,
}
_HOUSEHOLDS = {"family": 50, "family with grandparents": 18, "elder couple": 14, "alone": 18}


@dataclass
class Settling:
    """The city while people move in."""

    era: date
    random: Random
    citizens: list[Citizen] = field(default_factory=list)
    kin: list[Kin] = field(default_factory=list)
    orders: Counter[date] = field(default_factory=Counter)


def settle(era: date, *, people: int) -> Settling:
    """Return households with about so many people, the same for an era on every day of it."""
    settling = Settling(era=era, random=Random(f"townsfolk of {era.year}"))
    while len(settling.citizens) < people:
        _settle_household(settling)
    return settling


def _settle_household(town: Settling) -> None:
    kind = _drawn(town.random, _HOUSEHOLDS)
    family = names.surname(town.random)
    if kind == "alone":
        _person(town, family, from_age=19, to_age=88, sex=town.random.choice(list(Sex)))
        return
    from_age, to_age = (60, 94) if kind == "elder couple" else (26, 46)
    couple = list(_couple(town, family, from_age=from_age, to_age=to_age))
    if kind == "elder couple":
        return
    for _ in range(town.random.choice((1, 1, 1, 2, 2, 3))):
        child = _person(town, family, from_age=0, to_age=15, sex=town.random.choice(list(Sex)))
        for parent in couple:
            _kinship(town, parent, child, kind=Kinship.Kind.PARENT)
    if kind == "family with grandparents":
        for elder in _couple(town, family, from_age=60, to_age=85):
            _kinship(town, couple[0], elder, kind=Kinship.Kind.CARER)


def _couple(town: Settling, family: str, *, from_age: int, to_age: int) -> Iterator[Citizen]:
    yield _person(town, family, from_age=from_age, to_age=to_age, sex=Sex.MALE)
    yield _person(town, names.surname(town.random), from_age=from_age, to_age=to_age, sex=Sex.FEMALE)


def _person(town: Settling, family: str, *, from_age: int, to_age: int, sex: Sex) -> Citizen:
    random = town.random
    # Nobody is born on the last day before the era, so that everybody has been for a card since.
    days = random.randint(int(from_age * _YEAR) + 40, int((to_age + 1) * _YEAR) - 1)
    born_on = town.era - timedelta(days=days)
    document = _next_document(town, born_on, sex)
    age = completed_years(born_on, town.era)
    card = _drawn(random, _CARDS_OF_CHILDREN if age < _CHILD_BELOW else _CARDS_OF_ADULTS)
    testing = _drawn(random, _TESTING) if age >= 1 else Testing.NEVER
    citizen = Citizen(
        id=f"{town.era.year}-{len(town.citizens):05}",
        document=document,
        born_on=born_on,
        sex=sex,
        name=names.full_name(random, family=family, sex=sex),
        card=card,
        card_issued_on=None if card is Card.NONE else town.era - timedelta(days=random.randint(1, 35)),
        registered_at=_registered_at(town, age),
        testing=testing,
        laboratory=_laboratory(random, testing),
        turn=random.randrange(3 if testing is Testing.EVERY_THIRD_DAY else 7),
        course=_course(random, age),
    )
    town.citizens.append(citizen)
    return citizen


def _next_document(town: Settling, born_on: date, sex: Sex) -> Document:
    # Below 100 are the cast, from 900 the newcomers; no two eras share a range, nor a number.
    first = 100 + _ORDERS_OF_AN_ERA * (town.era.year // 4 % 40)
    order = first + 2 * town.orders[born_on] + (sex is Sex.MALE)
    town.orders[born_on] += 1
    return document_of(born_on, order)


def _registered_at(town: Settling, age: int) -> datetime | None:
    share = 0.97 if _CHILD_BELOW <= age < _ELDER_FROM else 0.72
    if town.random.random() >= share:
        return None
    return moment(town.era - timedelta(days=town.random.randint(1, 30)), 8, town.random.randrange(720))


def _laboratory(random: Random, testing: Testing) -> Laboratory:
    if testing in (Testing.WEEKLY, Testing.OVERDUE) and random.random() < 0.5:
        return Laboratory.NORTH
    return random.choice((Laboratory.EAST, Laboratory.EAST, Laboratory.WEST))


def _course(random: Random, age: int) -> Course:
    # The courses of minors ended a month before the era, when they were old enough.
    if age < 4:
        return Course.NONE
    return _drawn(random, _COURSES_OF_MINORS if age < 19 else _COURSES_OF_ADULTS)


def _kinship(town: Settling, guardian: Citizen, ward: Citizen, *, kind: Kinship.Kind) -> None:
    by_birth = kind is Kinship.Kind.PARENT and town.random.random() < 0.3
    evidence = Kinship.Evidence.BIRTH_CERTIFICATE if by_birth else Kinship.Evidence.HOUSEHOLD_REGISTER
    since = max(ward.born_on + timedelta(days=20), town.era - timedelta(days=3000))
    town.kin.append(
        Kin(
            id=f"{town.era.year}-kin-{len(town.kin):05}",
            guardian=guardian,
            ward=ward,
            kind=kind,
            evidence=evidence,
            since=moment(since, 9),
        )
    )


def _drawn(random: Random, weights: dict[Choice, int]) -> Choice:
    return random.choices(list(weights), weights=list(weights.values()))[0]
