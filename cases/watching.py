"""Watching an answer that was unknown or unconfirmed, and telling its asker once when it has changed.

A scheduled task joins the open watches with ``changed_seq``. What was proved is judged anew before anything
is told: kin are told that there is a new answer, and their case closes by itself. For an asker without proof
nobody is looked at: a notice that came when a status turns would be an answer in itself. They are told
once, after a set time, to ask again, whether or not anything has changed and whether or not there is such a
person. Source: docs/domain.md, 9.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from cases import timeline
from cases.models import Case, Watch
from healthcode.verdict import StatusCode
from identity import notices
from identity.models import Notice, User
from lookup import answering, shown_again
from lookup.admission import Door, Proof
from lookup.answering import Question, told_status
from lookup.disclosure import Decision
from lookup.models import Lookup, PolicyRevision
from lookup.proofs import proof_of
from lookup.shown_again import NotYours

UNSETTLED = (StatusCode.UNKNOWN, StatusCode.UNCONFIRMED)
MOST_WATCHES = 20
"""Open watches of one account."""
LOOKED_AT_EVERY = timedelta(hours=1)
"""At the latest, for what counts no changes: a lock, a policy, a feed that is read for the first time."""
UNPROVEN_TOLD_AFTER = timedelta(days=2)
WATCHED_FOR = timedelta(days=30)
MOST_A_RUN = 5_000
_NEVER_LOOKED = -1

_DUE = """
    SELECT w.id FROM cases_watch w
    LEFT JOIN cases_case c ON c.id = w.case_id
    LEFT JOIN identity_person p ON p.person_key = w.subject_key
    LEFT JOIN records_summary s ON s.person_key = w.subject_key
    WHERE w.closed_at IS NULL AND (
        w.look_again_at <= %(at)s OR c.state = 'CLOSED'
        OR w.proof IN ('OWN', 'KINSHIP') AND (
            p.changed_seq IS DISTINCT FROM w.person_seq OR s.changed_seq IS DISTINCT FROM w.summary_seq
        )
    )
    ORDER BY w.look_again_at LIMIT %(most)s
"""
_SEQS = """
    SELECT (SELECT changed_seq FROM identity_person WHERE person_key = %(key)s),
        (SELECT changed_seq FROM records_summary WHERE person_key = %(key)s)
"""


@dataclass(frozen=True, kw_only=True)
class Watching:
    """The answer is watched now, by this call or by a former one."""

    watch: Watch


@dataclass(frozen=True, kw_only=True)
class NothingToWatch:
    """The answer was read as green, yellow or red."""


@dataclass(frozen=True, kw_only=True)
class TooManyWatches:
    """The account watches as many answers as it may."""


def watch(
    asker: User, lookup_id: UUID, *, at: datetime
) -> Watching | NotYours | NothingToWatch | TooManyWatches:
    """Watch an account's own answer; a second tap finds the first watch."""
    row = shown_again.row_of(asker, lookup_id, at=at)
    if isinstance(row, NotYours):
        return row
    if row.shown_status not in UNSETTLED:
        return NothingToWatch()
    with transaction.atomic():
        _take_turns(asker)
        mine = Watch.objects.open().filter(asker=asker)
        is_new = not mine.filter(subject_key=row.subject_key, door=row.door).exists()
        if is_new and mine.count() >= MOST_WATCHES:
            return TooManyWatches()
        return Watching(watch=_open(asker, row, case=None, at=at))


def is_watched(asker: User, row: Lookup) -> bool:
    """Tell whether an account watches this answer, or another about the same person through the same door."""
    return Watch.objects.open().filter(asker=asker, subject_key=row.subject_key, door=row.door).exists()


def watch_case(case: Case, row: Lookup, *, at: datetime) -> None:
    """Watch the answer that a case was filed from, so that the case can close by itself.

    A watch that was there already is the case's from now on. Inside the transaction that files the case.
    """
    if case.opened_by is not None and row.shown_status in UNSETTLED:
        _open(case.opened_by, row, case=case, at=at)


def watch_again(case: Case, *, at: datetime) -> None:
    """Watch a case that was opened again, by the answer that it was filed from, if that is still kept."""
    if case.lookup_id is None or case.kind != Case.Kind.STATUS_UNKNOWN:
        return
    row = Lookup.objects.with_id(case.lookup_id).first()
    if row is not None:
        watch_case(case, row, at=at)


def due(*, at: datetime, most: int) -> list[UUID]:
    """Return the watches to look at: something of their person has changed, or time may have done so.

    Numbers are compared for being others, not for being higher: they are given before their transaction
    ends, so a lower one may come late.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"at": at, "most": most})
        return [row[0] for row in cursor.fetchall()]


def look_at_all(at: Callable[[], datetime]) -> int:
    """Look at every watch that is due, ``at`` anew for each; return how many ended.

    May be run by many at once, and killed.
    """
    ended = 0
    for watch_id in due(at=at(), most=MOST_A_RUN):
        ended += look(watch_id, at=at()) is not None
    return ended


def look(watch_id: UUID, *, at: datetime) -> Watch.End | None:
    """Look at one watch; return its end if this ended it. One that somebody else holds is left alone.

    The audit row, the end of the watch, the end of the case and the notice are one transaction: who dies in
    between has told nothing, and two at once tell once.
    """
    with transaction.atomic():
        # The case first, as everybody does who works on it; and nobody is waited for.
        found = Watch.objects.open().filter(id=watch_id).first()
        if found is None or not _hold_case(found.case_id):
            return None
        held = Watch.objects.open().filter(id=watch_id).select_for_update(skip_locked=True, of=("self",))
        mine = held.select_related("case", "asker").first()
        if mine is None or mine.case_id != found.case_id:
            return None
        end = _end_of(mine, at=at)
        if end is not None:
            _close(mine, end, at=at)
        return end


def _open(asker: User, row: Lookup, *, case: Case | None, at: datetime) -> Watch:
    open_watches = Watch.objects.open().filter(asker=asker, subject_key=row.subject_key, door=row.door)
    try:
        with transaction.atomic():
            # The first look comes with the next run: the answer may be old by now.
            return Watch.objects.create(
                case=case,
                asker=asker,
                subject_key=row.subject_key,
                door=row.door,
                proof=row.proof,
                lookup_id=row.id,
                lookup_asked_on=row.asked_on,
                shown_status=row.shown_status,
                person_seq=_NEVER_LOOKED,
                summary_seq=_NEVER_LOOKED,
                look_again_at=at + LOOKED_AT_EVERY,
                opened_at=at,
            )
    except IntegrityError:
        if case is not None:
            open_watches.update(case=case)
        # It may have ended a moment ago.
        return open_watches.first() or _open(asker, row, case=case, at=at)


def _take_turns(asker: User) -> None:
    """Let an account open one watch at a time, so that it cannot have more than it may."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"watches:{asker.id}"])


def _hold_case(case_id: UUID | None) -> bool:
    if case_id is None:
        return True
    return Case.objects.filter(id=case_id).select_for_update(skip_locked=True, of=("self",)).exists()


def _end_of(mine: Watch, *, at: datetime) -> Watch.End | None:
    """Judge one watch: how it ends now, or None after noting what was seen."""
    if mine.case is not None and mine.case.state == Case.State.CLOSED:
        return Watch.End.CASE_CLOSED
    proof = proof_of(mine.asker, mine.subject_key, at=at)
    if Proof(mine.proof).is_kin and not proof.is_kin:
        return Watch.End.NO_LONGER_KIN
    if not mine.asker.is_active or at >= mine.opened_at + _longest(proof):
        return Watch.End.EXPIRED
    if not proof.is_kin:
        _note(mine, proof, seqs=(mine.person_seq, mine.summary_seq), again_at=_latest(mine, proof, at=at))
        return None
    return _judge(mine, proof, at=at)


def _longest(proof: Proof) -> timedelta:
    return WATCHED_FOR if proof.is_kin else UNPROVEN_TOLD_AFTER


def _latest(mine: Watch, proof: Proof, *, at: datetime) -> datetime:
    return min(at + LOOKED_AT_EVERY, mine.opened_at + _longest(proof))


def _judge(mine: Watch, proof: Proof, *, at: datetime) -> Watch.End | None:
    # The numbers before the facts: what comes in between is another number at the next run.
    with connection.cursor() as cursor:
        cursor.execute(_SEQS, {"key": mine.subject_key})
        seqs = cursor.fetchone()
    question = Question(
        door=Door(mine.door), proof=proof, asked_at=at, subject_key=mine.subject_key, asker_id=mine.asker_id
    )
    policy = PolicyRevision.objects.in_force(at)
    decision = answering.foresee(question, policy=policy)
    if _is_settled(question, decision):
        # Telling that there is an answer is telling of the person, so it leaves its row first.
        with transaction.atomic():
            recorded = answering.decide_and_record(question, born_on=None, policy=policy)
            if _is_settled(question, recorded.decision):
                mine.shown_status = recorded.row.shown_status
                return Watch.End.ANSWER_CHANGED
            # Changed back between the two: nothing is told, so there is nothing to record.
            transaction.set_rollback(True)
    _note(mine, proof, seqs=seqs, again_at=min(decision.verdict.valid_until, _latest(mine, proof, at=at)))
    return None


def _is_settled(question: Question, decision: Decision) -> bool:
    return told_status(question.door, question.proof, decision) not in UNSETTLED


def _note(mine: Watch, proof: Proof, *, seqs: tuple[int | None, int | None], again_at: datetime) -> None:
    mine.proof, (mine.person_seq, mine.summary_seq), mine.look_again_at = proof, seqs, again_at
    mine.save(update_fields=["proof", "person_seq", "summary_seq", "look_again_at"])


def _close(mine: Watch, end: Watch.End, *, at: datetime) -> None:
    was = Watch.objects.filter(id=mine.id).values_list("shown_status", flat=True).get()
    Watch.objects.filter(id=mine.id).update(closed_at=at, end=end)
    match end:
        case Watch.End.ANSWER_CHANGED if mine.case is not None:
            # Tells whoever filed it, with the number of the case.
            statuses = {"status_was": was, "status_is": mine.shown_status}
            timeline.close(mine.case, Case.Resolution.ANSWER_CHANGED, at=at, by=None, **statuses)
        case Watch.End.ANSWER_CHANGED:
            notices.post(mine.asker, Notice.Kind.ANSWER_CHANGED, subject_key=None, at=at)
        case Watch.End.EXPIRED if mine.asker.is_active:
            reference = "" if mine.case is None else mine.case.number
            notices.post(mine.asker, Notice.Kind.ASK_AGAIN, subject_key=None, reference=reference, at=at)
        case Watch.End.NO_LONGER_KIN | Watch.End.CASE_CLOSED | Watch.End.EXPIRED:
            # Who speaks for nobody any more is told nothing; of a closed case they have been told.
            pass
