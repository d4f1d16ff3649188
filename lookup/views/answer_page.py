"""An answer as its page shows it: frozen values with their words, so that no template decides anything."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import ngettext

from civil_time import SHANGHAI, start_of
from healthcode.verdict import Reason, StatusCode
from lookup import wording
from lookup.admission import Door, Proof
from lookup.answer import Answer, NaatShown
from lookup.views.answer_lines import (
    DoseLine,
    FeedLine,
    MeasureLine,
    TestLine,
    doses_of,
    feeds_of,
    measures_of,
    tests_of,
)
from lookup.views.code_panel import CodePanel
from lookup.wording import ReasonWording

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# A door shut for one of these says nothing against the records behind it, and the third-party query opens.
_SHUT = frozenset({Reason.NOT_REGISTERED, Reason.REGISTRATION_SYNCING, Reason.NO_FACE_REFERENCE})
# More seconds than this are not counted down; the page says until when.
_COUNTED_DOWN_S = 300
_FACE_DOORS = (Door.THIRD_PARTY, Door.RECORDS)
_ASKED_AT = {
    Door.OWN: "own-code",
    Door.ASSISTED: "assisted",
    Door.THIRD_PARTY: "third-party",
    Door.RECORDS: "records-of",
}


@dataclass(frozen=True, kw_only=True)
class StatusPanel:
    """The part that closes: status, masked name, test days, vaccination state."""

    code: StatusCode
    label: "_StrPromise"
    explanation: "_StrPromise"
    subject_name: str | None
    test_days: str | None
    test_pending: bool
    has_test_line: bool
    vaccination: "_StrPromise | None"
    alerts: "tuple[_StrPromise, ...]"
    """Labels alone, for a proof that allows no more; kin see each alert below."""


@dataclass(frozen=True, kw_only=True)
class AnswerPage:
    """Everything that an answer's page shows. Without ``panel`` the status has closed."""

    id: UUID
    door: Door
    door_label: "_StrPromise"
    asked_at: datetime
    closes_at: datetime
    closes_in: int
    counts_down: bool
    valid_until: str
    is_outdated: bool
    """Whether time alone may have changed a status that is still shown."""
    is_living_result: bool
    """Whether the answer lives for the rest of the day and not for seconds."""
    asks_again_at: str
    asks_again_as_kin: bool
    opens_as_kin: bool
    """Whether the third-party query answers kin at once where this door was shut."""
    is_kin: bool
    panel: StatusPanel | None
    code: CodePanel | None
    offers_case: bool
    """Whether a case is filed with one tap; any other answer leads to a form that asks what is wrong."""
    shows_causes: bool
    causes: "tuple[_StrPromise, ...]"
    steps: "tuple[_StrPromise, ...]"
    person_sees_why: "_StrPromise | None"
    face_step: "_StrPromise | None"
    reasons: tuple[ReasonWording, ...]
    measures: tuple[MeasureLine, ...]
    shows_records: bool
    records_are_in_order: bool
    tests: tuple[TestLine, ...]
    doses: tuple[DoseLine, ...]
    feeds: tuple[FeedLine, ...]


def living_page(answer: Answer, *, at: datetime, code: CodePanel | None) -> AnswerPage:
    """Return the page of an answer whose status is still shown, with the code beside it."""
    return _page(answer, at=at, panel=_panel(answer), code=code)


def closed_page(answer: Answer, *, at: datetime) -> AnswerPage:
    """Return the page of an answer whose status has closed: reasons and remedies stay, for kin."""
    return _page(answer, at=at, panel=None, code=None)


def _page(answer: Answer, *, at: datetime, panel: StatusPanel | None, code: CodePanel | None) -> AnswerPage:
    is_kin = answer.proof.is_kin
    keeps_records = answer.naat is not None and is_kin
    closes_in = max(1, ceil((answer.closes_at - at).total_seconds()))
    valid_until = min(answer.valid_until or answer.closes_at, answer.closes_at)
    is_shut = bool(_SHUT & set(answer.reasons))
    return AnswerPage(
        id=answer.id,
        door=answer.door,
        door_label=wording.door_label(answer.door),
        asked_at=answer.asked_at,
        closes_at=answer.closes_at,
        closes_in=closes_in,
        counts_down=closes_in <= _COUNTED_DOWN_S,
        valid_until=_time_of_day(valid_until),
        is_outdated=at >= valid_until,
        is_living_result=answer.door in _FACE_DOORS and answer.proof is not Proof.NONE,
        asks_again_at=_ASKED_AT[answer.door],
        asks_again_as_kin=is_kin and answer.door is Door.THIRD_PARTY,
        opens_as_kin=is_kin and is_shut and answer.door is Door.ASSISTED,
        is_kin=is_kin,
        panel=panel,
        code=code,
        offers_case=_offers_case(answer, is_open=panel is not None),
        shows_causes=_shows_causes(answer, is_open=panel is not None),
        causes=wording.possible_causes(),
        steps=wording.what_a_stranger_can_do(),
        person_sees_why=_person_sees_why(answer, is_open=panel is not None),
        face_step=None if answer.face_step is None else wording.face_step_text(answer.face_step),
        reasons=tuple(wording.reason_wording(reason) for reason in answer.reasons),
        measures=measures_of(answer) if keeps_records else (),
        shows_records=keeps_records,
        # Only the door is in the way: worth saying to whoever fears for the records.
        records_are_in_order=is_shut and Reason.RECORD_IN_REVIEW not in answer.reasons,
        tests=tests_of(answer.naat) if keeps_records else (),
        doses=doses_of(answer) if keeps_records else (),
        feeds=feeds_of(answer.data) if keeps_records and answer.data else (),
    )


def _offers_case(answer: Answer, *, is_open: bool) -> bool:
    # To a stranger a closed page looks the same whatever the status was.
    is_unsettled = answer.status in (StatusCode.UNKNOWN, StatusCode.UNCONFIRMED)
    return is_unsettled and (is_open or answer.proof.is_kin)


def _shows_causes(answer: Answer, *, is_open: bool) -> bool:
    # A closed page shows them whatever the status was, or their absence would go on saying "green".
    bare = answer.proof is Proof.NONE
    return bare and (answer.status is StatusCode.UNKNOWN or not is_open)


def _person_sees_why(answer: Answer, *, is_open: bool) -> "_StrPromise | None":
    is_matched = answer.proof is Proof.FACE_MATCHED
    if is_open and is_matched and answer.status is not StatusCode.GREEN:
        return wording.person_sees_why_text()
    return None


def _panel(answer: Answer) -> StatusPanel:
    naat, vaccination = answer.naat, answer.vaccination
    return StatusPanel(
        code=answer.status,
        label=wording.status_label(answer.status),
        explanation=wording.status_explanation(answer.status),
        subject_name=answer.subject_name,
        test_days=_days(naat),
        test_pending=naat is not None and naat.pending,
        has_test_line=naat is not None,
        vaccination=None if vaccination is None else wording.vaccination_label(vaccination.state),
        alerts=tuple(wording.alert_label(alert.number) for alert in answer.alerts if alert.detail is None),
    )


def _days(naat: NaatShown | None) -> str | None:
    if naat is None or naat.days is None:
        return None
    return ngettext("%(days)s day", "%(days)s days", naat.days) % {"days": naat.days}


def _time_of_day(at: datetime) -> str:
    """Return an instant as a time of its Shanghai day; the end of a day is 24:00."""
    local = at.astimezone(SHANGHAI)
    return "24:00" if local == start_of(local.date()) else f"{local:%H:%M}"
