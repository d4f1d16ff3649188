"""Filing, adding and opening again: once however often it is tapped, within a day's limit, with its trace."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import casework, filing, timeline
from cases.allowance import CASES_A_DAY, TEXTS_A_DAY, TooMuchToday
from cases.filing import (
    CannotReopen,
    CaseFiled,
    CaseIsClosed,
    Complaint,
    KindDoesNotFit,
    NothingWritten,
    Written,
)
from cases.models import Case, CaseEvent
from cases.reference import read_reference
from civil_time import next_midnight
from healthcode.compact import decode_facts
from identity.models import Kinship, Notice
from lookup.admission import decode_standing
from lookup.shown_again import NotYours
from tests.cases.complaints import OTHER, UNKNOWN, ask, file_case, make_guardian, make_stranger, make_ward
from tests.cases.ways_of_writing import MOBILE, NUMBER
from tests.makers import make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def child(at):
    return make_ward(at=at)


@pytest.fixture
def guardian(child, at):
    return make_guardian(child, at=at)


def texts_of(case: Case) -> list[str]:
    return [timeline.text_of(event) for event in case.events.order_by("id")]


def test_case_carries_a_reference_an_owner_due_times_and_the_whole_trace(child, guardian, at) -> None:
    row = ask(guardian, child.person_key, at=at)
    filed = filing.file(guardian, row.id, UNKNOWN, at=at)
    case = Case.objects.get(id=filed.case.id)
    assert filed.is_new
    assert read_reference(case.number) == case.number
    assert (case.kind, case.state, case.owner) == ("STATUS_UNKNOWN", "OPEN", "SERVICE")
    assert (case.respond_by, case.resolve_by) == (at + timedelta(hours=24), at + timedelta(days=7))
    assert case.trace["reasons"] == ["NOT_REGISTERED"]
    assert case.trace["policy"] == row.policy
    assert decode_facts(case.trace["facts"]).naats
    assert not decode_standing(case.trace["standing"]).registered_at
    assert [event.kind for event in case.events.all()] == ["FILED"]


def test_owner_follows_the_true_reason(child, guardian, at) -> None:
    type(child).objects.filter(pk=child.pk).update(registered_at=at - timedelta(days=9), withdrawn=True)
    assert file_case(guardian, UUID(int=5), at=at).owner == "REGISTRY"


@pytest.mark.parametrize(
    ("complaint", "owner", "hours"),
    [
        (Complaint(kind=Case.Kind.MISSING_RECORD, record=Case.Record.TEST), "LABORATORY", 24),
        (Complaint(kind=Case.Kind.WRONG_RECORD, record=Case.Record.DOSE), "VACCINATION_SITE", 24),
        (Complaint(kind=Case.Kind.WRONG_KINSHIP), "REGISTRY", 24),
        (Complaint(kind=Case.Kind.WRONG_ORDER), "COMMUNITY", 8),
        (OTHER, "SERVICE", 48),
    ],
)
def test_each_kind_has_its_owner_and_its_hours(child, guardian, at, complaint, owner, hours) -> None:
    case = file_case(guardian, child.person_key, complaint, at=at)
    assert (case.owner, case.respond_by) == (owner, at + timedelta(hours=hours))
    assert case.resolve_by > case.respond_by


def test_second_tap_finds_the_first_case_and_another_kind_makes_another(child, guardian, at) -> None:
    first = file_case(guardian, child.person_key, at=at)
    row = ask(guardian, child.person_key, at=at + timedelta(hours=1))
    again = filing.file(guardian, row.id, UNKNOWN, at=at + timedelta(hours=1))
    assert (again.case.id, again.is_new) == (first.id, False)
    assert file_case(guardian, child.person_key, OTHER, at=at).id != first.id
    assert Case.objects.count() == 2


def test_second_form_adds_what_it_says_and_a_double_click_nothing(child, guardian, at) -> None:
    row = ask(guardian, child.person_key, at=at)
    said = Complaint(kind=Case.Kind.STATUS_UNKNOWN, text="两针都打了")
    filing.file(guardian, row.id, said, at=at)
    filing.file(guardian, row.id, said, at=at)
    more = Complaint(kind=Case.Kind.STATUS_UNKNOWN, text="昨天又做了核酸")
    case = filing.file(guardian, row.id, more, at=at).case
    assert texts_of(case) == ["两针都打了", "昨天又做了核酸"]


def test_another_account_s_answer_is_as_unknown_as_none(child, guardian, at) -> None:
    row = ask(guardian, child.person_key, at=at)
    assert isinstance(filing.file(make_stranger(at=at), row.id, UNKNOWN, at=at), NotYours)
    assert isinstance(filing.file(guardian, UUID(int=7), UNKNOWN, at=at), NotYours)
    assert isinstance(filing.file(guardian, row.id, UNKNOWN, at=at), CaseFiled)


def test_guardian_whose_kinship_has_ended_cannot_file_from_the_old_answer(child, guardian, at) -> None:
    row = ask(guardian, child.person_key, at=at)
    held = Kinship.objects.filter(ward_id=child.person_key)
    held.update(in_force_until=at)
    assert isinstance(filing.file(guardian, row.id, UNKNOWN, at=at), NotYours)
    held.update(in_force_until=None)
    assert isinstance(filing.file(guardian, row.id, UNKNOWN, at=at), CaseFiled)


def test_known_status_is_not_filed_as_unknown_but_as_something_else(at) -> None:
    healthy = make_ward(at=at, registered_at=at - timedelta(days=30))
    guardian = make_guardian(healthy, at=at)
    row = ask(guardian, healthy.person_key, at=at)
    assert row.shown_status == "GREEN"
    assert isinstance(filing.file(guardian, row.id, UNKNOWN, at=at), KindDoesNotFit)
    assert isinstance(filing.file(guardian, row.id, OTHER, at=at), CaseFiled)


def test_record_is_named_just_where_one_is_meant(child, guardian, at) -> None:
    row = ask(guardian, child.person_key, at=at)
    for complaint in (
        Complaint(kind=Case.Kind.MISSING_RECORD),
        Complaint(kind=Case.Kind.OTHER, record=Case.Record.TEST),
    ):
        assert isinstance(filing.file(guardian, row.id, complaint, at=at), KindDoesNotFit)
    right = Complaint(kind=Case.Kind.MISSING_RECORD, record=Case.Record.TEST)
    assert isinstance(filing.file(guardian, row.id, right, at=at), CaseFiled)


def test_text_is_scrubbed_and_sealed_before_it_is_stored(child, guardian, at) -> None:
    row = ask(guardian, child.person_key, at=at)
    text = f"孩子 {NUMBER} 打 {MOBILE}"
    filed = filing.file(guardian, row.id, Complaint(kind=Case.Kind.OTHER, text=text), at=at)
    event = CaseEvent.objects.get()
    assert filed.removed == 2
    assert timeline.text_of(event) == "孩子 […] 打 […]"
    assert "孩子".encode() not in bytes(event.text_sealed)
    assert NUMBER not in str(vars(event))


def test_limit_of_a_day_counts_new_cases_and_ends_at_midnight(child, guardian, at) -> None:
    rows = [ask(guardian, UUID(int=number), at=at) for number in range(1, CASES_A_DAY + 2)]
    filed = [filing.file(guardian, row.id, UNKNOWN, at=at) for row in rows]
    assert all(isinstance(each, CaseFiled) for each in filed[:-1])
    assert filed[-1] == TooMuchToday(again_at=next_midnight(at))
    assert isinstance(filing.file(guardian, rows[0].id, UNKNOWN, at=at), CaseFiled)
    tomorrow = next_midnight(at)
    row = ask(guardian, UUID(int=77), at=tomorrow)
    assert isinstance(filing.file(guardian, row.id, UNKNOWN, at=tomorrow), CaseFiled)
    other = make_stranger(at=at)
    assert isinstance(filing.file(other, ask(other, UUID(int=1), at=at).id, UNKNOWN, at=at), CaseFiled)


def test_citizen_adds_and_has_the_last_word_again(child, guardian, at) -> None:
    case = file_case(guardian, child.person_key, at=at)
    casework.answer(case.id, make_staff(at=at), "请补办登记", at=at)
    case.refresh_from_db()
    assert case.state == "ANSWERED"
    later = at + timedelta(hours=30)
    assert isinstance(filing.add(guardian, case.number, "已经办了", at=later), Written)
    case.refresh_from_db()
    assert (case.state, texts_of(case)[-1]) == ("OPEN", "已经办了")
    # Whoever writes back is promised an answer again; a second text moves nothing.
    assert (case.responded_at, case.respond_by) == (None, later + timedelta(hours=24))
    filing.add(guardian, case.number, "真的办了", at=later + timedelta(hours=1))
    case.refresh_from_db()
    assert case.respond_by == later + timedelta(hours=24)
    assert case.resolve_by == at + timedelta(days=7)
    assert isinstance(filing.add(guardian, case.number, " \u200b\n", at=at), NothingWritten)
    assert isinstance(filing.add(make_stranger(at=at), case.number, "我也要看", at=at), NotYours)


def test_texts_of_a_day_are_limited(child, guardian, at) -> None:
    case = file_case(guardian, child.person_key, at=at)
    for number in range(TEXTS_A_DAY):
        assert isinstance(filing.add(guardian, case.number, f"第{number}句", at=at), Written)
    assert isinstance(filing.add(guardian, case.number, "还有", at=at), TooMuchToday)
    assert isinstance(filing.add(guardian, case.number, "还有", at=next_midnight(at)), Written)


def test_closed_case_is_opened_again_with_new_due_times(child, guardian, at) -> None:
    case = file_case(guardian, child.person_key, at=at)
    assert isinstance(filing.reopen(guardian, case.number, "", at=at), CannotReopen)
    casework.resolve(case.id, make_staff(at=at), Case.Resolution.PUT_RIGHT, "登记好了", at=at)
    assert isinstance(filing.add(guardian, case.number, "没有好", at=at), CaseIsClosed)
    later = at + timedelta(days=2)
    assert isinstance(filing.reopen(guardian, case.number, "还是不行", at=later), Written)
    case.refresh_from_db()
    assert (case.state, case.resolution, case.responded_at) == ("OPEN", "", None)
    assert case.resolve_by == later + timedelta(days=7)
    assert Notice.objects.filter(recipient=guardian, kind="CASE_CLOSED", reference=case.number).count() == 1


def test_case_closed_long_ago_or_filed_anew_stays_closed(child, guardian, at) -> None:
    case = file_case(guardian, child.person_key, at=at)
    staff = make_staff(at=at)
    casework.resolve(case.id, staff, Case.Resolution.PUT_RIGHT, "好了", at=at)
    assert isinstance(filing.reopen(guardian, case.number, "", at=at + filing.REOPEN_FOR), CannotReopen)
    second = file_case(guardian, child.person_key, at=at + timedelta(hours=1))
    assert isinstance(filing.reopen(guardian, case.number, "", at=at + timedelta(hours=2)), CannotReopen)
    casework.resolve(second.id, staff, Case.Resolution.PUT_RIGHT, "好了", at=at + timedelta(hours=3))
    assert isinstance(filing.reopen(guardian, case.number, "", at=at + timedelta(hours=4)), Written)


def test_stranger_files_the_same_whether_or_not_there_is_such_a_person(child, at) -> None:
    stranger = make_stranger(at=at)
    work = []
    for row in (ask(stranger, UUID(int=99), at=at), ask(stranger, child.person_key, at=at)):
        with CaptureQueriesContext(connection) as done:
            filed = filing.file(stranger, row.id, UNKNOWN, at=at)
        work.append([query["sql"].split()[0] for query in done])
        assert isinstance(filed, CaseFiled)
        assert (filed.case.shown_status, filed.case.proof) == ("UNKNOWN", "NONE")
    assert work[0] == work[1]
    reasons = [case.trace["reasons"] for case in Case.objects.order_by("id")]
    assert reasons == [["NOT_IN_REGISTRY"], ["NOT_REGISTERED"]]
