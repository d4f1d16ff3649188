"""Raises an alert when the share of a reason among answers jumps against the same hours of the week before.

The test is that of two proportions, pooled and one-sided. It has to be beyond chance (z of 6 or more: some
hundred thousand comparisons a day), to matter (5 points and half as much again), and to rest on enough
answers. A jump is looked for in the last 10 and the last 60 minutes. Source: docs/domain.md, 5.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

from django.conf import settings
from django.db import IntegrityError, transaction

from lookup.models import AnswerCount, PolicyRevision, Release, ShareAlert
from lookup.policies.share_counts import ALL, STEP, step_of

WINDOWS = (timedelta(minutes=10), timedelta(minutes=60))
WEEK = timedelta(days=7)
AROUND = timedelta(hours=1)
"""The hours of the week before: so long before and after the same time."""

LEAST_ANSWERS, LEAST_GIVEN = 50, 20
LEAST_Z, LEAST_POINTS, LEAST_RATIO = 6.0, 0.05, 1.5
QUIET_FOR = timedelta(days=7)
"""So long the same jump is not raised again: only then is the new share in the week before."""

Cohort = tuple[str, int | None]
"""Door and the age at which a band begins; None for all ages together."""


@dataclass(frozen=True, kw_only=True)
class Share:
    """How many of some answers gave a reason."""

    given: int
    answers: int

    @property
    def value(self) -> float:
        return self.given / self.answers


@dataclass(frozen=True, kw_only=True)
class Jump:
    """A share now and before, too far apart for chance."""

    door: str
    age_from: int | None
    reason: str
    now: Share
    before: Share


def has_jumped(now: Share, before: Share) -> bool:
    """Tell whether a share has risen beyond chance, by enough to matter, and over enough answers."""
    if min(now.answers, before.answers) < LEAST_ANSWERS or now.given < LEAST_GIVEN:
        return False
    if now.value - before.value < LEAST_POINTS or now.value < LEAST_RATIO * before.value:
        return False
    pooled = (now.given + before.given) / (now.answers + before.answers)
    spread = sqrt(pooled * (1 - pooled) * (1 / now.answers + 1 / before.answers))
    # Without any spread both shares are the same, and the line above has returned.
    return now.value - before.value >= LEAST_Z * spread


def watch(*, at: datetime) -> list[ShareAlert]:
    """Compare the newest answers with the week before, and raise what has jumped; return what is new."""
    note_release(at=at)
    then = _shares(step_of(at) - WEEK - AROUND, step_of(at) - WEEK + AROUND)
    raised: list[ShareAlert] = []
    for window in WINDOWS:
        now = _shares(step_of(at) + STEP - window, step_of(at) + STEP)
        for jump in _without_repetition(_jumps(now, then)):
            alert = _raise(jump, at=at)
            if alert is not None:
                raised.append(alert)
    return raised


def note_release(*, at: datetime) -> None:
    """Write down which release runs, the first time that it is seen."""
    if settings.RELEASE:
        release = Release(name=settings.RELEASE[:80], first_seen_at=at)
        Release.objects.bulk_create([release], ignore_conflicts=True)


def _shares(since: datetime, until: datetime) -> Mapping[Cohort, Mapping[str, int]]:
    """Return counts by door and age band, and over all ages."""
    counted: dict[Cohort, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    rows = AnswerCount.objects.filter(begins_at__gte=since, begins_at__lt=until)
    for door, age_from, reason, answers in rows.values_list("door", "age_from", "reason", "answers"):
        counted[door, age_from][reason] += answers
        counted[door, None][reason] += answers
    return counted


def _jumps(
    now: Mapping[Cohort, Mapping[str, int]], then: Mapping[Cohort, Mapping[str, int]]
) -> Iterator[Jump]:
    for (door, age_from), counts in now.items():
        before = then.get((door, age_from), {})
        for reason, given in counts.items():
            share = Share(given=given, answers=counts[ALL])
            share_before = Share(given=before.get(reason, 0), answers=before.get(ALL, 0))
            if reason != ALL and has_jumped(share, share_before):
                yield Jump(door=door, age_from=age_from, reason=reason, now=share, before=share_before)


def _without_repetition(jumps: Iterable[Jump]) -> list[Jump]:
    """Leave out a jump over all ages where single bands say where it is."""
    jumps = list(jumps)
    in_bands = {(jump.door, jump.reason) for jump in jumps if jump.age_from is not None}
    return [jump for jump in jumps if jump.age_from is not None or (jump.door, jump.reason) not in in_bands]


def _raise(jump: Jump, *, at: datetime) -> ShareAlert | None:
    same = ShareAlert.objects.filter(door=jump.door, age_from=jump.age_from, reason=jump.reason)
    if same.filter(raised_at__gt=at - QUIET_FOR).exists():
        return None
    try:
        with transaction.atomic():
            return ShareAlert.objects.create(
                raised_at=at,
                door=jump.door,
                age_from=jump.age_from,
                reason=jump.reason,
                given=jump.now.given,
                answers=jump.now.answers,
                given_before=jump.before.given,
                answers_before=jump.before.answers,
                compared_from=step_of(at) - WEEK - AROUND,
                compared_until=step_of(at) - WEEK + AROUND,
                policy=_policy_since(at),
                release=_release_since(at),
            )
    except IntegrityError:
        # Another worker was first, or the one of last week is still open.
        return None


def _policy_since(at: datetime) -> str:
    begun = PolicyRevision.objects.filter(in_force_from__gt=at - WEEK, in_force_from__lte=at)
    return begun.order_by("-in_force_from").values_list("name", flat=True).first() or ""


def _release_since(at: datetime) -> str:
    seen = Release.objects.filter(first_seen_at__gt=at - WEEK, first_seen_at__lte=at)
    return seen.order_by("-first_seen_at").values_list("name", flat=True).first() or ""
