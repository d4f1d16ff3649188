"""A person's tests and doses in full, newest first, for the person and verified kin to see."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from civil_time import start_of
from healthcode.facts import NaatResult, VaccineProduct
from records.models import VaccineDose
from records.tube_results import TESTS_WITH_TUBES


@dataclass(frozen=True, kw_only=True)
class TestEntry:
    """One test; ``result`` and ``issued_at`` are None while it is pending, the tube's if it was pooled."""

    collected_at: datetime | None
    issued_at: datetime | None
    result: NaatResult | None
    pooled: bool
    laboratory: str
    sampling_site: str


@dataclass(frozen=True, kw_only=True)
class DoseEntry:
    """One dose as the vaccination site recorded it."""

    dose_number: int
    product: VaccineProduct
    manufacturer: str
    lot_number: str
    administered_on: date
    site: str
    country: str


def tests_of(person_key: UUID, *, since: date) -> tuple[TestEntry, ...]:
    """Return the tests collected (where that is unknown: issued) on or after a Shanghai date."""
    sql = f"""
        SELECT collected_at, issued_at, result, pooled, laboratory, sampling_site
        FROM ({TESTS_WITH_TUBES} AND n.person_key = %s) tests
        WHERE coalesce(collected_at, issued_at) >= %s
        ORDER BY coalesce(collected_at, issued_at) DESC, issued_at DESC NULLS FIRST, pooled
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [person_key, start_of(since)])
        rows = cursor.fetchall()
    return tuple(
        TestEntry(
            collected_at=collected_at,
            issued_at=issued_at,
            result=None if result is None else NaatResult(result),
            pooled=pooled,
            laboratory=laboratory,
            sampling_site=sampling_site,
        )
        for collected_at, issued_at, result, pooled, laboratory, sampling_site in rows
    )


def doses_of(person_key: UUID) -> tuple[DoseEntry, ...]:
    """Return all doses that are not withdrawn."""
    doses = VaccineDose.objects.filter(person_key=person_key, withdrawn=False)
    return tuple(
        DoseEntry(
            dose_number=dose.dose_number,
            product=VaccineProduct(dose.product),
            manufacturer=dose.manufacturer,
            lot_number=dose.lot_number,
            administered_on=dose.administered_on,
            site=dose.site,
            country=dose.country,
        )
        for dose in doses.order_by("-administered_on", "-dose_number", "source", "record_id")
    )
