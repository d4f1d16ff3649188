"""Who was tested when, and what the laboratories say about it on a given day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from demo.eras import ROUND_DAYS, chance, moment, round_of, round_start
from demo.people import Citizen, City, Laboratory, Testing
from healthcode.facts import NaatResult

DAYS_KEPT = 15
"""How many days of tests a first load tells, yesterday the newest."""

TOLD_LATE = timedelta(days=8)
"""How late the tests of whoever is overdue become known, so that they are overdue on every day."""

_DOUBTFUL = {
    Testing.POSITIVE_TUBE: NaatResult.DETECTED,
    Testing.INCONCLUSIVE: NaatResult.INCONCLUSIVE,
    Testing.DETECTED: NaatResult.DETECTED,
}
_POOLED = frozenset({Testing.DAILY, Testing.EVERY_THIRD_DAY})
_WAITING_POOL = 1
"""The pool of each rhythm whose newest tube always waits for its result."""


@dataclass(frozen=True, kw_only=True)
class Specimen:
    """One test as it is known on a day; ``tube_code`` "" for a tube of one's own."""

    citizen: Citizen
    taken_on: date
    version: int
    tube_code: str
    collected_at: datetime | None
    issued_at: datetime | None
    result: NaatResult | None


@dataclass(frozen=True, kw_only=True)
class TubeResult:
    """What a laboratory says of a pooled tube."""

    laboratory: Laboratory
    tube_code: str
    issued_at: datetime
    result: NaatResult


def specimens(city: City) -> Iterator[Specimen]:
    """Yield the tests that are known in the city on its day, oldest first."""
    for ago in range(DAYS_KEPT, 0, -1):
        day = city.today - timedelta(days=ago)
        for citizen in city.citizens:
            specimen = _specimen(citizen, day, today=city.today)
            if specimen is not None:
                yield specimen


def tube_results(city: City) -> Iterator[TubeResult]:
    """Yield the results of pooled tubes that are known in the city on its day."""
    told: set[str] = set()
    for specimen in specimens(city):
        citizen, code = specimen.citizen, specimen.tube_code
        if not code or code in told:
            continue
        told.add(code)
        waits = citizen.testing in _POOLED and citizen.pool == _WAITING_POOL
        if waits and specimen.taken_on == city.today - timedelta(days=1):
            continue
        yield TubeResult(
            laboratory=citizen.laboratory,
            tube_code=code,
            issued_at=moment(specimen.taken_on, 22, 10 + chance(code, of=80)),
            result=_DOUBTFUL.get(citizen.testing, NaatResult.NOT_DETECTED),
        )


def _specimen(citizen: Citizen, day: date, *, today: date) -> Specimen | None:
    if citizen.died_on is not None or not _is_taken(citizen, day):
        return None
    if citizen.testing is Testing.OVERDUE and day + TOLD_LATE > today:
        return None
    if citizen.laboratory is Laboratory.NORTH:
        return _without_collection(citizen, day, today=today)
    collected_at = moment(day, 7, 30 + chance(citizen.id, day, of=600))
    tube_code = _tube_code(citizen, day)
    result = None if tube_code else _own_result(citizen, day, today=today)
    return Specimen(
        citizen=citizen,
        taken_on=day,
        version=2 if citizen.testing is Testing.PENDING and result else 1,
        tube_code=tube_code,
        collected_at=collected_at,
        issued_at=collected_at + timedelta(hours=4, minutes=50) if result else None,
        result=result,
    )


def _is_taken(citizen: Citizen, day: date) -> bool:
    match citizen.testing:
        case Testing.NEVER:
            return False
        case Testing.DAILY | Testing.PENDING:
            return True
        case Testing.EVERY_THIRD_DAY:
            return (day.toordinal() + citizen.turn) % 3 == 0
        case Testing.WEEKLY | Testing.OVERDUE:
            return (day.toordinal() + citizen.turn) % 7 == 0
        case Testing.POSITIVE_TUBE | Testing.INCONCLUSIVE | Testing.DETECTED:
            return day == round_start(round_of(day)) + timedelta(days=ROUND_DAYS - 1)


def _without_collection(citizen: Citizen, day: date, *, today: date) -> Specimen | None:
    """Return a test of the northern laboratory: its result, in the night after, is the first word of it."""
    issued_at = moment(day + timedelta(days=1), 1, chance(citizen.id, day, of=270))
    if day + timedelta(days=1) >= today:
        return None
    return Specimen(
        citizen=citizen,
        taken_on=day,
        version=1,
        tube_code="",
        collected_at=None,
        issued_at=issued_at,
        result=NaatResult.NOT_DETECTED,
    )


def _own_result(citizen: Citizen, day: date, *, today: date) -> NaatResult | None:
    if citizen.testing is Testing.PENDING and day == today - timedelta(days=1):
        return None
    if citizen.testing in _DOUBTFUL and _is_doubtful_turn(citizen, day):
        return _DOUBTFUL[citizen.testing]
    return NaatResult.NOT_DETECTED


def _tube_code(citizen: Citizen, day: date) -> str:
    if citizen.pool is None:
        return ""
    if citizen.testing in _POOLED or _is_doubtful_turn(citizen, day):
        place = f"{citizen.laboratory.name}-{citizen.testing.value[:3]}{citizen.turn}"
        return f"{place}-{citizen.pool:03}-{day:%Y%m%d}"
    return ""


def _is_doubtful_turn(citizen: Citizen, day: date) -> bool:
    """Tell whether a doubtful result is due: every second round, with a single re-test in between."""
    return (round_of(day) + citizen.turn) % 2 == 0
