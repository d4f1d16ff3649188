"""What colleagues do in a case: each step has a name, a stranger gets no free words, nobody an own case."""

from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from cases import casework, timeline
from cases.casework import CaseIsClosed, Done, NobodyToAnswer, StaffInvolved, WordsMissing, WordsNotAllowed
from cases.due_times import due_times
from cases.models import Case, CaseEvent
from identity.models import Notice
from tests.cases.complaints import OTHER, file_case, make_guardian, make_stranger, make_ward
from tests.cases.ways_of_writing import NUMBER
from tests.makers import make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def child(at):
    return make_ward(at=at)


@pytest.fixture
def guardian(child, at):
    return make_guardian(child, at=at)


@pytest.fixture
def staff(at):
    return make_staff(at=at)


def make_group_case(at, pattern="door-shut:ASSISTED:NO_FACE_REFERENCE") -> Case:
    due = due_times(Case.Kind.STATUS_UNKNOWN, at=at)
    return Case.objects.create(
        number=timeline.next_number(at=at),
        kind=Case.Kind.STATUS_UNKNOWN,
        owner=Case.Owner.REGISTRY,
        group=True,
        pattern=pattern,
        affected=12,
        opened_at=at,
        respond_by=due.respond_by,
        resolve_by=due.resolve_by,
    )


def test_each_step_is_an_event_with_a_name_and_a_time(child, guardian, staff, at) -> None:
    case, other = file_case(guardian, child.person_key, at=at), make_staff("+8613900000091", at=at)
    assert isinstance(casework.note(case.id, staff, "问过派出所", at=at), Done)
    handed = casework.hand_over(case.id, staff, owner=Case.Owner.REGISTRY, assigned_to=other, at=at)
    assert isinstance(handed, Done)
    assert isinstance(casework.answer(case.id, staff, "请等一天", at=at), Done)
    resolved = casework.resolve(case.id, staff, Case.Resolution.PUT_RIGHT, "好了", at=at)
    assert isinstance(resolved, Done)
    case.refresh_from_db()
    assert (case.owner, case.assigned_to, case.state) == ("REGISTRY", other, "CLOSED")
    events = list(case.events.order_by("id").values_list("kind", "by", "visible_to_citizen"))
    assert events == [
        ("FILED", guardian.id, True),
        ("NOTE", staff.id, False),
        ("HANDED_OVER", staff.id, True),
        ("ANSWERED", staff.id, True),
        ("CLOSED", staff.id, True),
    ]
    told = Notice.objects.filter(recipient=guardian).order_by("id")
    assert list(told.values_list("kind", "reference", "subject_key")) == [
        ("CASE_ANSWERED", case.number, None),
        ("CASE_CLOSED", case.number, None),
    ]


def test_kin_are_answered_in_words_and_a_stranger_never(child, guardian, staff, at) -> None:
    of_kin = file_case(guardian, child.person_key, at=at)
    of_stranger = file_case(make_stranger(at=at), child.person_key, at=at)
    closing = Case.Resolution.PUT_RIGHT
    assert isinstance(casework.answer(of_stranger.id, staff, "孩子没登记", at=at), WordsNotAllowed)
    assert isinstance(casework.resolve(of_stranger.id, staff, closing, "好了", at=at), WordsNotAllowed)
    assert isinstance(casework.answer(of_stranger.id, staff, "", at=at), Done)
    assert isinstance(casework.answer(of_kin.id, staff, " ", at=at), WordsMissing)
    assert isinstance(casework.answer(of_kin.id, staff, "孩子没登记", at=at), Done)


def test_colleague_works_on_no_case_of_their_own_or_about_them(child, staff, at) -> None:
    involved = make_guardian(child, at=at, mobile="+8613900000003", sequence=73)
    case = file_case(involved, child.person_key, at=at)
    about_them = file_case(make_stranger(at=at), involved.person_id, OTHER, at=at)
    for each in (case, about_them):
        assert isinstance(casework.note(each.id, involved, "我自己来", at=at), StaffInvolved)
        assert isinstance(casework.note(each.id, staff, "我来", at=at), Done)


def test_closed_case_takes_notes_and_nothing_else(child, guardian, staff, at) -> None:
    case = file_case(guardian, child.person_key, at=at)
    casework.resolve(case.id, staff, Case.Resolution.NOTHING_WRONG, "都对", at=at)
    for step in (
        casework.answer(case.id, staff, "再说", at=at),
        casework.resolve(case.id, staff, Case.Resolution.PUT_RIGHT, "再说", at=at),
        casework.hand_over(case.id, staff, owner=Case.Owner.COMMUNITY, assigned_to=None, at=at),
        casework.escalate(case.id, staff, "", at=at),
    ):
        assert isinstance(step, CaseIsClosed)
    assert isinstance(casework.note(case.id, staff, "归档", at=at), Done)
    assert Notice.objects.filter(kind="CASE_CLOSED").count() == 1


def test_colleague_moves_a_case_to_the_front(child, guardian, staff, at) -> None:
    case = file_case(guardian, child.person_key, at=at)
    assert isinstance(casework.escalate(case.id, staff, "老人急用", at=at), Done)
    case.refresh_from_db()
    assert case.response_escalated_at == at
    assert case.events.get(kind="ESCALATED").by == staff


def test_words_of_staff_are_scrubbed_as_well(child, guardian, staff, at) -> None:
    case = file_case(guardian, child.person_key, at=at)
    done = casework.note(case.id, staff, f"查了 {NUMBER}", at=at)
    assert done.removed == 1
    assert timeline.text_of(case.events.get(kind=CaseEvent.Kind.NOTE)) == "查了 […]"


def test_case_of_a_group_has_nobody_to_answer_and_is_resolved_in_words(staff, at) -> None:
    case = make_group_case(at)
    assert isinstance(casework.answer(case.id, staff, "各位", at=at), NobodyToAnswer)
    assert isinstance(casework.resolve(case.id, staff, Case.Resolution.PUT_RIGHT, "规则改了", at=at), Done)
    assert not Notice.objects.exists()


def test_one_case_is_open_for_a_group_and_a_case_is_somebody_s_or_a_group_s(child, guardian, at) -> None:
    make_group_case(at)
    with pytest.raises(IntegrityError, match="one_open_case_of_a_group"), transaction.atomic():
        make_group_case(at)
    assert make_group_case(at, "another").pk
    case = file_case(guardian, child.person_key, at=at)
    with pytest.raises(IntegrityError, match="case_is_somebodys_or_a_groups"), transaction.atomic():
        Case.objects.filter(id=case.id).update(subject_key=None)
    assert Case.objects.filter(id=case.id).update(subject_key=UUID(int=3)) == 1


def test_closing_twice_is_a_defect_and_not_a_second_notice(child, guardian, at) -> None:
    case = file_case(guardian, child.person_key, at=at)
    with transaction.atomic():
        timeline.close(timeline.lock(case.id), Case.Resolution.ANSWER_CHANGED, at=at, by=None)
    with pytest.raises(ValueError, match="closed already"), transaction.atomic():
        timeline.close(timeline.lock(case.id), Case.Resolution.ANSWER_CHANGED, at=at, by=None)
    assert Notice.objects.filter(recipient=guardian, kind="CASE_CLOSED").count() == 1
