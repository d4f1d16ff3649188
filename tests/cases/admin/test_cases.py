"""The queue and the page of a case: due first, masked, with its trace, and no step without a name."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry

from cases import casework, deadlines, timeline
from cases.models import Case
from identity.models import Notice, User
from lookup.admission import Door
from lookup.models import Lookup
from tests.cases.complaints import OTHER, file_case, make_guardian, make_stranger, make_ward
from tests.cases.test_casework import make_group_case
from tests.cases.ways_of_writing import NUMBER
from tests.lookup.web.pages import text_of

pytestmark = pytest.mark.django_db
QUEUE = "/admin/cases/case/"


@pytest.fixture
def child(at):
    return make_ward(at=at)


@pytest.fixture
def case(child, at) -> Case:
    return file_case(make_guardian(child, at=at), child.person_key, at=at)


def address(case: Case, step: str = "change") -> str:
    return f"{QUEUE}{case.id}/{step}/"


def opened() -> int:
    return Lookup.objects.filter(door=Door.ADMIN).count()


def test_queue_shows_what_is_open_the_escalated_first_then_the_due_first(admin, child, case, at) -> None:
    stranger = make_stranger(at=at)
    later = file_case(stranger, child.person_key, OTHER, at=at)
    urgent = make_group_case(at)
    deadlines.escalate_overdue(lambda: at)
    Case.objects.filter(id=later.id).update(response_escalated_at=at)
    page = admin.get(QUEUE)
    rows = [row.number for row in page.context["cl"].result_list]
    assert rows == [later.number, case.number, urgent.number]
    assert "Cases: 3 open, 0 overdue" in text_of(page)
    assert "李* 11" in text_of(page)
    assert NUMBER not in page.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 1),
        ("state=all", 2),
        ("state=CLOSED", 1),
        ("owner__exact=SERVICE", 1),
        ("owner__exact=REGISTRY", 0),
        ("kind__exact=STATUS_UNKNOWN", 1),
        ("due=overdue", 0),
        ("due=escalated", 0),
        ("due=today", 0),
        ("assigned=nobody", 1),
        ("assigned=me", 0),
        ("group__exact=1", 0),
    ],
)
def test_filters_of_the_queue(admin, child, case, at, query, found) -> None:
    other = file_case(make_stranger(at=at), child.person_key, OTHER, at=at)
    staff = User.objects.get(staff_name="Staff 90")
    casework.resolve(other.id, staff, Case.Resolution.PUT_RIGHT, "", at=at)
    page = admin.get(f"{QUEUE}?{query}", follow=True)
    assert page.context["cl"].result_count == found


def test_filters_find_what_is_late_due_today_and_mine(admin, case, at, time_machine) -> None:
    staff = User.objects.get(staff_name="Staff 90")
    casework.hand_over(case.id, staff, owner=Case.Owner.REGISTRY, assigned_to=staff, at=at)
    assert admin.get(f"{QUEUE}?assigned=me").context["cl"].result_count == 1
    time_machine.move_to(case.respond_by - timedelta(minutes=1), tick=False)
    admin.force_login(staff)
    assert admin.get(f"{QUEUE}?due=today").context["cl"].result_count == 1
    time_machine.move_to(case.respond_by, tick=False)
    assert admin.get(f"{QUEUE}?due=overdue").context["cl"].result_count == 1
    deadlines.escalate_overdue(lambda: case.respond_by)
    assert admin.get(f"{QUEUE}?due=escalated").context["cl"].result_count == 1


def test_page_shows_the_true_cause_and_leaves_an_audit_row(auditor, case, child) -> None:
    before = opened()
    page = text_of(auditor.get(address(case)))
    assert "NOT_REGISTERED" in page
    assert "kin: may be told everything" in page
    assert "2022-05-05" in page
    assert opened() == before + 1
    assert Lookup.objects.filter(door=Door.ADMIN).latest("id").subject_key == child.person_key


def test_auditor_sees_and_changes_nothing(admin, auditor, case) -> None:
    page = auditor.get(address(case))
    assert page.status_code == 200
    assert "Keep the note" not in page.content.decode()
    assert auditor.post(address(case, "note"), {"text": "?"}).status_code == 403
    assert admin.get(address(case, "note")).status_code == 405
    assert admin.post(address(case, "note"), {"text": "问过了"}).status_code == 302


def test_colleague_answers_notes_hands_over_and_closes(admin, case) -> None:
    staff = User.objects.get(staff_name="Staff 90")
    steps = (
        ("note", {"text": f"查了 {NUMBER}"}, "We took 1 number out of your text"),
        ("hand-over", {"owner": "REGISTRY", "assigned_to": str(staff.id)}, "The case is handed over."),
        ("escalate", {"text": ""}, "The case was moved to the front."),
        ("answer", {"text": "请先登记"}, "The answer is sent."),
        ("resolve", {"resolution": "PUT_RIGHT", "text": "登记好了"}, "The case is closed."),
    )
    for step, fields, said in steps:
        page = admin.post(address(case, step), fields, follow=True)
        assert said in text_of(page), step
    case.refresh_from_db()
    assert (case.state, case.owner, case.assigned_to) == ("CLOSED", "REGISTRY", staff)
    assert {event.by for event in case.events.exclude(kind="FILED")} == {staff}
    assert LogEntry.objects.filter(object_id=str(case.id), user=staff).count() == len(steps)
    assert Notice.objects.filter(recipient=case.opened_by).count() == 2


def test_step_that_is_not_taken_says_why_and_keeps_what_was_typed(admin, child, case, at) -> None:
    unproven = file_case(make_stranger(at=at), child.person_key, at=at)
    page = admin.post(address(unproven, "answer"), {"text": "孩子没登记"})
    assert "This asker may not be told why" in text_of(page)
    assert "孩子没登记" in page.content.decode()
    assert "Please write something." in text_of(admin.post(address(case, "answer"), {"text": ""}))
    assert "Please say why. Nothing was changed." in text_of(admin.post(address(case, "resolve"), {}))
    assert "The answer is sent." in text_of(
        admin.post(address(unproven, "answer"), {"text": ""}, follow=True)
    )
    assert case.events.count() == 1


def test_case_that_closed_meanwhile_takes_no_step(admin, case, at) -> None:
    staff = User.objects.get(staff_name="Staff 90")
    casework.resolve(case.id, staff, Case.Resolution.PUT_RIGHT, "好了", at=at)
    page = admin.post(address(case, "answer"), {"text": "请等"})
    assert "The case was closed a moment ago." in text_of(page)
    shown = admin.get(address(case)).content.decode()
    assert "Send the answer" not in shown
    assert "Keep the note" in shown


def test_group_s_case_shows_what_was_found_and_opens_nobody_s_file(admin, at) -> None:
    case = make_group_case(at)
    Case.objects.filter(id=case.id).update(trace={"count": 12, "examples": ["李*"]})
    before = opened()
    page = text_of(admin.get(address(case)))
    assert "door-shut:ASSISTED:NO_FACE_REFERENCE" in page
    assert '"count": 12' in page
    assert "Send the answer" not in page
    assert opened() == before


def test_citizen_is_shown_no_case_in_the_admin(client, admin, case) -> None:
    client.force_login(case.opened_by)
    assert client.get(address(case)).status_code == 302
    assert client.post(address(case, "note"), {"text": "?"}).status_code == 302
    assert admin.get(address(case)).status_code == 200
    assert timeline.text_of(case.events.get()) == ""


def test_unknown_case_is_404(admin, case) -> None:
    gone = address(case).replace(str(case.id), "0190c0de-1111-7222-8333-444455556666")
    assert admin.get(gone).status_code == 404
    assert admin.post(gone.replace("change", "note"), {"text": "?"}).status_code == 404
    assert admin.get(address(case)).status_code == 200
