"""The admin's audit and locks: read only, one day at a time."""

from datetime import timedelta

import pytest
from django.test import Client

from identity.models import User
from identity.staff import StaffRole
from lookup.admission import Door
from lookup.doors import assisted
from lookup.models import AccessLock, Lookup
from tests.admin_clients import ENGLISH
from tests.makers import (
    make_account,
    make_document,
    make_facts,
    make_person,
    make_staff,
    make_summary,
    mark_feeds_read,
)

pytestmark = pytest.mark.django_db

AUDIT = "/admin/lookup/lookup/"


def _ask(at, asker, *, known: bool = True) -> Lookup:
    document = make_document()
    mark_feeds_read(at)
    if known:
        person = make_person(document, at=at)
        make_summary(person.person_key, make_facts(at=at), at=at)
    assisted.ask(asker, document, at=at)
    return Lookup.objects.get(door=Door.ASSISTED)


def test_audit_lists_today_and_other_days_on_request(auditor, at, time_machine):
    _ask(at, make_account(at=at))
    counts = [auditor.get(AUDIT).context["cl"].result_count]
    time_machine.move_to(at + timedelta(days=1), tick=False)
    # A session ends after twelve hours.
    auditor.force_login(User.objects.get(staff_name="Staff 91"))
    for query in ("", "?day=2022-05-20", "?day=all", "?day=2022-05-19", "?day=nonsense"):
        counts.append(auditor.get(AUDIT + query).context["cl"].result_count)
    assert counts == [1, 0, 1, 1, 0, 0]


def test_audit_filters_by_door_outcome_and_status(auditor, at):
    _ask(at, make_account(at=at))
    counts = {
        query: auditor.get(AUDIT + query).context["cl"].result_count
        for query in (
            "?door=ASSISTED",
            "?door=OWN",
            "?outcome__exact=ANSWERED",
            "?outcome__exact=REFUSED",
            "?status=GREEN",
            "?status=RED",
        )
    }
    assert list(counts.values()) == [1, 0, 1, 0, 1, 0]


def test_audit_refuses_other_filters(auditor):
    assert auditor.get(f"{AUDIT}?subject_key=1").status_code == 400
    assert auditor.get(f"{AUDIT}?facts__b=2019-06-15").status_code == 400


def test_audit_row_shows_facts_and_leaves_a_row_of_its_own(auditor, at):
    row = _ask(at, make_account(at=at))
    page = auditor.get(f"{AUDIT}{row.pk}/change/")
    assert page.status_code == 200
    assert "&quot;b&quot;: &quot;2019-06-15&quot;" in page.content.decode()
    opened = Lookup.objects.get(door=Door.ADMIN)
    assert (opened.subject_key, str(opened.asker)) == (row.subject_key, "Staff 91")


def test_audit_row_of_an_opening_has_no_facts_and_leaves_no_row(auditor, at):
    person = make_person(at=at)
    auditor.get(f"/admin/identity/person/{person.pk}/change/")
    row = Lookup.objects.get()
    assert auditor.get(f"{AUDIT}{row.pk}/change/").status_code == 200
    assert Lookup.objects.count() == 1


def test_audit_shows_a_question_about_somebody_in_no_registry(auditor, at):
    row = _ask(at, make_account(at=at), known=False)
    for address in (AUDIT, f"{AUDIT}{row.pk}/change/"):
        answer = auditor.get(address)
        assert answer.status_code == 200
        assert "in no registry" in answer.content.decode()


def test_audit_cannot_be_changed_even_by_an_administrator(admin, at):
    row = _ask(at, make_account(at=at))
    assert admin.get(f"{AUDIT}add/").status_code == 403
    assert admin.post(f"{AUDIT}{row.pk}/change/", {"outcome": "REFUSED"}).status_code == 403
    assert admin.post(f"{AUDIT}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert (
        admin.post(AUDIT, {"action": "delete_selected", "_selected_action": str(row.pk)}).status_code != 500
    )
    assert Lookup.objects.filter(pk=row.pk).exists()


def test_audit_is_closed_without_its_permission(at):
    staff = make_staff(at=at, role=StaffRole.AUDITOR)
    client = Client(headers=ENGLISH)
    client.force_login(staff)
    assert client.get(AUDIT).status_code == 200
    staff.groups.clear()
    assert client.get(AUDIT).status_code == 403


@pytest.mark.parametrize("key", ["not-a-key", "00000000-0000-0000-0000-000000000000", "1" * 5000])
def test_audit_answers_a_row_that_is_not_there(auditor, key):
    assert auditor.get(f"{AUDIT}{key}/change/").status_code in (302, 404)


def test_lock_is_shown_and_not_changed(admin, at):
    person = make_person(at=at)
    AccessLock.objects.create(subject_key=person.pk, locked_at=at, locked_by=make_account(at=at))
    assert "李*" in admin.get("/admin/lookup/accesslock/").content.decode()
    assert admin.get("/admin/lookup/accesslock/add/").status_code == 403
    assert admin.post(f"/admin/lookup/accesslock/{person.pk}/delete/", {"post": "yes"}).status_code == 403
