"""A few rows that no sync may believe, so that quarantine and "a record is in review" can be seen."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from demo.eras import era_start, moment
from demo.people import Citizen, City, Laboratory
from demo.wire import Fields, subject, written
from healthcode.facts import AlertKind, NaatResult, OrderKind, VaccineProduct
from records.models import Kind
from records.upstream import FeedName


@dataclass(frozen=True, kw_only=True)
class RefusedRow:
    """A row that belongs into quarantine."""

    feed: FeedName
    fields: Fields = field(repr=False)


def refused_rows(city: City) -> Iterator[RefusedRow]:
    """Yield the same rows on every day of an era."""
    without_reference, without_zone, unreadable_dose = city.in_review
    yield _red_without_reference(city, without_reference)
    yield _alert_without_time_zone(city, without_zone)
    yield _dose_of_an_unknown_product(city, unreadable_dose)
    yield _test_with_a_wrong_check_digit(city, without_reference)


def _red_without_reference(city: City, citizen: Citizen) -> RefusedRow:
    # As in Zhengzhou in June 2022: nobody may turn red without a case to refer to.
    fields = {
        "record_id": f"{citizen.id}-central-isolation",
        "version": 1,
        **subject(citizen),
        "kind": OrderKind.CENTRAL_ISOLATION.value,
        "authority": "Ninefields Venue Scans 九野场所码",
        "contact": "",
        "in_force_from": written(moment(era_start(city.today), 8)),
        "in_force_until": written(moment(era_start(city.today), 9999)),
    }
    return RefusedRow(feed=FeedName(source="disease-control", kind=Kind.ORDERS), fields=fields)


def _alert_without_time_zone(city: City, citizen: Citizen) -> RefusedRow:
    fields = {
        "record_id": f"{citizen.id}-time-space-link",
        "version": 1,
        **subject(citizen),
        "kind": AlertKind.TIME_SPACE_LINK.value,
        "authority": "Willow Lane Community 柳巷社区居委会",
        "reference": "NF-0000-0001",
        "contact": "0100-0000-0001",
        "in_force_from": f"{era_start(city.today)}T08:00:00",
    }
    return RefusedRow(feed=FeedName(source="community-desk", kind=Kind.ALERTS), fields=fields)


def _dose_of_an_unknown_product(city: City, citizen: Citizen) -> RefusedRow:
    fields = {
        "record_id": f"{citizen.id}-dose-9",
        "version": 1,
        **subject(citizen),
        "dose_number": 9,
        "product": f"{VaccineProduct.CORONAVAC.value}-X",
        "administered_on": era_start(city.today).isoformat(),
    }
    return RefusedRow(feed=FeedName(source="vaccination-sites-north", kind=Kind.DOSES), fields=fields)


def _test_with_a_wrong_check_digit(city: City, citizen: Citizen) -> RefusedRow:
    number = citizen.document.number
    tested_on = era_start(city.today) - timedelta(days=1)
    tested_at = moment(tested_on, 10)
    fields = {
        "record_id": f"{era_start(city.today).year}-misread-number",
        "version": 1,
        **subject(citizen),
        "document_number": number[:-1] + ("1" if number[-1] == "0" else "0"),
        "record_day": tested_on.isoformat(),
        "collected_at": written(tested_at),
        "issued_at": written(tested_at),
        "result": NaatResult.NOT_DETECTED.value,
    }
    return RefusedRow(feed=FeedName(source=Laboratory.EAST.value, kind=Kind.TESTS), fields=fields)
