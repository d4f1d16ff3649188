"""Watching: kin are told once when their answer changes, and an asker without proof nothing but a time."""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from cases import casework, filing, tasks, watching
from cases.models import Case, Watch
from cases.watching import LOOKED_AT_EVERY, UNPROVEN_TOLD_AFTER, NothingToWatch, TooManyWatches, Watching
from civil_time import next_midnight
from healthcode.facts import Alert as AlertFact
from healthcode.facts import AlertKind
from identity import notices, registry
from identity.models import Kinship, Notice, Person
from lookup.admission import Proof
from lookup.models import AccessLock, Lookup
from lookup.shown_again import NotYours
from records.models import Summary
from tests.cases.complaints import (
    BORN_ON,
    OTHER,
    ask,
    file_case,
    make_guardian,
    make_stranger,
    make_ward,
)
from tests.makers import make_facts, make_kinship, make_staff, make_summary

NOBODY = UUID(int=77)
SOON = timedelta(minutes=1)


@pytest.fixture
def child(at):
    return make_ward(at=at)


@pytest.fixture
def guardian(child, at):
    return make_guardian(child, at=at)


def run(at) -> int:
    return watching.look_at_all(lambda: at)


def register_long_ago(child, at) -> None:
    Person.objects.filter(person_key=child.person_key).update(
        registered_at=at - timedelta(days=9), changed_seq=5
    )


def told(user) -> list[str]:
    return list(Notice.objects.filter(recipient=user).order_by("id").values_list("kind", flat=True))


@pytest.mark.django_db
def test_case_closes_itself_and_tells_once_when_new_data_changes_the_answer(child, guardian, at) -> None:
    case = file_case(guardian, child.person_key, at=at)
    assert (run(at + SOON), told(guardian)) == (0, [])
    register_long_ago(child, at)
    assert run(at + 2 * SOON) == 1
    case.refresh_from_db()
    assert (case.state, case.resolution) == ("CLOSED", "ANSWER_CHANGED")
    [closed] = case.events.filter(kind="CLOSED")
    assert (closed.detail["status_was"], closed.detail["status_is"]) == ("UNKNOWN", "GREEN")
    assert closed.visible_to_citizen
    assert told(guardian) == ["CASE_CLOSED"]
    assert case.number in notices.text_of(Notice.objects.get())
    assert run(at + timedelta(days=40)) == 0
    assert told(guardian) == ["CASE_CLOSED"]


@pytest.mark.django_db
def test_telling_leaves_its_audit_row_and_looking_leaves_none(child, guardian, at) -> None:
    case = file_case(guardian, child.person_key, at=at)
    asked = Lookup.objects.count()
    run(at + SOON)
    assert Lookup.objects.count() == asked
    register_long_ago(child, at)
    run(at + 2 * SOON)
    row = Lookup.objects.order_by("-asked_at").first()
    assert (row.subject_key, row.asker_id, row.proof) == (case.subject_key, guardian.id, Proof.KINSHIP)
    assert row.shown_status == "GREEN"


@pytest.mark.django_db
def test_answer_that_is_watched_without_a_case_is_told_too(child, guardian, at) -> None:
    row = ask(guardian, child.person_key, at=at)
    first, second = (watching.watch(guardian, row.id, at=at) for _ in range(2))
    assert isinstance(first, Watching)
    assert first.watch == second.watch
    register_long_ago(child, at)
    assert run(at + SOON) == 1
    assert told(guardian) == ["ANSWER_CHANGED"]


@pytest.mark.django_db
def test_watch_is_refused_for_a_settled_answer_and_for_an_answer_of_others(child, guardian, at) -> None:
    unknown = ask(guardian, child.person_key, at=at)
    assert watching.watch(make_stranger(at=at), unknown.id, at=at) == NotYours()
    register_long_ago(child, at)
    green = ask(guardian, child.person_key, at=at)
    assert watching.watch(guardian, green.id, at=at) == NothingToWatch()
    assert isinstance(watching.watch(guardian, unknown.id, at=at), Watching)


@pytest.mark.django_db
def test_account_watches_so_many_answers_and_no_more(child, guardian, at) -> None:
    rows = [ask(guardian, UUID(int=number), at=at) for number in range(1, watching.MOST_WATCHES + 2)]
    watches = [watching.watch(guardian, row.id, at=at) for row in rows]
    assert [type(each) for each in watches] == [Watching] * watching.MOST_WATCHES + [TooManyWatches]
    assert isinstance(watching.watch(guardian, rows[0].id, at=at), Watching)


@pytest.mark.django_db
def test_lower_number_that_comes_late_is_seen(child, guardian, at) -> None:
    Person.objects.filter(person_key=child.person_key).update(changed_seq=900)
    file_case(guardian, child.person_key, at=at)
    run(at + SOON)
    assert watching.due(at=at + SOON, most=9) == []
    # Given before 900, and committed after it.
    Person.objects.filter(person_key=child.person_key).update(
        registered_at=at - timedelta(days=9), changed_seq=899
    )
    assert run(at + 2 * SOON) == 1


@pytest.mark.django_db
def test_registration_of_today_is_told_at_midnight_and_not_before(child, guardian, at) -> None:
    case = file_case(guardian, child.person_key, at=at)
    registry.register(child.person_key, at=at)
    midnight = next_midnight(at)
    assert run(midnight - timedelta(seconds=1)) == 0
    assert Watch.objects.get().look_again_at == midnight
    assert run(midnight) == 1
    case.refresh_from_db()
    assert case.resolved_at == midnight


@pytest.mark.django_db
def test_alert_that_ends_by_time_alone_is_told_at_its_end(child, guardian, at) -> None:
    register_long_ago(child, at)
    ends_at = at + timedelta(minutes=20)
    alert = AlertFact(
        kind=AlertKind.COUNTY_WITH_CASE,
        authority="A",
        reference="1",
        contact="",
        in_force_from=at - timedelta(days=1),
        in_force_until=ends_at,
    )
    Summary.objects.all().delete()
    make_summary(child.person_key, make_facts(BORN_ON, at=at, alerts=(alert,)), at=at)
    case = file_case(guardian, child.person_key, at=at)
    assert case.shown_status == "UNCONFIRMED"
    assert run(ends_at - SOON) == 0
    assert run(ends_at) == 1
    assert told(guardian) == ["CASE_CLOSED"]


@pytest.mark.django_db
def test_guardian_whose_kinship_has_ended_is_told_nothing(child, guardian, at) -> None:
    case = file_case(guardian, child.person_key, at=at)
    run(at + SOON)
    Kinship.objects.update(withdrawn=True)
    register_long_ago(child, at)
    asked = Lookup.objects.count()
    assert run(at + 2 * SOON) == 1
    assert Watch.objects.get().end == Watch.End.NO_LONGER_KIN
    case.refresh_from_db()
    assert (case.state, told(guardian), Lookup.objects.count()) == ("OPEN", [], asked)


@pytest.mark.django_db
def test_asker_without_proof_is_told_the_same_at_the_same_time_about_anybody(child, at) -> None:
    stranger, other = make_stranger(at=at), make_stranger(at=at, mobile="+8613900000003", sequence=73)
    cases = [file_case(stranger, child.person_key, at=at), file_case(other, NOBODY, at=at)]
    register_long_ago(child, at)
    for minutes in (1, 60, 600):
        assert run(at + timedelta(minutes=minutes)) == 0
    assert run(at + UNPROVEN_TOLD_AFTER - SOON) == 0
    assert (told(stranger), told(other)) == ([], [])
    assert run(at + UNPROVEN_TOLD_AFTER) == 2
    assert told(stranger) == told(other) == ["ASK_AGAIN"]
    for case in cases:
        case.refresh_from_db()
    assert [case.state for case in cases] == ["OPEN", "OPEN"]
    assert Lookup.objects.filter(asker=stranger).count() == Lookup.objects.filter(asker=other).count() == 1


@pytest.mark.django_db
def test_looking_for_an_asker_without_proof_does_the_same_for_anybody(
    child, at, django_assert_num_queries
) -> None:
    stranger, other = make_stranger(at=at), make_stranger(at=at, mobile="+8613900000003", sequence=73)
    for asker, key in ((stranger, child.person_key), (other, NOBODY)):
        file_case(asker, key, at=at)
    statements = []
    for watch in Watch.objects.order_by("id"):
        with django_assert_num_queries(7) as taken:
            assert watching.look(watch.id, at=at + LOOKED_AT_EVERY) is None
        statements.append(
            [re.sub(r"'[0-9a-f-]{36}'|\"s\d+_x\d+\"", "ID", query["sql"]) for query in taken.captured_queries]
        )
    # The asker's own kinship is looked up, and nothing else: the same statements for anybody.
    assert statements[0] == statements[1]
    assert not any("records_summary" in sql for sql in statements[0])
    # Nor does a change of the person bring the watch forward.
    register_long_ago(child, at)
    assert watching.due(at=at + LOOKED_AT_EVERY + SOON, most=9) == []


@pytest.mark.django_db
def test_stranger_who_has_become_a_guardian_is_told_like_one(child, at) -> None:
    stranger = make_stranger(at=at)
    case = file_case(stranger, child.person_key, at=at)
    make_kinship(stranger.person, child, at=at)
    register_long_ago(child, at)
    assert run(at + LOOKED_AT_EVERY) == 1
    case.refresh_from_db()
    assert (case.state, told(stranger)) == ("CLOSED", ["CASE_CLOSED"])


@pytest.mark.django_db
def test_watch_ends_with_its_case_and_begins_again_with_it(child, guardian, at) -> None:
    case = file_case(guardian, child.person_key, at=at)
    casework.resolve(case.id, make_staff(at=at), Case.Resolution.NOTHING_WRONG, "没错", at=at)
    assert run(at + SOON) == 1
    assert Watch.objects.get().end == Watch.End.CASE_CLOSED
    assert told(guardian) == ["CASE_CLOSED"]
    filing.reopen(guardian, case.number, "还是不行", at=at + SOON)
    register_long_ago(child, at)
    assert run(at + 2 * SOON) == 1
    assert told(guardian) == ["CASE_CLOSED", "CASE_CLOSED"]


@pytest.mark.django_db
def test_case_about_something_else_is_not_watched(child, guardian, at) -> None:
    file_case(guardian, child.person_key, OTHER, at=at)
    assert not Watch.objects.exists()
    file_case(guardian, child.person_key, at=at)
    assert Watch.objects.count() == 1


@pytest.mark.django_db
def test_lock_that_opens_is_seen_within_the_hour(child, at) -> None:
    """A lock counts no changes; kin it never binds, so this is about what else has no number of its own."""
    guardian = make_guardian(child, at=at)
    AccessLock.objects.create(subject_key=child.person_key, locked_at=at, locked_by=guardian)
    file_case(guardian, child.person_key, at=at)
    run(at + SOON)
    assert Watch.objects.get().look_again_at == at + SOON + LOOKED_AT_EVERY
    # A policy of another day, written without touching anybody.
    Person.objects.filter(person_key=child.person_key).update(registered_at=at - timedelta(days=9))
    assert run(at + 2 * SOON) == 0
    assert run(at + SOON + LOOKED_AT_EVERY) == 1


@pytest.mark.django_db
def test_task_looks_at_the_clock(child, guardian, at, time_machine) -> None:
    file_case(guardian, child.person_key, at=at)
    register_long_ago(child, at)
    time_machine.move_to(at + SOON, tick=False)
    tasks.look_at_watches()
    assert Watch.objects.get().closed_at == at + SOON
