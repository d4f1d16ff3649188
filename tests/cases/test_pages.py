"""The pages of cases as a person uses them: one tap from the answer, the timeline, and writing back."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from cases import casework, timeline
from cases.models import Case
from cases.patterns import door_shut
from tests.cases.complaints import OTHER, UNKNOWN, ask, file_case, make_guardian, make_stranger, make_ward
from tests.cases.test_casework import make_group_case
from tests.cases.ways_of_writing import MOBILE, NUMBER
from tests.lookup.web.pages import text_of, without_variable_parts
from tests.makers import make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(time_machine, at):
    time_machine.move_to(at, tick=False)


@pytest.fixture
def child(at):
    return make_ward(at=at)


@pytest.fixture
def guardian(child, at):
    return make_guardian(child, at=at)


def signed_in(user) -> Client:
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(user)
    return browser


def test_one_tap_on_an_unknown_files_a_case_and_the_answer_shows_its_number(child, guardian, at) -> None:
    browser, row = signed_in(guardian), ask(guardian, child.person_key, at=at)
    answer = browser.get(f"/answers/{row.id}")
    assert "Let us look into it" in text_of(answer)
    filed = browser.post(f"/answers/{row.id}/case", follow=True)
    case = Case.objects.get()
    assert filed.redirect_chain == [(f"/cases/{case.number}", 303)]
    page = text_of(filed)
    assert case.number in page
    assert "We answer by 21 May 2022, 10:00." in page
    assert "李*" in page
    assert "This service" in page
    assert case.number in text_of(browser.get(f"/answers/{row.id}"))
    assert browser.post(f"/answers/{row.id}/case").headers["Location"] == f"/cases/{case.number}"
    assert Case.objects.count() == 1


def test_known_answer_has_the_quieter_way_to_a_form_without_unknown_in_it(at) -> None:
    healthy = make_ward(at=at, registered_at=at - timedelta(days=30))
    guardian = make_guardian(healthy, at=at)
    browser, row = signed_in(guardian), ask(guardian, healthy.person_key, at=at)
    answer = browser.get(f"/answers/{row.id}")
    assert "Something is wrong with this answer" in text_of(answer)
    assert "Let us look into it" not in text_of(answer)
    tapped = browser.post(f"/answers/{row.id}/case", follow=True)
    assert tapped.redirect_chain == [(f"/cases/about/{row.id}", 303)]
    assert "STATUS_UNKNOWN" not in tapped.content.decode()
    sent = browser.post(f"/cases/about/{row.id}", {"what": "MISSING_RECORD:TEST", "text": "昨天做的核酸没有"})
    assert sent.status_code == 303
    assert (Case.objects.get().kind, Case.objects.get().owner) == ("MISSING_RECORD", "LABORATORY")


def test_form_says_kindly_that_numbers_were_taken_out(child, guardian, at) -> None:
    browser, row = signed_in(guardian), ask(guardian, child.person_key, at=at)
    fields = {"what": "STATUS_UNKNOWN", "text": f"孩子 {NUMBER} 电话 {MOBILE}"}
    page = browser.post(f"/cases/about/{row.id}", fields, follow=True)
    assert "We took 2 numbers out of your text, to protect you." in text_of(page)
    assert NUMBER not in page.content.decode()
    assert "孩子 […] 电话 […]" in text_of(page)
    again = browser.get(f"/cases/{Case.objects.get().number}")
    assert "numbers out of your text" not in text_of(again)


@pytest.mark.parametrize("what", ["", "EVERYTHING", "MISSING_RECORD", "OTHER:TEST"])
def test_form_without_a_choice_of_the_list_is_shown_again(child, guardian, at, what) -> None:
    browser, row = signed_in(guardian), ask(guardian, child.person_key, at=at)
    page = browser.post(f"/cases/about/{row.id}", {"what": what, "text": "还是不行"})
    assert page.status_code == 400
    assert "Nothing is chosen. Please choose one of the list." in text_of(page)
    assert "还是不行" in page.content.decode()
    assert not Case.objects.exists()


def test_citizen_writes_back_reads_the_answer_and_opens_again(child, guardian, at) -> None:
    browser, staff = signed_in(guardian), make_staff(at=at)
    case = file_case(guardian, child.person_key, at=at)
    assert browser.post(f"/cases/{case.number}/messages", {"text": "孩子一直没登记"}).status_code == 303
    casework.answer(case.id, staff, "请先做代查询", at=at)
    casework.note(case.id, staff, "internal words", at=at)
    page = text_of(browser.get(f"/cases/{case.number}"))
    assert page.index("孩子一直没登记") < page.index("请先做代查询")
    assert "Our staff" in page
    assert "internal words" not in page
    assert "Staff 90" not in page
    casework.resolve(case.id, staff, Case.Resolution.PUT_RIGHT, "登记好了", at=at)
    closed = browser.post(f"/cases/{case.number}/messages", {"text": "谢谢"})
    assert closed.status_code == 409
    assert "It was put right. Please ask again." in text_of(closed)
    assert browser.post(f"/cases/{case.number}/reopen", {"text": "还是暂不掌握"}).status_code == 303
    assert "还是暂不掌握" in text_of(browser.get(f"/cases/{case.number}"))


def test_blank_message_is_told_and_a_day_s_texts_end(child, guardian, at) -> None:
    browser = signed_in(guardian)
    case = file_case(guardian, child.person_key, at=at)
    assert browser.post(f"/cases/{case.number}/messages", {"text": " "}).status_code == 400
    assert browser.post(f"/cases/{case.number}/messages", {"text": "\u200b"}).status_code == 400
    for number in range(20):
        assert browser.post(f"/cases/{case.number}/messages", {"text": f"第{number}句"}).status_code == 303
    spent = browser.post(f"/cases/{case.number}/messages", {"text": "还有"})
    assert (spent.status_code, spent.headers["Retry-After"]) == (429, str(14 * 3600))


def test_list_shows_own_cases_alone(child, guardian, at) -> None:
    mine = file_case(guardian, child.person_key, at=at)
    stranger = make_stranger(at=at)
    theirs = file_case(stranger, child.person_key, OTHER, at=at)
    page = text_of(signed_in(guardian).get("/cases"))
    assert mine.number in page
    assert theirs.number not in page
    assert signed_in(guardian).get(f"/cases/{theirs.number}").status_code == 404
    assert signed_in(guardian).post(f"/cases/{theirs.number}/messages", {"text": "?"}).status_code == 404
    assert signed_in(stranger).get(f"/cases/{theirs.number.lower()}").status_code == 200
    assert signed_in(stranger).get("/cases/HK-2026-1-A").status_code == 404
    assert Client().get("/cases").status_code == 302


def test_stranger_reads_the_same_of_somebody_and_of_nobody_whatever_staff_did(child, at) -> None:
    stranger, staff = make_stranger(at=at), make_staff(at=at)
    pages = []
    for key in (child.person_key, UUID(int=99)):
        case = file_case(stranger, key, UNKNOWN, at=at)
        office = Case.Owner.REGISTRY if key == child.person_key else Case.Owner.LABORATORY
        casework.hand_over(case.id, staff, owner=office, assigned_to=None, at=at)
        casework.answer(case.id, staff, "", at=at)
        resolution = Case.Resolution.PUT_RIGHT if key == child.person_key else Case.Resolution.NOTHING_WRONG
        casework.resolve(case.id, staff, resolution, "", at=at)
        page = without_variable_parts(signed_in(stranger).get(f"/cases/{case.number}"))
        pages.append(page.replace(case.number, "HK"))
    assert pages[0] == pages[1]
    assert "only the person and a verified guardian are told" in pages[0]
    assert "李" not in pages[0]


def test_guardian_whose_kinship_ended_reads_what_a_stranger_does(child, guardian, at) -> None:
    case = file_case(guardian, child.person_key, at=at)
    casework.answer(case.id, make_staff(at=at), "孩子没有登记", at=at)
    assert "孩子没有登记" in text_of(signed_in(guardian).get(f"/cases/{case.number}"))
    guardian.person.wards.update(in_force_until=at)
    page = text_of(signed_in(guardian).get(f"/cases/{case.number}"))
    assert "孩子没有登记" not in page
    assert "李*" not in page
    assert "only the person and a verified guardian are told" in page
    assert timeline.text_of(case.events.get(kind="ANSWERED")) == "孩子没有登记"


def test_sixth_case_of_a_day_is_told_to_come_back_tomorrow(guardian, at) -> None:
    browser = signed_in(guardian)
    for number in range(1, 6):
        file_case(guardian, UUID(int=number), at=at)
    row = ask(guardian, UUID(int=6), at=at)
    spent = browser.post(f"/answers/{row.id}/case")
    assert (spent.status_code, spent.headers["Retry-After"]) == (429, str(14 * 3600))
    assert "Enough cases for today" in text_of(spent)
    form = browser.post(f"/cases/about/{row.id}", {"what": "OTHER"})
    assert form.status_code == 429
    assert Case.objects.count() == 5


def test_late_case_says_so(child, guardian, at, time_machine) -> None:
    case = file_case(guardian, child.person_key, at=at)
    browser = signed_in(guardian)
    time_machine.move_to(at + timedelta(hours=24), tick=False)
    browser.force_login(guardian)
    assert "We are late, and we are sorry." in text_of(browser.get(f"/cases/{case.number}"))


def test_guardian_is_shown_the_case_of_the_whole_group_and_a_stranger_is_not(child, guardian, at) -> None:
    make_group_case(at, door_shut("ASSISTED", "NOT_REGISTERED"))
    number = Case.objects.get(group=True).number
    stranger = make_stranger(at=at)
    of_kin = text_of(signed_in(guardian).get(f"/answers/{ask(guardian, child.person_key, at=at).id}"))
    of_stranger = text_of(signed_in(stranger).get(f"/answers/{ask(stranger, child.person_key, at=at).id}"))
    assert f"The case {number} is open for all of you" in of_kin
    assert number not in of_stranger
    assert signed_in(guardian).get(f"/cases/{number}").status_code == 404


def test_group_s_case_about_something_else_is_not_shown(child, guardian, at) -> None:
    make_group_case(at, door_shut("ASSISTED", "NO_FACE_REFERENCE"))
    make_group_case(at, door_shut("THIRD_PARTY", "NOT_REGISTERED"))
    row = ask(guardian, child.person_key, at=at)
    assert "We know of this" not in text_of(signed_in(guardian).get(f"/answers/{row.id}"))
    make_group_case(at, door_shut("ASSISTED", "NOT_REGISTERED"))
    assert "We know of this" in text_of(signed_in(guardian).get(f"/answers/{row.id}"))
