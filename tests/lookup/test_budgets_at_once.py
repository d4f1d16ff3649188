"""Many questions at the same moment, on real connections, never exceed a budget by one.

Caches are flushed in between, which changes nothing: the books are the audit rows.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, datetime, timedelta
from threading import Barrier, BrokenBarrierError
from typing import TypeVar
from uuid import UUID

import pytest
from django.core.cache import cache
from django.core.cache.backends.base import BaseCache
from django.db import connection
from pytest_django import Settings

from civil_time import SHANGHAI
from healthcode.verdict import EntryVerdict, StatusCode
from identity import registry
from identity.document import Document
from identity.keyring import key_of
from identity.models import User
from lookup import answering
from lookup.admission import Door, Proof
from lookup.answer import Answer
from lookup.answering import Question
from lookup.budgets import OPEN_FOR, Budget, BudgetSpent
from lookup.doors import assisted
from lookup.models import AbuseAlert, Lookup
from tests import gates
from tests.faces import face_reference, portrait
from tests.lookup.doors.neighbours import ask, make_neighbour, presented
from tests.makers import (
    make_account,
    make_device_key,
    make_document,
    make_facts,
    make_person,
    make_summary,
    mark_feeds_read,
)

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2022, 6, 10, 10, 0, tzinfo=SHANGHAI)
PARALLEL, QUESTIONS = 16, 200
NAME = "赵德山"

Asked = TypeVar("Asked")


class NoCache(BaseCache):
    """A cache that is away: whoever touches it breaks."""

    def __init__(self, _location: str, params: dict[str, object]) -> None:
        super().__init__(params)

    def get(self, key: object, default: object = None, version: int | None = None) -> object:
        raise AssertionError("a budget has read a cache")

    add = set = delete = touch = get  # type: ignore[assignment]


def at_once(act: Callable[[Asked], object], things: Iterable[Asked]) -> list[object]:
    """Do something for each thing, many at the same moment, each on a connection of its own.

    Every tenth flushes the cache.
    """

    def one(numbered: tuple[int, Asked]) -> object:
        number, thing = numbered
        try:
            if number % 10 == 0:
                cache.clear()
            return act(thing)
        finally:
            connection.close()

    with ThreadPoolExecutor(PARALLEL) as pool:
        return list(pool.map(one, enumerate(things)))


def make_elders(count: int) -> list[Document]:
    """Write elders who are green, registered, and have one and the same face on file; no two of a prefix."""
    mark_feeds_read(AT)
    documents = [make_document(date(1940, 1, 1) + timedelta(days=number)) for number in range(count)]
    for document in documents:
        elder = make_person(document, at=AT, name=NAME, face_reference=face_reference("elder"))
        make_summary(elder.person_key, make_facts(date(1940, 1, 1), at=AT), at=AT)
    return documents


def numbers_in_no_record(count: int) -> list[Document]:
    return [make_document(date(1945, 1, 1) + timedelta(days=number)) for number in range(count)]


def refused_for(outcomes: Iterable[object]) -> dict[Budget, int]:
    spent = [outcome.budget for outcome in outcomes if isinstance(outcome, BudgetSpent)]
    return {budget: spent.count(budget) for budget in spent}


def answered(outcomes: Iterable[object]) -> list[Answer]:
    return [outcome for outcome in outcomes if isinstance(outcome, Answer)]


def third_party(asker: User, document: Document) -> object:
    return ask(asker, presented(document=document, name=NAME, photo=portrait("elder")), at=AT)


def living(asker: User) -> set[object]:
    rows = Lookup.objects.asked_by(asker.id).filter(proof=Proof.FACE_MATCHED, voided_at__isnull=True)
    return set(rows.values_list("subject_key", flat=True))


def test_assisted_query_never_answers_about_a_twenty_first_person() -> None:
    elders, asker = make_elders(40), make_account(at=AT)

    outcomes = at_once(lambda n: assisted.ask(asker, elders[n % 40], at=AT), range(QUESTIONS))

    green = answered(outcomes)
    assert {answer.status for answer in green} == {StatusCode.GREEN}
    assert Lookup.objects.filter(outcome="ANSWERED").values("subject_key").distinct().count() == 20
    # Whoever is among the twenty may be asked about again.
    assert len(green) == 100
    assert refused_for(outcomes) == {Budget.ASSISTED_SUBJECTS: 100}


def test_account_never_fails_an_eleventh_time() -> None:
    mark_feeds_read(AT)
    asker = make_account(at=AT)

    outcomes = at_once(lambda number: assisted.ask(asker, number, at=AT), numbers_in_no_record(QUESTIONS))

    assert len(answered(outcomes)) == 10
    assert refused_for(outcomes).keys() <= {Budget.FAILURES, Budget.ASSISTED_SUBJECTS}
    assert Lookup.objects.failed().count() == 10


def test_prefix_never_fails_with_a_twenty_first_number_over_fifty_accounts() -> None:
    mark_feeds_read(AT)
    askers = [make_account(f"+861390000{1000 + n}", at=AT) for n in range(50)]

    outcomes = at_once(
        lambda n: assisted.ask(askers[n % 50], make_document(sequence=n), at=AT), range(QUESTIONS)
    )

    assert len(answered(outcomes)) == 20
    assert refused_for(outcomes) == {Budget.PREFIX: 180}
    alert = AbuseAlert.objects.get()
    failed = Lookup.objects.failed()
    assert alert.numbers == failed.values("subject_key").distinct().count() == 20
    assert alert.accounts == failed.values("asker_id").distinct().count()


def test_third_party_query_never_gives_a_fifth_living_result() -> None:
    elders, asker = make_elders(12), make_neighbour()

    outcomes = at_once(lambda n: third_party(asker, elders[n % 12]), range(QUESTIONS))

    assert {answer.proof for answer in answered(outcomes)} == {Proof.FACE_MATCHED}
    assert len(living(asker)) == 4
    assert Lookup.objects.filter(proof=Proof.FACE_MATCHED).values("subject_key").distinct().count() == 4
    assert refused_for(outcomes).keys() == {Budget.LIVING_RESULTS}
    # Of each person one result lives: a newer one has voided the others.
    assert len(answered(outcomes)) > 4
    assert Lookup.objects.filter(proof=Proof.FACE_MATCHED, voided_at__isnull=True).count() == 4


def test_new_results_about_one_person_at_the_same_moment_leave_one(monkeypatch: pytest.MonkeyPatch) -> None:
    elders, asker = make_elders(1), make_neighbour()
    both_have_voided, register = Barrier(2), registry.register

    def register_late(person_key: UUID, *, at: datetime) -> object:
        # Neither has committed when both have looked for what to void, unless one waits for the other.
        with suppress(BrokenBarrierError):
            both_have_voided.wait(timeout=0.5)
        return register(person_key, at=at)

    monkeypatch.setattr(registry, "register", register_late)
    assert len(answered(at_once(lambda _: third_party(asker, elders[0]), range(2)))) == 2
    assert Lookup.objects.filter(proof=Proof.FACE_MATCHED, voided_at__isnull=True).count() == 1


def test_third_party_query_counts_opened_questions_as_results_until_they_are_given_up() -> None:
    elders, asker = make_elders(6), make_neighbour()
    opened = [_open(asker, document) for document in elders[:2]]

    outcomes = at_once(lambda n: third_party(asker, elders[2 + n % 4]), range(40))
    assert len(living(asker)) == 2
    assert refused_for(outcomes).keys() == {Budget.LIVING_RESULTS}

    # Two minutes later the crashed ones no longer hold a place.
    Lookup.objects.filter(id__in=opened).update(asked_at=AT - OPEN_FOR)
    at_once(lambda n: third_party(asker, elders[n % 6]), range(40))
    assert len(living(asker)) == 4


def test_opened_questions_count_as_failures_until_they_are_given_up() -> None:
    mark_feeds_read(AT)
    asker, numbers = make_neighbour(), numbers_in_no_record(30)
    for number in numbers[:10]:
        _open(asker, number)
    assert answered(at_once(lambda number: assisted.ask(asker, number, at=AT), numbers[10:])) == []
    later = AT + OPEN_FOR
    outcomes = at_once(lambda number: assisted.ask(asker, number, at=later), numbers[10:])
    assert len(answered(outcomes)) == 10


def test_budgets_are_the_same_where_the_cache_is_away(settings: Settings) -> None:
    settings.CACHES = {"default": {"BACKEND": f"{__name__}.NoCache"}}
    mark_feeds_read(AT)
    asker = make_account(at=AT)
    outcomes = [assisted.ask(asker, number, at=AT) for number in numbers_in_no_record(12)]
    assert len(answered(outcomes)) == 10
    with pytest.raises(AssertionError, match="has read a cache"):
        cache.get("anything")


def test_kin_and_gates_are_not_counted_while_a_stranger_spends_everything() -> None:
    elders, stranger = make_elders(1), make_account(at=AT)
    device, _ = make_device_key()
    subject = make_account("+8613900000003", at=AT, person_id=key_of(elders[0]))
    at_once(lambda number: assisted.ask(stranger, number, at=AT), numbers_in_no_record(20))
    assert isinstance(assisted.ask(stranger, elders[0], at=AT), BudgetSpent)
    outcomes = at_once(lambda n: assisted.ask(subject, elders[0], at=AT), range(40))
    assert {answer.proof for answer in answered(outcomes)} == {Proof.OWN}
    assert len(answered(outcomes)) == 40
    checks = at_once(lambda n: gates.check(device, elders[0], at=AT), range(40))
    assert {check.verdict for check in checks} == {EntryVerdict.PASS}


def _open(asker: User, document: Document) -> UUID:
    """Leave a question open, as a crash between opening and settling does."""
    question = Question(
        door=Door.THIRD_PARTY,
        proof=Proof.NONE,
        asked_at=AT,
        subject_key=key_of(document),
        asker_id=asker.id,
    )
    opened: UUID = answering.open_row(question).id
    return opened
