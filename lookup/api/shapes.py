"""Answers and checks as JSON. Every field is always there; what the proof does not allow is null or empty.

Source: docs/architecture.md (HTTP contract, v1) and docs/domain.md, 4.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from django.utils.translation import override

from healthcode.facts import AlertKind, Feed, Order
from healthcode.verdict import Reason, StatusCode
from identity.api.times import rfc3339
from lookup import wording
from lookup.admission import FaceStep, Proof
from lookup.answer import (
    AlertShown,
    Answer,
    Check,
    DataAge,
    DoseShown,
    NaatShown,
    TestShown,
    VaccinationShown,
)
from lookup.code_issue import CodeShown

Json = dict[str, Any]

_ALERT_KINDS = tuple(AlertKind)


def answer_json(answer: Answer, *, code: CodeShown | None) -> Json:
    """Return an answer to a citizen, in the active language, with the code beside it."""
    is_bare_unknown = answer.proof is Proof.NONE and answer.status is StatusCode.UNKNOWN
    return {
        "id": str(answer.id),
        "asked_at": rfc3339(answer.asked_at),
        "door": answer.door.value,
        "proof": answer.proof.value,
        "status": status_json(answer.status),
        "alerts": [_alert_json(alert) for alert in answer.alerts],
        "orders": [_order_json(order) for order in answer.orders],
        "reasons": [reason_json(reason) for reason in answer.reasons],
        "possible_causes": _texts(wording.possible_causes()) if is_bare_unknown else [],
        "next_steps": _texts(_next_steps(answer)),
        "naat": None if answer.naat is None else _naat_json(answer.naat),
        "vaccination": None if answer.vaccination is None else _vaccination_json(answer.vaccination),
        "subject": {"name": answer.subject_name},
        "face_step": None if answer.face_step is None else _face_step_json(answer.face_step),
        "code": None if code is None else code_json(code),
        "valid_until": _time(answer.valid_until),
        # A result that lives until 24:00 may have less than a second left.
        "closes_after_s": max(1, int(answer.closes_after.total_seconds())),
        "data": None if answer.data is None else _data_json(answer.data),
        "policy": answer.policy,
    }


def code_json(code: CodeShown) -> Json:
    """Return a rotating code: its text, its times, and after how many seconds to fetch the next."""
    return {
        "text": code.text,
        "issued_at": rfc3339(code.issued_at),
        "expires_at": rfc3339(code.expires_at),
        "next_after_s": max(1, int(code.next_after.total_seconds())),
    }


def check_json(check: Check, *, language: str) -> Json:
    """Return a check for a device, in a language: alert numbers alone, no reason, no exact time."""
    naat = check.naat
    return {
        "check_id": str(check.id),
        "verdict": check.verdict.value,
        "status": {"code": check.status.value, "label": _status_label(check.status, language)},
        "alerts": list(check.alert_numbers),
        "subject": {
            "name": check.subject_name,
            "age_band": None if check.age_band is None else check.age_band.value,
            "pseudonym": check.pseudonym,
        },
        "naat": None if naat is None else _test_line_json(naat),
        "vaccination": None if check.vaccination is None else check.vaccination.value,
        "data": {"as_of": _time(check.data_as_of), "fresh": check.data_fresh},
        "valid_until": rfc3339(check.valid_until),
        "policy": check.policy,
        "code": _code_json(check),
    }


def status_json(status: StatusCode) -> Json:
    """Return a status: code, label, and a colour or null."""
    color = status.color
    return {
        "code": status.value,
        "label": str(wording.status_label(status)),
        "color": None if color is None else color.value,
    }


def reason_json(reason: Reason) -> Json:
    """Return a reason: why, what to do now, who puts it right, when to come back."""
    said = wording.reason_wording(reason)
    return {
        "code": said.code.value,
        "text": str(said.text),
        "remedy": said.remedy.value,
        "remedy_text": str(said.remedy_text),
        "owner": said.owner.value,
        "owner_label": str(said.owner_label),
        "return_when": str(said.return_when),
    }


@cache
def _status_label(status: StatusCode, language: str) -> str:
    with override(language):
        return str(wording.status_label(status))


def _code_json(check: Check) -> Json | None:
    used_elsewhere = check.code_used_elsewhere
    return None if used_elsewhere is None else {"used_elsewhere": used_elsewhere}


def _next_steps(answer: Answer) -> Iterable[object]:
    """Return what stands under a status for lack of reasons: the same list for all of one kind."""
    if answer.proof is Proof.NONE and answer.status is StatusCode.UNKNOWN:
        return wording.what_a_stranger_can_do()
    if answer.proof is Proof.FACE_MATCHED and answer.status is not StatusCode.GREEN:
        return (wording.person_sees_why_text(),)
    return ()


def _face_step_json(step: FaceStep) -> Json:
    return {"code": step.value, "text": str(wording.face_step_text(step))}


def _alert_json(alert: AlertShown) -> Json:
    detail = alert.detail
    cause = None if detail is None else detail.cause
    return {
        "number": alert.number,
        "kind": _ALERT_KINDS[alert.number - 1].value,
        "label": str(wording.alert_label(alert.number)),
        "text": str(wording.alert_text(alert.number)),
        "authority": None if detail is None else detail.authority,
        "reference": None if detail is None else detail.reference,
        "contact": None if detail is None else detail.contact,
        "in_force_from": None if detail is None else rfc3339(detail.in_force_from),
        "in_force_until": None if detail is None else _time(detail.in_force_until),
        "cause": None if cause is None else cause.value,
        "cause_label": None if cause is None else str(wording.alert_cause_label(cause)),
    }


def _order_json(order: Order) -> Json:
    return {
        "kind": order.kind.value,
        "label": str(wording.order_label(order.kind)),
        "authority": order.authority,
        "reference": order.reference,
        "contact": order.contact,
        "in_force_from": rfc3339(order.in_force_from),
        "in_force_until": rfc3339(order.in_force_until),
    }


def _test_line_json(naat: NaatShown) -> Json:
    result = None if naat.result is None else naat.result.value
    return {"days": naat.days, "result": result, "pending": naat.pending}


def _naat_json(naat: NaatShown) -> Json:
    return {**_test_line_json(naat), "history": [_test_json(test) for test in naat.history]}


def _test_json(test: TestShown) -> Json:
    return {
        "collected_at": _time(test.collected_at),
        "issued_at": _time(test.issued_at),
        "result": None if test.result is None else test.result.value,
        "label": None if test.result is None else str(wording.naat_result_label(test.result)),
        "pooled": test.pooled,
        "laboratory": test.laboratory,
    }


def _vaccination_json(vaccination: VaccinationShown) -> Json:
    return {
        "state": vaccination.state.value,
        "label": str(wording.vaccination_label(vaccination.state)),
        "doses": [_dose_json(dose) for dose in vaccination.doses],
    }


def _dose_json(dose: DoseShown) -> Json:
    return {
        "dose_number": dose.dose_number,
        "product": dose.product.value,
        "label": str(wording.product_label(dose.product)),
        "administered_on": dose.administered_on.isoformat(),
        "site": dose.site,
    }


def _data_json(data: DataAge) -> Json:
    return {
        "as_of": _time(data.as_of),
        "sources": [
            {
                "feed": feed.value,
                "label": str(wording.feed_label(feed)),
                "as_of": _time(data.feeds.as_of(feed)),
                "stale": feed in data.stale,
            }
            for feed in Feed
        ],
    }


def _time(at: datetime | None) -> str | None:
    return None if at is None else rfc3339(at)


def _texts(texts: Iterable[object]) -> list[str]:
    return [str(text) for text in texts]
