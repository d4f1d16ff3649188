"""Which doses somebody has had: all before the era began, so that they never change."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from demo.eras import chance, era_start
from demo.people import Citizen, City, Course
from healthcode.facts import VaccineProduct

_INACTIVATED = (VaccineProduct.CORONAVAC, VaccineProduct.BBIBP_CORV, VaccineProduct.WIBP_CORV)
_MAKERS = {
    VaccineProduct.CORONAVAC: "Sinovac",
    VaccineProduct.BBIBP_CORV: "Sinopharm Beijing",
    VaccineProduct.WIBP_CORV: "Sinopharm Wuhan",
    VaccineProduct.CONVIDECIA: "CanSino",
    VaccineProduct.ZF2001: "Zhifei",
}
# Month and day in the year before the era; each person's course begins up to 20 days later.
_DAYS: dict[Course, tuple[tuple[int, int], ...]] = {
    Course.NONE: (),
    Course.FIRST_ONLY: ((11, 25),),
    Course.INACTIVATED: ((11, 1), (11, 29)),
    Course.INACTIVATED_BOOSTED: ((3, 4), (4, 1), (10, 28)),
    Course.VECTOR: ((5, 12),),
    Course.RECOMBINANT: ((4, 6), (5, 6), (7, 6)),
}


@dataclass(frozen=True, kw_only=True)
class DoseGiven:
    """One dose."""

    citizen: Citizen
    dose_number: int
    product: VaccineProduct
    manufacturer: str
    lot_number: str
    administered_on: date


def doses(city: City) -> Iterator[DoseGiven]:
    """Yield every dose that the people of the city have had."""
    year = era_start(city.today).year - 1
    for citizen in city.citizens:
        later = timedelta(days=chance(citizen.id, "dose", of=21))
        product = _product(citizen)
        for number, (month, day) in enumerate(_DAYS[citizen.course], start=1):
            yield DoseGiven(
                citizen=citizen,
                dose_number=number,
                product=product,
                manufacturer=_MAKERS[product],
                lot_number=f"{year}{month:02}{1 + chance(citizen.id, number, of=9):02}",
                administered_on=date(year, month, day) + later,
            )


def _product(citizen: Citizen) -> VaccineProduct:
    match citizen.course:
        case Course.VECTOR:
            return VaccineProduct.CONVIDECIA
        case Course.RECOMBINANT:
            return VaccineProduct.ZF2001
        case _:
            return _INACTIVATED[chance(citizen.id, "product", of=len(_INACTIVATED))]
