"""The demo city on a day: some 2,000 invented people, the same for the same day.

Every status, alert, vaccination state and kind of test is among them, and every reason that is about a
person. ORDERS_NEVER_READ and SOURCE_STALE are about the service: no feed of the city is silent.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from demo.cast import cast_on, kin_of_cast
from demo.eras import era_start, moment
from demo.measures import ALERTS, LIFTED, RED, RED_UNTIL_YESTERDAY, TESTS_REQUIRED, YELLOW, Measure
from demo.people import Card, Citizen, City, Course, Laboratory, Testing, document_of, sex_of
from demo.townsfolk import settle

_HOUSEHOLDERS = 1945  # with the cast and the newcomers, about 2,000
_POOL_OF = {Testing.DAILY: 10, Testing.EVERY_THIRD_DAY: 10, Testing.POSITIVE_TUBE: 5}
"""How many specimens go into one tube (docs/domain.md, 6)."""

_NEWCOMERS_FOR = timedelta(days=28)
_NEWCOMERS_NAMES = ("方恬", "田禾", "陶然", "石小雨", "卓玛央金", "白露", "夏知秋")

_MEASURED: tuple[tuple[Testing, Measure | None], ...] = (
    (Testing.DAILY, RED),
    (Testing.DETECTED, RED),
    (Testing.EVERY_THIRD_DAY, YELLOW),
    (Testing.NEVER, YELLOW),
    (Testing.DAILY, RED_UNTIL_YESTERDAY),
    *((Testing.EVERY_THIRD_DAY, alert) for alert in ALERTS if alert.cause is None),
    *((Testing.OVERDUE, required) for required in TESTS_REQUIRED),
    # Ended by an own test on the day it was raised.
    *((Testing.DAILY, required) for required in TESTS_REQUIRED[:2]),
    (Testing.EVERY_THIRD_DAY, LIFTED),
)
_DOUBTFUL: tuple[tuple[Testing, Measure | None], ...] = (
    *((Testing.INCONCLUSIVE, None),) * 4,
    *((Testing.DETECTED, None),) * 4,
    *((Testing.POSITIVE_TUBE, None),) * 20,
)
_FATES = _MEASURED * 3 + _DOUBTFUL
"""What befalls some of the old and the young, so that nothing is left to chance."""
_DECEASED = 6
_IN_REVIEW = 3


@lru_cache(maxsize=4)
def city_on(today: date) -> City:
    """Return the city on a day; raises demo.eras.BeforeTheCity before 2022."""
    era = era_start(today)
    cast = cast_on(today)
    town = settle(era, people=_HOUSEHOLDERS)
    folk = _with_pools(_with_fates(tuple(town.citizens), era))
    by_id = {citizen.id: citizen for citizen in folk}
    kin = (replace(kin, guardian=by_id[kin.guardian.id], ward=by_id[kin.ward.id]) for kin in town.kin)
    return City(
        today=today,
        citizens=(*cast, *folk, _visitor(era), *_newcomers(today)),
        kin=(*kin_of_cast(cast, today), *kin),
        in_review=tuple(filter(_is_free_for_review, reversed(folk)))[:_IN_REVIEW],
    )


def _with_fates(citizens: tuple[Citizen, ...], era: date) -> tuple[Citizen, ...]:
    """Give the first old and young people what must be in the city, and let a few old people be dead."""
    fates, dead = iter(enumerate(_FATES)), 0
    changed: list[Citizen] = []
    for citizen in citizens:
        age = era.year - citizen.born_on.year
        if not (8 <= age <= 12 or age >= 64):
            changed.append(citizen)
        elif (fate := next(fates, None)) is not None:
            turn, (testing, measure) = fate
            changed.append(_befallen(citizen, era, testing, measure, turn=turn))
        elif dead < _DECEASED and age >= 75:
            dead += 1
            changed.append(replace(citizen, died_on=era - timedelta(days=20 * dead)))
        else:
            changed.append(citizen)
    return tuple(changed)


def _is_free_for_review(citizen: Citizen) -> bool:
    return (
        citizen.card is Card.WITH_FACE
        and citizen.registered_at is not None
        and citizen.course is Course.INACTIVATED
        and citizen.testing is Testing.EVERY_THIRD_DAY
    )


def _befallen(
    citizen: Citizen, era: date, testing: Testing, measure: Measure | None, *, turn: int
) -> Citizen:
    """Return somebody with a fate, a card with a face, and a registration, so that doors tell it."""
    return replace(
        citizen,
        card=Card.WITH_FACE,
        card_issued_on=era - timedelta(days=100),
        registered_at=moment(era - timedelta(days=90), 9),
        testing=testing,
        measure=measure,
        laboratory=Laboratory.EAST,
        turn=turn,
    )


def _with_pools(citizens: tuple[Citizen, ...]) -> tuple[Citizen, ...]:
    """Put those who are tested in the same place on the same days into tubes together."""
    members: Counter[tuple[Laboratory, Testing, int]] = Counter()
    pooled: list[Citizen] = []
    for citizen in citizens:
        size = _POOL_OF.get(citizen.testing)
        if size is None:
            pooled.append(citizen)
            continue
        turn = _turn_of_pool(citizen)
        group = (citizen.laboratory, citizen.testing, turn)
        pooled.append(replace(citizen, turn=turn, pool=members[group] // size))
        members[group] += 1
    return tuple(pooled)


def _turn_of_pool(citizen: Citizen) -> int:
    match citizen.testing:
        case Testing.EVERY_THIRD_DAY:
            return citizen.turn % 3
        case Testing.POSITIVE_TUBE:
            return citizen.turn % 2
        case _:
            return 0


def _visitor(era: date) -> Citizen:
    """Return somebody who is tested here, and whom the registry does not know."""
    born_on, order = date(era.year - 66, 2, 2), 904
    return Citizen(
        id=f"{era.year}-visitor",
        document=document_of(born_on, order),
        born_on=born_on,
        sex=sex_of(order),
        name="Ingrid Vasquez",
        is_in_registry=False,
        testing=Testing.WEEKLY,
    )


def _newcomers(today: date) -> Iterator[Citizen]:
    """Yield who has come to the city lately: each day an elder registers, every third day a child is born."""
    era = era_start(today)
    for day in (today - timedelta(days=ago) for ago in range(_NEWCOMERS_FOR.days, -1, -1)):
        if day < era:
            continue
        number = (day - era).days
        name = _NEWCOMERS_NAMES[number % len(_NEWCOMERS_NAMES)]
        elders_birth, order = date(era.year - 68, 1, 1) + timedelta(days=number), 900 + number % 2
        yield Citizen(
            id=f"{era.year}-came-{day:%Y%m%d}",
            document=document_of(elders_birth, order),
            born_on=elders_birth,
            sex=sex_of(order),
            name=name,
            card=Card.WITH_FACE,
            card_issued_on=era - timedelta(days=100),
            registered_at=moment(day, 0),
            testing=Testing.WEEKLY,
            turn=number,
            course=Course.INACTIVATED_BOOSTED,
        )
        if number % 3 == 0:
            yield Citizen(
                id=f"{era.year}-born-{day:%Y%m%d}",
                document=document_of(day, order + 2),
                born_on=day,
                sex=sex_of(order),
                name=f"{name[0]}新",
            )
