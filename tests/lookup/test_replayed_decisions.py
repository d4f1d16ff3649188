"""Every past decision comes out again exactly, after corrections and policy changes since."""

import random
from datetime import timedelta

import pytest

from lookup.models import Lookup, PolicyRevision
from lookup.replay import Replay, replay
from tests.lookup.random_decisions import (
    DAYS,
    FIRST,
    ask_something,
    change_on_file,
    settle_people,
    some_instant,
)
from tests.makers import make_account, mark_feeds_read
from tests.rounds import rounds

pytestmark = pytest.mark.django_db

DECISIONS = rounds(short=1_000, long=10_000)


def test_replay_reproduces_random_decisions_after_corrections_and_new_policies(at):
    chance = random.Random(20220615)
    mark_feeds_read(FIRST)
    make_account(at=FIRST)
    people = settle_people(chance, count=150)
    decided = {}
    for instant in sorted(some_instant(chance) for _ in range(DECISIONS)):
        person = chance.choice(people)
        change_on_file(chance, person, at=instant)
        recorded = ask_something(chance, person, at=instant)
        decided[recorded.row.id] = recorded.decision
    later = FIRST + timedelta(days=DAYS + 30)
    for person in people:
        change_on_file(chance, person, at=later)
    _add_policy(later)

    statuses, differing = set(), 0
    for lookup_id, decision in decided.items():
        shown = replay(Lookup.objects.with_id(lookup_id).get(), at=later + timedelta(days=2))
        assert isinstance(shown, Replay)
        assert shown.then.decision == decision
        assert shown.is_reproduced
        statuses.add(shown.then.said.status)
        differing += shown.differs
    assert len(decided) == DECISIONS
    assert len(statuses) == 5
    # The world has moved on since, or this would show nothing.
    assert differing > DECISIONS / 2


def _add_policy(at) -> None:
    newest = PolicyRevision.objects.order_by("-in_force_from").first()
    newest.pk, newest.name, newest.in_force_from = None, "later", at
    newest.entry_days, newest.orders_stale_after = 1, timedelta(hours=1)
    newest.face_needed_for_assisted = not newest.face_needed_for_assisted
    newest.save(force_insert=True)
