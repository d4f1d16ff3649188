"""Due times under a set clock: over midnight, once a promise, by two workers at once, and after a kill."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection, connections, transaction

from cases import casework, deadlines, filing, retention, tasks, timeline
from cases.allowance import CASES_A_DAY
from cases.deadlines import Due, Escalated
from cases.filing import CaseFiled
from cases.models import Case, CaseEvent
from civil_time import next_midnight
from tests.cases.complaints import OTHER, UNKNOWN, ask, file_case, make_guardian, make_ward
from tests.makers import make_staff

WORKERS = 4


@pytest.fixture
def child(at):
    return make_ward(at=at)


@pytest.fixture
def guardian(child, at):
    return make_guardian(child, at=at)


def escalations(case: Case) -> list[str]:
    return [event.detail["due"] for event in case.events.filter(kind="ESCALATED").order_by("id")]


@pytest.mark.django_db
def test_each_promise_is_escalated_once_at_its_instant_and_not_before(child, guardian, at) -> None:
    case = file_case(guardian, child.person_key, at=at)
    early = case.respond_by - timedelta(microseconds=1)
    assert deadlines.escalate_overdue(lambda: early) == Escalated(responses=0, resolutions=0)
    assert deadlines.escalate_overdue(lambda: case.respond_by) == Escalated(responses=1, resolutions=0)
    assert deadlines.escalate_overdue(lambda: case.respond_by) == Escalated(responses=0, resolutions=0)
    assert deadlines.escalate_overdue(lambda: case.resolve_by) == Escalated(responses=0, resolutions=1)
    assert deadlines.escalate_overdue(lambda: case.resolve_by) == Escalated(responses=0, resolutions=0)
    assert escalations(case) == [Due.RESPOND, Due.RESOLVE]
    case.refresh_from_db()
    assert case.response_escalated_at == case.respond_by


@pytest.mark.django_db
def test_hours_are_counted_over_midnight_and_the_weekend(child, guardian, at) -> None:
    # 20 May 2022 is a Friday: 24 hours later it is Saturday.
    late = next_midnight(at) - timedelta(minutes=1)
    case = file_case(guardian, child.person_key, at=late)
    assert case.respond_by == next_midnight(at) + timedelta(hours=23, minutes=59)
    assert deadlines.escalate_overdue(lambda: next_midnight(at)).responses == 0
    assert deadlines.escalate_overdue(lambda: case.respond_by).responses == 1


@pytest.mark.django_db
def test_answered_case_keeps_one_promise_and_closed_one_both(child, guardian, at) -> None:
    answered, staff = file_case(guardian, child.person_key, at=at), make_staff(at=at)
    closed = file_case(guardian, child.person_key, OTHER, at=at)
    casework.answer(answered.id, staff, "在办", at=at)
    casework.resolve(closed.id, staff, Case.Resolution.PUT_RIGHT, "好了", at=at)
    after = at + timedelta(days=30)
    assert deadlines.escalate_overdue(lambda: after) == Escalated(responses=0, resolutions=1)
    assert (escalations(answered), escalations(closed)) == ([Due.RESOLVE], [])


@pytest.mark.django_db
def test_case_that_is_opened_again_has_new_promises(child, guardian, at) -> None:
    case = file_case(guardian, child.person_key, at=at)
    deadlines.escalate_overdue(lambda: case.respond_by)
    casework.resolve(case.id, make_staff(at=at), Case.Resolution.PUT_RIGHT, "好了", at=case.respond_by)
    filing.reopen(guardian, case.number, "没好", at=case.respond_by)
    case.refresh_from_db()
    assert deadlines.escalate_overdue(lambda: at + timedelta(days=1)).responses == 0
    assert deadlines.escalate_overdue(lambda: case.respond_by).responses == 1
    assert escalations(case) == [Due.RESPOND, Due.RESPOND]


@pytest.mark.django_db
def test_task_looks_at_the_clock(child, guardian, at, time_machine) -> None:
    case = file_case(guardian, child.person_key, at=at)
    time_machine.move_to(case.respond_by, tick=False)
    tasks.escalate_overdue()
    assert escalations(case) == [Due.RESPOND]
    time_machine.move_to(at, tick=False)
    tasks.keep_retention()
    assert Case.objects.filter(id=case.id).exists()


@pytest.mark.django_db
def test_closed_case_is_forgotten_after_180_days_with_its_texts_and_an_open_one_never(
    child, guardian, at
) -> None:
    closed, open_one = (file_case(guardian, child.person_key, each, at=at) for each in (UNKNOWN, OTHER))
    casework.resolve(closed.id, make_staff(at=at), Case.Resolution.PUT_RIGHT, "好了", at=at)
    assert retention.forget_closed(at=at + timedelta(days=180)) == 0
    assert retention.forget_closed(at=at + timedelta(days=181)) == 1
    assert not CaseEvent.objects.filter(case_id=closed.id).exists()
    assert Case.objects.get() == open_one


def in_threads(call, number: int = WORKERS) -> list:
    """Call from some threads at the same moment, each with a connection of its own."""
    ready = Barrier(number)

    def alone(_: int):
        try:
            ready.wait(10)
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(alone, range(number)))


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_escalate_each_case_once(child, guardian, at) -> None:
    cases = []
    for number in range(1, 31):
        day = at + timedelta(days=number // 5)
        cases.append(file_case(guardian, UUID(int=number), at=day))
    after = at + timedelta(days=30)
    done = in_threads(lambda: deadlines.escalate_overdue(lambda: after))
    assert sum(each.responses for each in done) == len(cases)
    assert sum(each.resolutions for each in done) == len(cases)
    assert CaseEvent.objects.filter(kind="ESCALATED").count() == 2 * len(cases)
    assert all(sorted(escalations(case)) == [Due.RESOLVE, Due.RESPOND] for case in cases)


@pytest.mark.django_db(transaction=True)
def test_case_that_a_colleague_holds_is_passed_by_and_taken_later(child, guardian, at) -> None:
    held, free = (file_case(guardian, child.person_key, each, at=at) for each in (UNKNOWN, OTHER))
    after = at + timedelta(days=3)
    with transaction.atomic():
        timeline.lock(held.id)
        [done] = in_threads(lambda: deadlines.escalate_overdue(lambda: after), 1)
        assert done.responses == 1
    assert (escalations(held), escalations(free)) == ([], [Due.RESPOND])
    assert deadlines.escalate_overdue(lambda: after).responses == 1


@pytest.mark.django_db(transaction=True)
def test_worker_that_is_killed_leaves_nothing_half_done(child, guardian, at) -> None:
    case = file_case(guardian, child.person_key, at=at)
    after = at + timedelta(days=2)
    connections.close_all()
    context = get_context("fork")
    reached = context.Event()

    def die_before_the_commit() -> None:
        def stop(*_args, **_detail):
            reached.set()
            signal.pause()

        timeline.append = stop
        deadlines.escalate_overdue(lambda: after)

    worker = context.Process(target=die_before_the_commit)
    worker.start()
    try:
        assert reached.wait(20)
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.join(10)
    wait_until_free(case)
    assert escalations(case) == []
    assert deadlines.escalate_overdue(lambda: after).responses == 1
    assert escalations(case) == [Due.RESPOND]


def wait_until_free(case: Case) -> None:
    """Wait until PostgreSQL has noticed that the holder of a lock is gone."""
    with transaction.atomic():
        timeline.lock(case.id)


@pytest.mark.django_db(transaction=True)
def test_taps_at_once_file_one_case(child, guardian, at) -> None:
    row = ask(guardian, child.person_key, at=at)
    filed = in_threads(lambda: filing.file(guardian, row.id, UNKNOWN, at=at))
    assert len({each.case.id for each in filed}) == 1
    assert sorted(each.is_new for each in filed) == [False] * (WORKERS - 1) + [True]
    assert CaseEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_at_once_pass_no_day_s_limit(child, guardian, at) -> None:
    rows = iter([ask(guardian, UUID(int=number), at=at) for number in range(1, 9)])
    filed = in_threads(lambda: filing.file(guardian, next(rows).id, UNKNOWN, at=at), 8)
    assert sum(isinstance(each, CaseFiled) for each in filed) == CASES_A_DAY
    assert Case.objects.count() == CASES_A_DAY


@pytest.mark.django_db(transaction=True)
def test_colleague_and_citizen_at_once_leave_one_truth(child, guardian, at) -> None:
    staff = make_staff(at=at)
    case = file_case(guardian, child.person_key, at=at)
    steps = iter(
        [
            lambda: casework.resolve(case.id, staff, Case.Resolution.PUT_RIGHT, "好了", at=at),
            lambda: filing.add(guardian, case.number, "还没好", at=at),
        ]
    )
    in_threads(lambda: next(steps)(), 2)
    case.refresh_from_db()
    kinds = list(case.events.order_by("id").values_list("kind", flat=True))
    assert case.state == "CLOSED"
    assert kinds in (["FILED", "ADDED", "CLOSED"], ["FILED", "CLOSED"])
