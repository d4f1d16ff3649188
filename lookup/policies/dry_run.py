"""A proposed policy computed over everybody before it comes into force: asked for, and run by a task.

Both rule sets judge the same people at the same instant, so that only the rule makes the difference. A run
that dies has written nothing but its beginning, and is run again from there.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.db import Error, IntegrityError, connection, transaction

from healthcode.policy import NoPolicyInForceError
from healthcode.verdict import Reason
from lookup.admission import Door
from lookup.models import DryRun, DryRunGroup, PolicyInForce, PolicyProposal, PolicyRevision
from lookup.policies import population
from lookup.policies.judging import Judge, Told, ToldAtDoors, say_the_same
from lookup.policies.population import PeopleAlike

Say = Callable[[int, int], object]
"""Hears how many rows of classes are judged, of how many."""

_SAY_EVERY = 2000
_BETWEEN = "+"


class Moved(NamedTuple):
    """What all people of one row of the result have in common."""

    door: Door
    age_from: int
    document_type: str
    district: str
    before: str
    after: str
    gained: str
    lost: str


@dataclass(frozen=True, kw_only=True)
class Compared:
    """The result of a run; ``people`` of the registry in ``classes`` that were judged once each."""

    people: int
    classes: int
    groups: Counter[Moved]


def ask_for(proposal: PolicyProposal, *, asked_by: UUID | None, at: datetime) -> DryRun | None:
    """Put a run into the queue of the scheduled task; None if one waits or runs already."""
    with suppress(IntegrityError), transaction.atomic():
        return DryRun.objects.create(proposal=proposal, asked_by_id=asked_by, asked_at=at)
    return None


def run_next(*, clock: Callable[[], datetime]) -> DryRun | None:
    """Run the oldest run that waits and that nobody else runs; return it, or None if there is none."""
    for waiting in DryRun.objects.filter(finished_at__isnull=True).order_by("asked_at"):
        done = _run_alone(waiting, clock=clock)
        if done is not None:
            return done
    return None


def run_one(
    proposal: PolicyProposal, *, clock: Callable[[], datetime], say: Say = lambda judged, classes: None
) -> DryRun | None:
    """Run what waits of one proposal; return it, or None if a worker has it."""
    waiting = DryRun.objects.filter(finished_at__isnull=True, proposal=proposal).first()
    return None if waiting is None else _run_alone(waiting, clock=clock, say=say)


def base_of(proposal: PolicyProposal) -> PolicyInForce:
    """Return the rules that a proposal would follow. Raises NoPolicyInForceError before the first."""
    before = PolicyRevision.objects.filter(in_force_from__lt=proposal.in_force_from)
    newest = before.order_by("-in_force_from").first()
    if newest is None:
        raise NoPolicyInForceError("The first policy has nothing to be compared with.")
    return newest.read()


def compare(
    before: PolicyInForce,
    after: PolicyInForce,
    *,
    at: datetime,
    say: Say = lambda judged, classes: None,
) -> Compared:
    """Judge everybody by two sets of rules at one instant; ``say`` hears of progress."""
    at = at.replace(microsecond=0)
    rows = population.group([before.rule_book, after.rule_book], at=at)
    moves = Moves()
    judge, next_judge = Judge(before, at=at), Judge(after, at=at)
    same_book = say_the_same(before.rule_book, after.rule_book)
    judged, done, people = 0, 0, 0
    try:
        say(0, rows)
        for alike in population.classes(at=at):
            verdict = judge.verdict(alike)
            told = judge.told(alike, verdict)
            would_be = next_judge.told(alike, verdict if same_book else next_judge.verdict(alike))
            moves.count(alike, told, would_be)
            people += sum(share.people for share in alike.shares)
            judged, done = judged + 1, done + len(alike.shares)
            if judged % _SAY_EVERY == 0:
                say(done, rows)
    finally:
        population.forget()
    say(rows, rows)
    return Compared(people=people, classes=judged, groups=moves.groups())


class Moves:
    """Who moves from which answers to which: counted for all doors at once, and told apart at the end."""

    def __init__(self) -> None:
        self._people: Counter[tuple[int, int, int, str, str]] = Counter()
        # The judges say the same with the same object; held here, so that no other takes its place.
        self._pairs: dict[tuple[int, int], tuple[ToldAtDoors, ToldAtDoors]] = {}

    def count(self, alike: PeopleAlike, before: ToldAtDoors, after: ToldAtDoors) -> None:
        """Count a class that is told one thing before, and would be told another."""
        pair = id(before), id(after)
        self._pairs.setdefault(pair, (before, after))
        for share in alike.shares:
            self._people[*pair, alike.age_from, share.document_type, share.district] += share.people

    def groups(self) -> Counter[Moved]:
        """Return the people of every group, at every door."""
        groups: Counter[Moved] = Counter()
        for (one, other, age_from, document_type, district), people in self._people.items():
            before, after = self._pairs[one, other]
            for door, now in before.items():
                move = move_of(now, after[door])
                groups[Moved(door, age_from, document_type, district, *move)] += people
        return groups


def reasons_in(column: str) -> tuple[Reason, ...]:
    """Return the reasons that a column of a group holds."""
    return tuple(Reason(code) for code in column.split(_BETWEEN) if code)


def _run_alone(
    waiting: DryRun, *, clock: Callable[[], datetime], say: Say = lambda judged, classes: None
) -> DryRun | None:
    with _alone_with(waiting.pk) as is_ours:
        # Whoever had it may have finished between our look and our lock.
        if is_ours and DryRun.objects.filter(pk=waiting.pk, finished_at__isnull=True).exists():
            return _run(waiting, clock=clock, say_too=say)
    return None


def _run(run: DryRun, *, clock: Callable[[], datetime], say_too: Say) -> DryRun:
    run.begun_at, before = clock(), base_of(run.proposal)
    DryRun.objects.filter(pk=run.pk).update(
        begun_at=run.begun_at, compared_with=before.name, classes=None, classes_judged=0
    )
    run.compared_with = before.name

    def say(judged: int, classes: int) -> None:
        DryRun.objects.filter(pk=run.pk).update(classes=classes, classes_judged=judged)
        say_too(judged, classes)

    compared = compare(before, run.proposal.read(), at=run.begun_at, say=say)
    with transaction.atomic():
        DryRunGroup.objects.bulk_create(
            (
                DryRunGroup(dry_run=run, people=people, **moved._asdict())
                for moved, people in compared.groups.items()
            ),
            batch_size=2000,
        )
        run.people, run.classes, run.finished_at = compared.people, compared.classes, clock()
        run.classes_judged = compared.classes
        run.save(update_fields=["people", "classes", "classes_judged", "finished_at"])
    return run


@lru_cache(maxsize=4096)
def move_of(before: Told, after: Told) -> tuple[str, str, str, str]:
    """Return an answer before and after, and the reasons gained and lost."""
    gained = _BETWEEN.join(reason for reason in after.reasons if reason not in before.reasons)
    lost = _BETWEEN.join(reason for reason in before.reasons if reason not in after.reasons)
    return str(before.answer), str(after.answer), gained, lost


@contextmanager
def _alone_with(run_id: UUID) -> Iterator[bool]:
    """Yield whether a run is ours. The lock goes with its connection, so a killed worker blocks nobody."""
    key = f"dry run {run_id}"
    is_ours = _locked("pg_try_advisory_lock", key)
    try:
        yield is_ours
    finally:
        if is_ours:
            # A connection that is gone has let go of its locks.
            with suppress(Error):
                _locked("pg_advisory_unlock", key)


def _locked(function: str, key: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended(%s, 0))", [key])
        [done] = cursor.fetchone()
    return bool(done)
