"""A case as its page in the admin shows it: with its trace, and with every event, named."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from cases import timeline
from cases.deadlines import Due
from cases.models import Case, CaseEvent
from cases.owners import owner_of_reason
from cases.wording import due_label
from healthcode.compact import decode_facts
from healthcode.facts import Feed
from healthcode.verdict import Reason, StatusCode
from lookup.admission import Door, Proof, decode_standing
from lookup.wording import door_label, feed_label, proof_label, reason_wording, status_label


@dataclass(frozen=True, kw_only=True)
class ReasonLine:
    """A true cause, and whose it is to mend."""

    code: Reason
    label: str
    owner: str


@dataclass(frozen=True, kw_only=True)
class TraceShown:
    """What the decision rested on."""

    asked_at: datetime
    door: str
    proof: str
    status: str
    shown_status: str
    reasons: tuple[ReasonLine, ...]
    standing: tuple[tuple[str, str], ...]
    feeds: tuple[tuple[str, datetime | None], ...]
    policy: str
    rules: str
    facts: str


@dataclass(frozen=True, kw_only=True)
class EventLine:
    """One event, for colleagues."""

    at: datetime
    by: str
    what: str
    detail: str
    text: str
    is_internal: bool


def trace_shown(case: Case) -> TraceShown | None:
    """Return the trace of a case that was filed from an answer; None for a group's."""
    trace = case.trace
    if case.group or not trace.get("facts"):
        return None
    return TraceShown(
        asked_at=datetime.fromisoformat(trace["asked_at"]),
        door=str(door_label(Door(case.door))),
        proof=str(proof_label(Proof(case.proof))),
        status=str(status_label(StatusCode(trace["status"]))),
        shown_status=str(status_label(StatusCode(case.shown_status))),
        reasons=tuple(_reason(Reason(code)) for code in trace["reasons"]),
        standing=_standing(trace["standing"]),
        feeds=_feeds(trace["facts"]),
        policy=trace["policy"],
        rules=trace["rules"],
        facts=_pretty(trace["facts"]),
    )


def group_shown(case: Case) -> str:
    """Return what the detector has kept of a group: counts and masked examples."""
    return _pretty(case.trace) if case.group else ""


def events_shown(case: Case) -> Sequence[EventLine]:
    """Return every event of a case, oldest first."""
    return [_event(event) for event in case.events.select_related("by").order_by("id")]


def _reason(reason: Reason) -> ReasonLine:
    words = reason_wording(reason)
    return ReasonLine(code=reason, label=str(words.label), owner=str(owner_of_reason(reason).label))


def _standing(encoded: Any) -> tuple[tuple[str, str], ...]:
    standing = decode_standing(encoded)
    yes, no = _("Yes"), _("No")
    registered = standing.registered_at
    return (
        (_("In the registry"), yes if standing.in_registry else no),
        (_("Registered since"), registered.isoformat(" ", "minutes") if registered else no),
        (_("Face on file"), yes if standing.has_face_reference else no),
        (_("Locked"), yes if standing.locked else no),
        (_("Died"), standing.died_on.isoformat() if standing.died_on else no),
    )


def _feeds(encoded: Any) -> tuple[tuple[str, datetime | None], ...]:
    ages = decode_facts(encoded).feeds
    return tuple((str(feed_label(feed)), getattr(ages, feed.value.lower())) for feed in Feed)


def _event(event: CaseEvent) -> EventLine:
    by = "" if event.by is None else str(event.by)
    return EventLine(
        at=event.at,
        by=by or _("by itself"),
        what=event.get_kind_display(),
        detail=_detail(event.detail),
        text=timeline.text_of(event),
        is_internal=not event.visible_to_citizen,
    )


def _detail(detail: dict[str, Any]) -> str:
    said = []
    if "to" in detail:
        said.append(f"{Case.Owner(detail['from']).label} → {Case.Owner(detail['to']).label}")
    if "assigned_to" in detail:
        said.append(str(detail["assigned_to"]))
    if "due" in detail:
        said.append(due_label(Due(detail["due"])))
    if "resolution" in detail:
        said.append(str(Case.Resolution(detail["resolution"]).label))
    return " · ".join(said)


def _pretty(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
