"""From doses to a vaccination state."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import Enum
from typing import assert_never

from civil_time import completed_years
from healthcode.facts import Dose, VaccineProduct
from healthcode.verdict import VaccinationState

ELIGIBLE_FROM = 3
"""Age in completed years; younger is not eligible."""

ANY_PRODUCT_FROM = 12
"""Age in completed years; from 3 to 11 only inactivated vaccines count."""

BOOSTER_FROM = 18
"""Age in completed years on the day of the booster."""

BOOSTER_AFTER_MONTHS = 6
"""Calendar months from the end of the primary course to a booster."""

INACTIVATED_APART = timedelta(weeks=3)
"""The least time between two counted doses of inactivated vaccine."""


class Technology(Enum):
    """What a primary course is made of; the value is the number of doses in it."""

    AD5_VECTOR = 1
    INACTIVATED = 2
    RECOMBINANT = 3


def vaccination_state(doses: Iterable[Dose], *, born_on: date, on: date) -> VaccinationState:
    """Return the vaccination state of somebody on a Shanghai date.

    Doses after that date are left out, and two records of one day are one dose; the number that the
    site wrote down is not counted with. Inactivated doses of different makers make one course, other
    mixtures do not. A second inactivated dose less than 3 weeks after the first does not count; one
    after more than 8 weeks does, since a late course goes on and is not begun again. A booster may be
    of any product, 6 calendar months or more after the last dose of the primary course. A dose for
    which the person was too young on its day is found, but completes nothing.
    Source: docs/domain.md, 5 ("Vaccination states").
    """
    if completed_years(born_on, on) < ELIGIBLE_FROM:
        return VaccinationState.NOT_ELIGIBLE
    given = [dose for dose in doses if dose.administered_on <= on]
    if not given:
        return VaccinationState.NOT_FOUND
    counting = _one_a_day(dose for dose in given if _suits_age(dose, born_on=born_on))
    primary_on = _primary_complete_on(counting)
    if primary_on is None:
        return VaccinationState.PRIMARY_INCOMPLETE
    if any(_is_booster(dose, primary_on=primary_on, born_on=born_on) for dose in counting):
        return VaccinationState.BOOSTER_COMPLETE
    return VaccinationState.PRIMARY_COMPLETE


def technology(product: VaccineProduct) -> Technology:
    """Return what a product is made of (docs/domain.md, 5)."""
    # A chain of "is" at a third of the price of a match: every dose of every check comes through here.
    if (
        product is VaccineProduct.CORONAVAC
        or product is VaccineProduct.BBIBP_CORV
        or product is VaccineProduct.WIBP_CORV
    ):
        return Technology.INACTIVATED
    if product is VaccineProduct.CONVIDECIA:
        return Technology.AD5_VECTOR
    if product is VaccineProduct.ZF2001:
        return Technology.RECOMBINANT
    assert_never(product)


def _suits_age(dose: Dose, *, born_on: date) -> bool:
    if dose.administered_on.year - born_on.year > ANY_PRODUCT_FROM:
        return True
    age = completed_years(born_on, dose.administered_on)
    if age < ANY_PRODUCT_FROM:
        return age >= ELIGIBLE_FROM and technology(dose.product) is Technology.INACTIVATED
    return True


def _one_a_day(doses: Iterable[Dose]) -> list[Dose]:
    # Two different products on one day: the name decides, so that the order of records never does.
    by_day: dict[date, Dose] = {}
    for dose in doses:
        known = by_day.get(dose.administered_on)
        if known is None or known.product <= dose.product:
            by_day[dose.administered_on] = dose
    return [by_day[day] for day in sorted(by_day)]


def _primary_complete_on(doses: list[Dose]) -> date | None:
    """Return the date of the dose that completed the first primary course, if one did."""
    courses: dict[Technology, list[date]] = {}
    for dose in doses:
        kind = technology(dose.product)
        course = courses.setdefault(kind, [])
        if (
            kind is Technology.INACTIVATED
            and course
            and dose.administered_on - course[-1] < INACTIVATED_APART
        ):
            continue
        course.append(dose.administered_on)
        if len(course) == kind.value:
            return dose.administered_on
    return None


def _is_booster(dose: Dose, *, primary_on: date, born_on: date) -> bool:
    return (
        dose.administered_on >= _months_later(primary_on, BOOSTER_AFTER_MONTHS)
        and completed_years(born_on, dose.administered_on) >= BOOSTER_FROM
    )


def _months_later(day: date, months: int) -> date:
    """Return the same day of a later month; where that month lacks it, the first of the next."""
    years, month = divmod(day.month - 1 + months, 12)
    try:
        return day.replace(year=day.year + years, month=month + 1)
    except ValueError:
        return _months_later(day.replace(day=1), months + 1)
