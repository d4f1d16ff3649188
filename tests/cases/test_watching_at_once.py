"""Watching under two workers at once, beside a colleague, and after a kill: told exactly once."""

import os
import signal
from multiprocessing import get_context

import pytest
from django.db import connection, connections

from cases import casework, watching
from cases.models import Case, Watch
from cases.watching import NothingToWatch
from identity import notices
from lookup.admission import Door
from tests.cases.complaints import ask, file_case, make_guardian, make_ward
from tests.cases.test_deadlines import in_threads
from tests.cases.test_watching import SOON, register_long_ago, run, told
from tests.makers import make_staff

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def child(at):
    return make_ward(at=at)


@pytest.fixture
def guardian(child, at):
    return make_guardian(child, at=at)


def test_workers_at_once_tell_once(child, guardian, at) -> None:
    case = file_case(guardian, child.person_key, at=at)
    ask_row = ask(guardian, child.person_key, at=at, door=Door.THIRD_PARTY)
    assert watching.watch(guardian, ask_row.id, at=at) == NothingToWatch()
    register_long_ago(child, at)
    ended = in_threads(lambda: run(at + SOON))
    assert sum(ended) == 1
    assert told(guardian) == ["CASE_CLOSED"]
    assert case.events.filter(kind="CLOSED").count() == 1


def test_colleague_and_worker_at_once_close_and_tell_once(child, guardian, at) -> None:
    staff = make_staff(at=at)
    case = file_case(guardian, child.person_key, at=at)
    register_long_ago(child, at)
    steps = iter(
        [
            lambda: casework.resolve(case.id, staff, Case.Resolution.PUT_RIGHT, "好了", at=at),
            lambda: run(at + SOON),
        ]
    )
    in_threads(lambda: next(steps)(), 2)
    run(at + 2 * SOON)
    assert told(guardian) == ["CASE_CLOSED"]
    assert Watch.objects.get().closed_at is not None


def test_worker_that_is_killed_before_the_end_has_told_nothing_and_the_next_tells_once(
    child, guardian, at
) -> None:
    case = file_case(guardian, child.person_key, at=at)
    register_long_ago(child, at)
    connections.close_all()
    context = get_context("fork")
    reached = context.Event()

    def die_after_the_notice() -> None:
        post = notices.post

        def stop(*args, **kwargs):
            post(*args, **kwargs)
            reached.set()
            signal.pause()

        notices.post = stop
        run(at + SOON)

    worker = context.Process(target=die_after_the_notice)
    worker.start()
    try:
        assert reached.wait(20)
        # Alive and holding it: others pass by.
        assert run(at + SOON) == 0
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.join(10)
    _wait_until_free(case)
    assert told(guardian) == []
    assert run(at + 2 * SOON) == 1
    assert told(guardian) == ["CASE_CLOSED"]


def _wait_until_free(case: Case) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM cases_case WHERE id = %s FOR UPDATE", [case.id])
