"""What the sources of the city tell on a day, as the rows of docs/feed.md.

A row with the same feed, record and version says the same on every day, so that what is told today
takes up where yesterday ended.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from demo.eras import chance, round_of
from demo.measures import Measure, contact_of
from demo.people import Card, Citizen, City, Kin, Laboratory
from demo.refused import refused_rows
from demo.testing import Specimen, TubeResult, specimens, tube_results
from demo.vaccination import DoseGiven, doses
from demo.wire import Fields, subject, written
from healthcode.facts import AlertKind, OrderKind
from records.models import Kind
from records.upstream import FeedName

FaceOf = Callable[[Citizen], str]

_REGISTER = "population-register"
_ORDERS_SOURCE = "disease-control"
_ALERT_SOURCES = {
    AlertKind.COUNTY_WITH_CASE: "travel-desk",
    AlertKind.ENTRY_ISOLATION: "travel-desk",
    AlertKind.TIME_SPACE_LINK: "community-desk",
    AlertKind.TEST_REQUIRED: "community-desk",
    AlertKind.LAND_BORDER_COUNTY: "travel-desk",
}
_VACCINATORS = ("vaccination-sites-north", "vaccination-sites-south")
FEEDS: tuple[FeedName, ...] = tuple(
    FeedName(source=source, kind=kind)
    for source, kinds in (
        (_REGISTER, (Kind.REGISTRY, Kind.KINSHIP)),
        (Laboratory.EAST.value, (Kind.TESTS, Kind.TUBES)),
        (Laboratory.WEST.value, (Kind.TESTS, Kind.TUBES)),
        (Laboratory.NORTH.value, (Kind.TESTS,)),
        *((site, (Kind.DOSES,)) for site in _VACCINATORS),
        (_ORDERS_SOURCE, (Kind.ORDERS,)),
        *((source, (Kind.ALERTS,)) for source in sorted(set(_ALERT_SOURCES.values()))),
    )
    for kind in kinds
)
"""Every feed of the city."""

_SITES = ("Lotus Square 莲花广场", "Old Mill 老磨坊", "North Gate School 北门学校", "Ferry Pier 轮渡码头")
_DISTRICTS = ("Upper Town 上城", "Lower Town 下城", "Riverside 河滨")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of a feed. ``key`` is the same for the same row; ``fields`` are made when it is written."""

    feed: FeedName
    key: str
    fields: Callable[[], Fields] = field(repr=False)


def lines_of(city: City, *, face_of: FaceOf) -> Iterator[Line]:
    """Yield every row that the sources have told by the day of the city."""
    for citizen in city.citizens:
        if citizen.is_in_registry:
            yield _line(_REGISTER, Kind.REGISTRY, citizen.id, 1, partial(_person, citizen, face_of))
    for kin in city.kin:
        yield _line(_REGISTER, Kind.KINSHIP, kin.id, 1, partial(_kinship, kin))
    for specimen in specimens(city):
        record_id = f"{specimen.citizen.id}-{specimen.taken_on:%Y%m%d}"
        source, test = specimen.citizen.laboratory, partial(_test, specimen, record_id)
        yield _line(source.value, Kind.TESTS, record_id, specimen.version, test)
    for tube in tube_results(city):
        yield _line(tube.laboratory.value, Kind.TUBES, tube.tube_code, 1, partial(_tube, tube))
    for dose in doses(city):
        record_id = f"{dose.citizen.id}-dose-{dose.dose_number}"
        yield _line(_site_of(dose.citizen), Kind.DOSES, record_id, 1, partial(_dose, dose))
    for citizen in city.citizens:
        if citizen.measure is not None:
            yield _measure(citizen, citizen.measure, round_of(city.today))
    for row in refused_rows(city):
        yield Line(feed=row.feed, key=f"refused {row.fields['record_id']}", fields=row.fields.copy)


def _line(source: str, kind: Kind, record_id: str, version: int, fields: Callable[[], Fields]) -> Line:
    def complete() -> Fields:
        return {"record_id": record_id, "version": version, **fields()}

    return Line(feed=FeedName(source=source, kind=kind), key=f"{record_id} {version}", fields=complete)


def _person(citizen: Citizen, face_of: FaceOf) -> Fields:
    return {
        **subject(citizen),
        "born_on": citizen.born_on.isoformat(),
        "sex": citizen.sex.value,
        "card_issued_on": citizen.card_issued_on.isoformat() if citizen.card_issued_on else None,
        "face_reference": face_of(citizen) if citizen.card is Card.WITH_FACE else None,
        "registered_at": written(citizen.registered_at),
        "died_on": citizen.died_on.isoformat() if citizen.died_on else None,
    }


def _kinship(kin: Kin) -> Fields:
    return {
        "guardian_document_type": kin.guardian.document.type.value,
        "guardian_document_number": kin.guardian.document.number,
        "ward_document_type": kin.ward.document.type.value,
        "ward_document_number": kin.ward.document.number,
        "kind": kin.kind.value,
        "evidence": kin.evidence.value,
        "in_force_from": written(kin.since),
        "in_force_until": None,
    }


def _test(specimen: Specimen, record_id: str) -> Fields:
    place = chance(specimen.citizen.id, of=len(_SITES) * len(_DISTRICTS))
    return {
        **subject(specimen.citizen),
        "record_day": specimen.taken_on.isoformat(),
        "sampling_site": _SITES[place % len(_SITES)],
        "district": _DISTRICTS[place // len(_SITES)],
        "specimen_number": f"S-{record_id}",
        "tube_code": specimen.tube_code or None,
        "collected_at": written(specimen.collected_at),
        "laboratory": specimen.citizen.laboratory.sign,
        "issued_at": written(specimen.issued_at),
        "result": specimen.result.value if specimen.result else None,
    }


def _tube(tube: TubeResult) -> Fields:
    return {
        "tube_code": tube.tube_code,
        "result": tube.result.value,
        "issued_at": written(tube.issued_at),
        "laboratory": tube.laboratory.sign,
    }


def _dose(dose: DoseGiven) -> Fields:
    return {
        **subject(dose.citizen),
        "dose_number": dose.dose_number,
        "product": dose.product.value,
        "manufacturer": dose.manufacturer,
        "lot_number": dose.lot_number,
        "administered_on": dose.administered_on.isoformat(),
        "site": _SITES[chance(dose.citizen.id, "site", of=len(_SITES))],
        "country": "CN",
    }


def _site_of(citizen: Citizen) -> str:
    return _VACCINATORS[chance(citizen.id, "sites", of=len(_VACCINATORS))]


def _measure(citizen: Citizen, measure: Measure, round_number: int) -> Line:
    if isinstance(measure.kind, OrderKind):
        source, kind = _ORDERS_SOURCE, Kind.ORDERS
    else:
        source, kind = _ALERT_SOURCES[measure.kind], Kind.ALERTS
    record_id = f"{citizen.id}-{measure.kind.value.lower().replace('_', '-')}"

    def fields() -> Fields:
        number = chance(citizen.id, of=10_000)
        cause = {"cause": measure.cause.value} if measure.cause else {}
        return {
            **subject(citizen),
            "kind": measure.kind.value,
            "authority": measure.authority,
            "reference": f"NF-{round_number:04}-{number:04}",
            "contact": contact_of(number),
            "in_force_from": written(measure.begins_at(round_number)),
            "in_force_until": written(measure.ends_at(round_number)),
            **cause,
        }

    return _line(source, kind, record_id, round_number, fields)
