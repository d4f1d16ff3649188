"""The replay in the admin: beside the audit and on a person's file, for whoever may see the file."""

from datetime import date

import pytest
from django.test import Client
from uuid_utils.compat import uuid7

from lookup.admission import Door
from lookup.doors import assisted
from lookup.models import Lookup
from records.models import Summary
from tests.admin_clients import ENGLISH
from tests.makers import (
    make_account,
    make_document,
    make_facts,
    make_person,
    make_summary,
    mark_feeds_read,
)

pytestmark = pytest.mark.django_db

CHILD = make_document(date(2015, 3, 8))


@pytest.fixture
def row(at) -> Lookup:
    mark_feeds_read(at)
    person = make_person(CHILD, at=at)
    make_summary(person.person_key, make_facts(at=at), at=at)
    answer = assisted.ask(make_account(at=at), CHILD, at=at)
    return Lookup.objects.with_id(answer.id).get()


def _address(row_id) -> str:
    return f"/admin/lookup/lookup/{row_id}/replay/"


def test_replay_shows_then_and_today_and_leaves_an_audit_row(auditor, row):
    page = auditor.get(_address(row.id))
    assert page.status_code == 200
    text = page.content.decode()
    assert "the same as stands in the audit" in text
    assert "2022-05-05" in text
    opened = Lookup.objects.get(door=Door.ADMIN)
    assert (opened.subject_key, str(opened.asker)) == (row.subject_key, "Staff 91")


def test_replay_is_one_click_from_the_audit_and_from_the_file(auditor, row):
    for page in ("/admin/lookup/lookup/", f"/admin/identity/person/{row.subject_key}/change/"):
        assert _address(row.id) in auditor.get(page).content.decode()


def test_replay_names_what_has_changed(auditor, row):
    Summary.objects.update(naats=[])
    text = auditor.get(_address(row.id)).content.decode()
    assert "Other tests are on file" in text
    assert "NAAT_MISSING" in text


def test_replay_is_closed_to_others_and_knows_no_other_ids(row, auditor):
    citizen = Client(headers=ENGLISH)
    citizen.force_login(row.asker)
    assert citizen.get(_address(row.id)).status_code == 302
    assert auditor.get(_address(uuid7())).status_code == 404
    assert auditor.post(_address(row.id)).status_code == 405
    assert not Lookup.objects.filter(door=Door.ADMIN).exists()
    assert auditor.get(_address(row.id)).status_code == 200


def test_replay_takes_the_rights_of_the_file(row, auditor):
    colleague = Client(headers=ENGLISH)
    row.asker.is_staff, row.asker.staff_name = True, "Staff 93"
    row.asker.save()
    colleague.force_login(row.asker)
    assert colleague.get(_address(row.id)).status_code == 403
    assert auditor.get(_address(row.id)).status_code == 200


def test_replay_of_a_refusal_says_that_nothing_was_decided(auditor, row):
    Lookup.objects.filter(id=row.id).update(facts=None, standing=None, outcome="REFUSED")
    assert "Nothing was decided" in auditor.get(_address(row.id)).content.decode()
