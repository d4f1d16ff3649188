"""Which fields of a decision leave, to whom. Pure; the only table of its kind.

Door × proof × field. A field that no line of the table lets through cannot leave: answers are built here,
and from the table alone. Source: docs/domain.md, 4.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from healthcode.entry import judge_entry
from healthcode.facts import AlertKind, Feed, FeedAges
from healthcode.verdict import EntryVerdict, Reason, StatusCode, Verdict
from lookup.admission import Admitted, Door, FaceStep, NotAdmitted, Proof
from lookup.answer import (
    AgeBand,
    AlertShown,
    Answer,
    Check,
    DataAge,
    History,
    NaatShown,
    VaccinationShown,
)

CHILD_BELOW = 18  # completed years
ELDER_FROM = 60


class Field(StrEnum):
    """Everything about a person that can leave, each by itself."""

    STATUS = "STATUS"
    REASONS = "REASONS"
    ALERT_NUMBERS = "ALERT_NUMBERS"
    ALERT_DETAILS = "ALERT_DETAILS"
    ORDERS = "ORDERS"
    TEST_DAYS = "TEST_DAYS"
    TEST_HISTORY = "TEST_HISTORY"
    VACCINATION_STATE = "VACCINATION_STATE"
    DOSE_HISTORY = "DOSE_HISTORY"
    MASKED_NAME = "MASKED_NAME"
    VALID_UNTIL = "VALID_UNTIL"
    DATA_AGE = "DATA_AGE"
    FACE_STEP = "FACE_STEP"
    CODE = "CODE"
    WHO_LOOKED = "WHO_LOOKED"
    ENTRY_VERDICT = "ENTRY_VERDICT"
    AGE_BAND = "AGE_BAND"
    PSEUDONYM = "PSEUDONYM"


_KIN = frozenset(Field) - {Field.CODE, Field.ENTRY_VERDICT, Field.AGE_BAND, Field.PSEUDONYM}
_MATCHED = frozenset(
    {
        Field.STATUS,
        Field.ALERT_NUMBERS,
        Field.TEST_DAYS,
        Field.VACCINATION_STATE,
        Field.MASKED_NAME,
        Field.VALID_UNTIL,
    }
)
_CODE = frozenset({Field.CODE})
_BARE = frozenset({Field.STATUS})
_DEVICE = frozenset(
    {
        Field.STATUS,
        Field.ENTRY_VERDICT,
        Field.ALERT_NUMBERS,
        Field.TEST_DAYS,
        Field.VACCINATION_STATE,
        Field.MASKED_NAME,
        Field.AGE_BAND,
        Field.PSEUDONYM,
        Field.VALID_UNTIL,
        Field.DATA_AGE,
    }
)

# A pair that does not stand here is told nothing, and cannot be asked.
TABLE: Mapping[tuple[Door, Proof], frozenset[Field]] = {
    (Door.OWN, Proof.OWN): _KIN | _CODE,
    (Door.ASSISTED, Proof.OWN): _KIN | _CODE,
    (Door.ASSISTED, Proof.KINSHIP): _KIN | _CODE,
    (Door.ASSISTED, Proof.NONE): _BARE | {Field.MASKED_NAME},
    (Door.THIRD_PARTY, Proof.OWN): _KIN | _CODE,
    (Door.THIRD_PARTY, Proof.KINSHIP): _KIN | _CODE,
    (Door.THIRD_PARTY, Proof.FACE_MATCHED): _MATCHED | _CODE,
    (Door.THIRD_PARTY, Proof.NONE): _BARE,
    # Tests and doses one by one are for kin: laboratory and hour were what leaked in December 2020.
    (Door.RECORDS, Proof.OWN): _KIN,
    (Door.RECORDS, Proof.KINSHIP): _KIN,
    (Door.RECORDS, Proof.FACE_MATCHED): _MATCHED,
    (Door.RECORDS, Proof.NONE): _BARE,
    (Door.CHECKPOINT, Proof.NONE): _DEVICE,
    (Door.ADMIN, Proof.NONE): _KIN,
}

# What a shut door still tells: kin see why, and what stands beside a status; a gate calls a human.
_SHUT_TO_KIN = _KIN - {Field.ALERT_NUMBERS, Field.ALERT_DETAILS, Field.ORDERS}
_SHUT_TO_DEVICE = frozenset({Field.STATUS, Field.ENTRY_VERDICT, Field.VALID_UNTIL, Field.DATA_AGE})

_STATUS_REASONS = frozenset(
    {Reason.OBSERVATION_ORDER, Reason.NAAT_RETEST_REQUIRED, Reason.ORDERS_NEVER_READ}
    | {Reason.for_alert(kind) for kind in AlertKind}
)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Both questions answered about one person, before anything is held back."""

    verdict: Verdict
    admission: Admitted | NotAdmitted
    feeds: FeedAges

    @property
    def is_admitted(self) -> bool:
        return isinstance(self.admission, Admitted)

    @property
    def status(self) -> StatusCode:
        """The status that this door gives: the verdict's, or UNKNOWN where the door is shut."""
        return self.verdict.status if self.is_admitted else StatusCode.UNKNOWN

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Every reason that applies, in the order of the enum.

        A shut door says why it is shut and what stands beside a status, not what the status would be.
        """
        match self.admission:
            case Admitted():
                return self.verdict.reasons
            case NotAdmitted(reasons=shut):
                return (*shut, *(reason for reason in self.verdict.reasons if reason not in _STATUS_REASONS))
            case _:
                assert_never(self.admission)


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What every answer carries, whatever was decided."""

    id: UUID
    asked_at: datetime
    door: Door
    proof: Proof
    policy: str
    closes_after: timedelta


def fields_told(door: Door, proof: Proof, decision: Decision) -> frozenset[Field]:
    """Return the fields of a decision that leave through a door to a proof; of an unlisted pair, none."""
    told = TABLE.get((door, proof), frozenset())
    if door is Door.CHECKPOINT:
        return told if decision.is_admitted else told & _SHUT_TO_DEVICE
    if proof.is_kin:
        return told if decision.is_admitted else told & _SHUT_TO_KIN
    # Without kinship nothing may depend on why a status is not told, not even the end of its validity.
    has_answer = shown_status(decision, proof) is not StatusCode.UNKNOWN or proof is Proof.FACE_MATCHED
    return told if decision.is_admitted and has_answer else told & _BARE


def shown_status(decision: Decision, proof: Proof) -> StatusCode:
    """Return the status that leaves: without proof green, or the bare unknown for everything else."""
    if proof is Proof.NONE and decision.status is not StatusCode.GREEN:
        return StatusCode.UNKNOWN
    return decision.status


def disclose(
    decision: Decision,
    envelope: Envelope,
    *,
    masked_name: str | None,
    history: History,
    face_step: FaceStep | None = None,
) -> Answer:
    """Return what may leave to an asker with the envelope's proof, field by field from the table."""
    verdict, told = decision.verdict, fields_told(envelope.door, envelope.proof, decision)
    return Answer(
        **vars(envelope),
        status=shown_status(decision, envelope.proof) if Field.STATUS in told else StatusCode.UNKNOWN,
        reasons=decision.reasons if Field.REASONS in told else (),
        alerts=_alerts(verdict, told),
        orders=verdict.orders if Field.ORDERS in told else (),
        naat=_test_line(verdict, told, history),
        vaccination=_vaccination(verdict, told, history),
        subject_name=masked_name if Field.MASKED_NAME in told else None,
        valid_until=verdict.valid_until if Field.VALID_UNTIL in told else None,
        face_step=face_step if Field.FACE_STEP in told else None,
        data=_data_age(decision) if Field.DATA_AGE in told else None,
        carries_code=Field.CODE in told,
    )


def disclose_to_device(
    decision: Decision,
    *,
    id: UUID,
    policy: str,
    entry_days: int | None,
    masked_name: str | None,
    pseudonym: str,
    code_used_elsewhere: bool | None = None,
) -> Check:
    """Return what may leave to a gate. Somebody in no record is for a human to look at.

    So is a code that another site has read: it may be a picture of somebody else's screen.
    """
    verdict, told = decision.verdict, fields_told(Door.CHECKPOINT, Proof.NONE, decision)
    needs_a_human = bool(code_used_elsewhere) or not decision.is_admitted
    watched = [as_of for as_of in (decision.feeds.orders, decision.feeds.tests) if as_of is not None]
    return Check(
        id=id,
        verdict=EntryVerdict.MANUAL if needs_a_human else judge_entry(verdict, entry_days=entry_days),
        status=decision.status,
        alert_numbers=tuple(shown.number for shown in _alerts(verdict, told)),
        subject_name=masked_name if Field.MASKED_NAME in told else None,
        age_band=_age_band(verdict.age) if Field.AGE_BAND in told else None,
        pseudonym=pseudonym if Field.PSEUDONYM in told else None,
        naat=_test_line(verdict, told, History()),
        vaccination=verdict.vaccination if Field.VACCINATION_STATE in told else None,
        data_as_of=min(watched, default=None),
        data_fresh=not {Feed.ORDERS, Feed.TESTS} & set(verdict.stale),
        valid_until=verdict.valid_until,
        policy=policy,
        code_used_elsewhere=code_used_elsewhere,
    )


def _alerts(verdict: Verdict, told: frozenset[Field]) -> tuple[AlertShown, ...]:
    if Field.ALERT_NUMBERS not in told:
        return ()
    with_details = Field.ALERT_DETAILS in told
    return tuple(
        AlertShown(number=alert.kind.number, detail=alert if with_details else None)
        for alert in verdict.alerts
    )


def _test_line(verdict: Verdict, told: frozenset[Field], history: History) -> NaatShown | None:
    if Field.TEST_DAYS not in told:
        return None
    tests, count = history.tests if Field.TEST_HISTORY in told else (), verdict.naat
    return NaatShown(days=count.days, result=count.result, pending=count.pending, history=tests)


def _vaccination(verdict: Verdict, told: frozenset[Field], history: History) -> VaccinationShown | None:
    if Field.VACCINATION_STATE not in told:
        return None
    doses = history.doses if Field.DOSE_HISTORY in told else ()
    return VaccinationShown(state=verdict.vaccination, doses=doses)


def _data_age(decision: Decision) -> DataAge:
    feeds = decision.feeds
    known = [as_of for as_of in (feeds.registry, feeds.tests, feeds.doses, feeds.orders) if as_of is not None]
    return DataAge(as_of=min(known, default=None), feeds=feeds, stale=decision.verdict.stale)


def _age_band(age: int) -> AgeBand:
    if age < CHILD_BELOW:
        return AgeBand.CHILD
    return AgeBand.ELDER if age >= ELDER_FROM else AgeBand.ADULT
