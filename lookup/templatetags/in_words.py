"""The filter by which the admin's templates show the closed lists of the rule book and the doors in words."""

from typing import Any

from django import template

from healthcode.facts import AlertCause, AlertKind, Feed, NaatResult, OrderKind, VaccineProduct
from healthcode.verdict import Reason, StatusCode, VaccinationState
from identity.document import DocumentType
from identity.wording import document_type_label
from lookup import wording
from lookup.admission import Door, Proof
from lookup.replay import Cause
from lookup.replay_wording import cause_label, detail_label

register = template.Library()


@register.filter
def in_words(value: object) -> Any:
    """Return the label of a member of one of the closed lists; anything else as it is."""
    match value:
        case StatusCode():
            return wording.status_label(value)
        case Reason():
            return wording.reason_wording(value).text
        case Door():
            return wording.door_label(value)
        case Proof():
            return wording.proof_label(value)
        case Cause():
            return cause_label(value)
        case _:
            return _of_records(value)


@register.filter
def detail_in_words(value: str) -> str:
    """Return a field that differs between a decision of then and of today, in words."""
    return detail_label(value)


def _of_records(value: object) -> Any:
    match value:
        case NaatResult():
            return wording.naat_result_label(value)
        case VaccinationState():
            return wording.vaccination_label(value)
        case VaccineProduct():
            return wording.product_label(value)
        case OrderKind():
            return wording.order_label(value)
        case AlertKind():
            return wording.alert_label(value.number)
        case AlertCause():
            return wording.alert_cause_label(value)
        case Feed():
            return wording.feed_label(value)
        case DocumentType():
            return document_type_label(value)
        case _:
            return value
