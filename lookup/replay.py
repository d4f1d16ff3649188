"""A past decision shown again, what would be said today, and why the two differ.

There is no second rule book here: both are decided by `lookup.answering.decide_again`, from facts and
standing. Read it only after `lookup.doors.staff` has written its row. Source: docs/domain.md, 10.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from healthcode.compact import decode_facts, encode_facts
from healthcode.evaluation import RULES_VERSION
from healthcode.facts import Facts
from healthcode.verdict import Reason, StatusCode, Verdict
from identity.models import User
from lookup import answering, on_file
from lookup.admission import Door, FaceStep, Proof, Standing, decode_standing, encode_standing
from lookup.answering import told_status
from lookup.disclosure import Decision
from lookup.models import Lookup, PolicyInForce, PolicyRevision
from lookup.proofs import proof_of


class Cause(StrEnum):
    """What may be other today than it was when the decision was made."""

    TESTS = "TESTS"
    DOSES = "DOSES"
    ORDERS = "ORDERS"
    ALERTS = "ALERTS"
    RECORD_IN_REVIEW = "RECORD_IN_REVIEW"
    BIRTH_DATE = "BIRTH_DATE"
    FEED_AGES = "FEED_AGES"
    STANDING = "STANDING"
    PROOF = "PROOF"
    POLICY = "POLICY"
    TIME = "TIME"


@dataclass(frozen=True, kw_only=True)
class Said:
    """What came of a decision: the status that the door gave, the one that left, and every reason."""

    status: StatusCode
    shown_status: StatusCode
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that is other today."""

    cause: Cause
    details: tuple[str, ...]
    """The fields that are other: of standing, policy and the ages of the data alone."""
    otherwise: Said
    """What today would say if this one thing were still as it was."""
    explains: tuple[Reason, ...]
    """The reasons that came or went, and that would not have without it."""
    explains_status: bool

    @property
    def decides(self) -> bool:
        """Whether it explains anything of the difference by itself."""
        return self.explains_status or bool(self.explains)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """Facts, standing, policy, proof and clock, and the decision that they lead to."""

    facts: Facts
    standing: Standing
    policy: PolicyInForce
    proof: Proof
    at: datetime
    decision: Decision
    said: Said

    @property
    def verdict(self) -> Verdict:
        return self.decision.verdict


@dataclass(frozen=True, kw_only=True)
class Replay:
    """A past decision, made again from what was known then, beside the one of today."""

    lookup_id: UUID
    subject_key: UUID = field(repr=False)
    door: Door
    recorded: Said
    rules: str
    then: Judged
    today: Judged
    changes: tuple[Change, ...]

    @property
    def is_reproduced(self) -> bool:
        """Whether the same came out as stands in the audit."""
        return self.recorded == self.then.said

    @property
    def rules_have_changed(self) -> bool:
        """Whether the rule book has a newer version, by which both were decided here."""
        return self.rules != RULES_VERSION

    @property
    def differs(self) -> bool:
        return self.then.said != self.today.said

    @property
    def has_single_cause(self) -> bool:
        """Whether at least one change explains something by itself."""
        return any(change.decides for change in self.changes)


@dataclass(frozen=True, kw_only=True)
class NothingDecided:
    """The look-up was refused, is still open, or was a colleague opening a file: no decision to repeat."""

    outcome: Lookup.Outcome
    refusal: str


def replay(row: Lookup, *, at: datetime) -> Replay | NothingDecided:
    """Make the decision of a row again, and decide the same question as of ``at``.

    Raises ValueError if the row was written in a form that this release does not read.
    """
    if row.facts is None or row.standing is None:
        return NothingDecided(outcome=Lookup.Outcome(row.outcome), refusal=row.refusal)
    then = _judge(
        row,
        facts=decode_facts(row.facts),
        standing=decode_standing(row.standing),
        policy=PolicyRevision.objects.get(name=row.policy).read(),
        proof=_proof_then(row),
        at=row.asked_at,
    )
    on_file_now = on_file.read(row.subject_key, born_on=then.facts.born_on)
    today = _judge(
        row,
        facts=on_file_now.facts,
        standing=on_file_now.standing,
        policy=PolicyRevision.objects.in_force(at),
        proof=_proof_today(row, at=at),
        at=at,
    )
    return Replay(
        lookup_id=row.id,
        subject_key=row.subject_key,
        door=Door(row.door),
        recorded=Said(
            status=StatusCode(row.status),
            shown_status=StatusCode(row.shown_status),
            reasons=tuple(Reason(reason) for reason in row.reasons),
        ),
        rules=row.rules,
        then=then,
        today=today,
        changes=tuple(_change(row, cause, then=then, today=today) for cause in _changed(then, today)),
    )


def _judge(
    row: Lookup, *, facts: Facts, standing: Standing, policy: PolicyInForce, proof: Proof, at: datetime
) -> Judged:
    # A row that is never saved: the one way to a decision takes a row.
    asked = Lookup(
        id=row.id,
        door=row.door,
        proof=proof,
        asked_at=at,
        subject_key=row.subject_key,
        asker_id=row.asker_id,
        facts=encode_facts(facts),
        standing=encode_standing(standing),
    )
    decision = answering.decide_again(asked, policy)
    said = Said(
        status=decision.status,
        shown_status=told_status(Door(row.door), proof, decision),
        reasons=decision.reasons,
    )
    return Judged(
        facts=facts, standing=standing, policy=policy, proof=proof, at=at, decision=decision, said=said
    )


def _proof_then(row: Lookup) -> Proof:
    """Return what was proved: a face that matched before a shut door stands as NONE in the row."""
    is_matched = row.face_step == FaceStep.MATCHED and not Proof(row.proof).is_kin
    return Proof.FACE_MATCHED if is_matched else Proof(row.proof)


def _proof_today(row: Lookup, *, at: datetime) -> Proof:
    """Return what the asker has proved today; a face that matched is taken to match again."""
    if row.asker_id is None or _proof_then(row) is Proof.FACE_MATCHED:
        return _proof_then(row)
    asker = User.objects.filter(id=row.asker_id).first()
    return Proof.NONE if asker is None else proof_of(asker, row.subject_key, at=at)


_FACTS = {
    Cause.TESTS: "naats",
    Cause.DOSES: "doses",
    Cause.ORDERS: "orders",
    Cause.ALERTS: "alerts",
    Cause.RECORD_IN_REVIEW: "record_in_review",
    Cause.BIRTH_DATE: "born_on",
    Cause.FEED_AGES: "feeds",
}

# How each cause is put back to what it was: today's values, with this one of then.
_PUT_BACK: dict[Cause, Callable[[Judged, Judged], Judged]] = {
    Cause.STANDING: lambda today, then: replace(today, standing=then.standing),
    Cause.PROOF: lambda today, then: replace(today, proof=then.proof),
    Cause.POLICY: lambda today, then: replace(today, policy=then.policy),
    Cause.TIME: lambda today, then: replace(today, at=then.at),
}


def _changed(then: Judged, today: Judged) -> list[Cause]:
    """Return what is other today, in the order of the enum."""
    return [cause for cause in Cause if _put_back(cause, then=then, today=today) != today]


def _change(row: Lookup, cause: Cause, *, then: Judged, today: Judged) -> Change:
    back = _put_back(cause, then=then, today=today)
    without = _judge(
        row, facts=back.facts, standing=back.standing, policy=back.policy, proof=back.proof, at=back.at
    )
    was, is_now, would_be = then.said, today.said, without.said
    # What putting it back brings that was not there before explains nothing: old data makes stale reasons.
    moved = set(was.reasons) ^ set(is_now.reasons)
    moved_back = {reason for reason in moved if (reason in would_be.reasons) == (reason in was.reasons)}
    return Change(
        cause=cause,
        details=_details(cause, then=then, today=today),
        otherwise=would_be,
        explains=tuple(reason for reason in Reason if reason in moved_back),
        explains_status=_statuses(was) != _statuses(is_now) and _statuses(would_be) == _statuses(was),
    )


def _statuses(said: Said) -> tuple[StatusCode, StatusCode]:
    return said.status, said.shown_status


def _put_back(cause: Cause, *, then: Judged, today: Judged) -> Judged:
    if cause in _FACTS:
        name = _FACTS[cause]
        return replace(today, facts=replace(today.facts, **{name: getattr(then.facts, name)}))
    return _PUT_BACK[cause](today, then)


def _details(cause: Cause, *, then: Judged, today: Judged) -> tuple[str, ...]:
    match cause:
        case Cause.STANDING:
            return _fields_that_differ(then.standing, today.standing)
        case Cause.POLICY:
            # The name and the day are what makes it another row, not what it changes.
            rules = _fields_that_differ(then.policy.rule_book, today.policy.rule_book)
            doors = _fields_that_differ(then.policy.admission, today.policy.admission)
            return tuple(name for name in (*rules, *doors) if name not in ("name", "in_force_from"))
        case Cause.FEED_AGES:
            return _fields_that_differ(then.facts.feeds, today.facts.feeds)
        case _:
            return ()


def _fields_that_differ(then: object, today: object) -> tuple[str, ...]:
    names = (each.name for each in fields(then))  # type: ignore[arg-type]  # callers hand over dataclasses
    return tuple(name for name in names if getattr(then, name) != getattr(today, name))
