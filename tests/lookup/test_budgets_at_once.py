"""Many questions at the same moment, on real connections, never exceed a budget by one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connection

from civil_time import SHANGHAI
from lookup.budgets import BudgetSpent
from lookup.disclosure import Answer
from lookup.doors import assisted
from lookup.models import Lookup
from tests.makers import make_account, make_document, mark_feeds_read

AT = datetime(2022, 6, 10, 10, 0, tzinfo=SHANGHAI)


@pytest.mark.django_db(transaction=True)
def test_ask_never_exceeds_the_failures_of_an_account_under_parallel_questions() -> None:
    mark_feeds_read(AT)
    asker = make_account(at=AT)

    def ask(sequence: int) -> object:
        try:
            return assisted.ask(asker, make_document(sequence=sequence), at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(ask, range(100, 140)))
    assert sum(isinstance(outcome, Answer) for outcome in outcomes) == 10
    assert sum(isinstance(outcome, BudgetSpent) for outcome in outcomes) == 30
    assert Lookup.objects.filter(outcome=Lookup.Outcome.ANSWERED).count() == 10


@pytest.mark.django_db(transaction=True)
def test_ask_never_exceeds_the_failing_numbers_of_a_prefix_over_many_accounts() -> None:
    mark_feeds_read(AT)
    askers = [make_account(f"+861390000020{n}", at=AT) for n in range(6)]

    def ask(turn: int) -> object:
        try:
            return assisted.ask(askers[turn % 6], make_document(sequence=100 + turn), at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(ask, range(48)))
    assert sum(isinstance(outcome, Answer) for outcome in outcomes) == 20
