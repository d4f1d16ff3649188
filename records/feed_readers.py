"""One reader for each kind of row: its fields, strictly, and what they must not say together."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from healthcode.facts import AlertCause, AlertKind, NaatResult, OrderKind, VaccineProduct
from identity.document import Sex
from identity.models import Kinship
from records.feed_fields import LARGEST_VERSION, FieldRefused, Fields, RejectionReason
from records.feed_records import (
    AlertRecord,
    AnyRecord,
    DoseRecord,
    KinshipRecord,
    NaatRecord,
    OrderRecord,
    PersonRecord,
    TubeRecord,
)
from records.models import Kind

_COUNTRY = re.compile(r"[A-Z]{2}")


def _person(fields: Fields) -> PersonRecord:
    document = fields.document()
    born_on = fields.day("born_on") or document.born_on or fields.required_day("born_on")
    card_issued_on, died_on = fields.day("card_issued_on"), fields.day("died_on")
    face_reference = fields.text("face_reference", 200)
    if not document.can_belong_to_somebody_born_on(born_on):
        raise FieldRefused(RejectionReason.CONTRADICTION, "born_on")
    if face_reference and (card_issued_on is None or not face_reference.isascii()):
        raise FieldRefused(RejectionReason.CONTRADICTION, "face_reference")
    if died_on is not None and died_on < born_on:
        raise FieldRefused(RejectionReason.WRONG_ORDER, "died_on")
    return PersonRecord(
        **_versioned(fields),
        document=document,
        name=fields.required_person_name(),
        born_on=born_on,
        sex=fields.choice("sex", Sex) or document.sex or fields.required_choice("sex", Sex),
        card_issued_on=card_issued_on,
        face_reference=face_reference,
        registered_at=fields.past_instant("registered_at"),
        died_on=died_on,
    )


def _kinship(fields: Fields) -> KinshipRecord:
    guardian, ward = fields.document("guardian_"), fields.document("ward_")
    if guardian == ward:
        raise FieldRefused(RejectionReason.CONTRADICTION, "guardian_document_number")
    return KinshipRecord(
        **_versioned(fields),
        guardian=guardian,
        ward=ward,
        kind=fields.required_choice("kind", Kinship.Kind),
        evidence=fields.required_choice("evidence", Kinship.Evidence),
        in_force_from=fields.required_instant("in_force_from"),
        in_force_until=_end(fields),
    )


def _naat(fields: Fields) -> NaatRecord:
    tube_code = fields.text("tube_code", 60)
    collected_at, issued_at = fields.past_instant("collected_at"), fields.past_instant("issued_at")
    result = fields.choice("result", NaatResult)
    if tube_code and (result or issued_at):
        # The result belongs to the tube; a share of a pool has none of its own.
        raise FieldRefused(RejectionReason.CONTRADICTION, "result" if result else "issued_at")
    if (result is None) != (issued_at is None):
        raise FieldRefused(RejectionReason.CONTRADICTION, "issued_at" if result else "result")
    if not (collected_at or issued_at or tube_code):
        raise FieldRefused(RejectionReason.MISSING_FIELD, "collected_at")
    if collected_at and issued_at and issued_at < collected_at:
        raise FieldRefused(RejectionReason.WRONG_ORDER, "issued_at")
    return NaatRecord(
        **_versioned(fields),
        document=fields.document(),
        name=fields.required_person_name(),
        record_day=fields.required_day("record_day"),
        tube_code=tube_code,
        specimen_number=fields.text("specimen_number", 60),
        collected_at=collected_at,
        issued_at=issued_at,
        uploaded_at=fields.past_instant("uploaded_at"),
        result=result,
        laboratory=fields.text("laboratory", 80),
        sampling_site=fields.text("sampling_site", 80),
        district=fields.text("district", 40),
    )


def _tube(fields: Fields) -> TubeRecord:
    issued_at = fields.past_instant("issued_at")
    if issued_at is None:
        raise FieldRefused(RejectionReason.MISSING_FIELD, "issued_at")
    return TubeRecord(
        **_versioned(fields),
        tube_code=fields.required_text("tube_code", 60),
        result=fields.required_choice("result", NaatResult),
        issued_at=issued_at,
        uploaded_at=fields.past_instant("uploaded_at"),
        laboratory=fields.text("laboratory", 80),
    )


def _dose(fields: Fields) -> DoseRecord:
    country = fields.text("country", 2) or "CN"
    if not _COUNTRY.fullmatch(country):
        raise FieldRefused(RejectionReason.UNKNOWN_VALUE, "country")
    return DoseRecord(
        **_versioned(fields),
        document=fields.document(),
        name=fields.person_name(),
        dose_number=fields.number("dose_number", 99),
        product=fields.required_choice("product", VaccineProduct),
        manufacturer=fields.text("manufacturer", 80),
        lot_number=fields.text("lot_number", 40),
        administered_on=fields.required_day("administered_on"),
        site=fields.text("site", 80),
        country=country,
    )


def _order(fields: Fields) -> OrderRecord:
    until = _end(fields)
    if until is None:
        # 1,317 people were once turned red without cause: no order is without its end.
        raise FieldRefused(RejectionReason.MISSING_FIELD, "in_force_until")
    return OrderRecord(
        **_versioned(fields),
        **_measure(fields),
        kind=fields.required_choice("kind", OrderKind),
        in_force_until=until,
    )


def _alert(fields: Fields) -> AlertRecord:
    kind, cause = fields.required_choice("kind", AlertKind), fields.choice("cause", AlertCause)
    if cause is not None and kind is not AlertKind.TEST_REQUIRED:
        raise FieldRefused(RejectionReason.CONTRADICTION, "cause")
    return AlertRecord(
        **_versioned(fields), **_measure(fields), kind=kind, in_force_until=_end(fields), cause=cause
    )


def _versioned(fields: Fields) -> dict[str, Any]:
    return {
        "record_id": fields.record_id(),
        "version": fields.number("version", LARGEST_VERSION),
        "withdrawn": fields.flag("withdrawn"),
    }


def _measure(fields: Fields) -> dict[str, Any]:
    return {
        "document": fields.document(),
        "name": fields.person_name(),
        "authority": fields.required_text("authority", 120),
        "reference": fields.required_text("reference", 80),
        "contact": fields.text("contact", 120),
        "in_force_from": fields.required_instant("in_force_from"),
    }


def _end(fields: Fields) -> datetime | None:
    until = fields.instant("in_force_until")
    if until is not None and until <= fields.required_instant("in_force_from"):
        raise FieldRefused(RejectionReason.WRONG_ORDER, "in_force_until")
    return until


READERS: Mapping[Kind, Callable[[Fields], AnyRecord]] = {
    Kind.REGISTRY: _person,
    Kind.KINSHIP: _kinship,
    Kind.TESTS: _naat,
    Kind.TUBES: _tube,
    Kind.DOSES: _dose,
    Kind.ORDERS: _order,
    Kind.ALERTS: _alert,
}
"""The reader of each kind; all raise FieldRefused."""
