"""For an asker without proof every failure is the same work: the same statements, the same comparisons."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from healthcode.facts import Order, OrderKind
from identity import identity_check
from lookup.admission import Door, Proof
from lookup.answer import Answer
from lookup.doors import assisted
from lookup.models import AccessLock, Lookup
from tests.faces import CountingMatcher, portrait
from tests.lookup.doors.neighbours import (
    AT,
    ELDER,
    FAILURES,
    ask,
    make_elder,
    make_neighbour,
    presented,
)
from tests.makers import make_account, mark_feeds_read

pytestmark = pytest.mark.django_db

_LITERAL = re.compile(r"'(?:[^']|'')*'(?:::\w+)?|\b\d+\b|\bNULL\b|\btrue\b|\bfalse\b|\bs\d+_x\d+\b")


@pytest.fixture(autouse=True)
def counted(settings: Any) -> Iterator[None]:
    settings.FACE_MATCHER = "tests.faces.CountingMatcher"
    identity_check.matcher.cache_clear()
    portrait("elder")
    # The decoy's reference is made once for a process.
    identity_check.compare("查无此人", portrait("elder"), registered=None)
    CountingMatcher.comparisons = 0
    yield
    identity_check.matcher.cache_clear()


def statements(work: Callable[[], object]) -> list[str]:
    """Return what a piece of work says to the database, without the values."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        work()
    return [re.sub(r"\s+", " ", _LITERAL.sub("?", query["sql"])) for query in captured]


@pytest.mark.parametrize("door", [Door.THIRD_PARTY, Door.RECORDS])
def test_ask_does_the_same_work_for_every_failing_face_check(door: Door) -> None:
    mark_feeds_read(AT)
    neighbour = make_neighbour()
    nothing = presented()
    expected = statements(partial(ask, neighbour, nothing, door=door))
    assert CountingMatcher.comparisons == 1
    row = Lookup.objects.get()
    assert (row.proof, row.face_step) == (Proof.NONE, "NO_PERSON")
    for number, (cause, arrange) in enumerate(FAILURES.items()):
        _forget_everybody()
        mark_feeds_read(AT)
        asker, what = make_neighbour(f"+8613900000{100 + number}", sequence=20 + number), arrange()
        assert statements(partial(ask, asker, what, door=door)) == expected, cause
        assert CountingMatcher.comparisons == number + 2, cause
    assert len(expected) >= 9  # locks, books, consent, row, registry, file, settled row: it did look


def test_ask_does_more_for_the_one_who_has_proved_it() -> None:
    mark_feeds_read(AT)
    make_elder()
    neighbour = make_neighbour()
    outcome: list[Any] = []
    statements(lambda: outcome.append(ask(neighbour, presented())))
    assert isinstance(outcome[0], Answer)
    assert outcome[0].proof is Proof.FACE_MATCHED


def _yellow() -> None:
    order = Order(
        kind=OrderKind.HOME_ISOLATION,
        authority="Center A",
        reference="A-1",
        contact="010-1",
        in_force_from=AT - timedelta(days=1),
        in_force_until=AT + timedelta(days=6),
    )
    make_elder(registered_at=AT - timedelta(days=30), facts={"orders": (order,)})


def _locked() -> None:
    elder = make_elder(registered_at=AT - timedelta(days=30))
    kin = make_account("+8613900000009", at=AT)
    AccessLock.objects.create(subject_key=elder.person_key, locked_at=AT, locked_by=kin)


_ASSISTED: dict[str, Callable[[], object]] = {
    "number in no record": lambda: None,
    "not registered": make_elder,
    "no face on file": lambda: make_elder(has_face=False, face_reference=""),
    "not green": _yellow,
    "locked": _locked,
}


def test_ask_does_the_same_work_for_every_unknown_of_the_assisted_query() -> None:
    seen = {}
    for number, (cause, arrange) in enumerate(_ASSISTED.items()):
        _forget_everybody()
        mark_feeds_read(AT)
        asker = make_neighbour(f"+8613900000{100 + number}", sequence=20 + number)
        arrange()
        seen[cause] = statements(partial(assisted.ask, asker, ELDER, at=AT))
    assert len({tuple(said) for said in seen.values()}) == 1, seen
    assert CountingMatcher.comparisons == 0


def _forget_everybody() -> None:
    with connection.cursor() as cursor:
        for table in ("lookup_accesslock", "records_summary", "identity_person", "lookup_lookup"):
            cursor.execute(f"DELETE FROM {table}")
