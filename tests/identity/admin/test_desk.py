"""Filters that a colleague keeps, and lists as files: masked, neutralised, and with a row in the audit."""

import csv
import io

import pytest
from django.test import Client

from identity.admin import desk
from identity.admin.spreadsheets import lines, neutralised
from identity.models import Export, SavedFilter
from tests.admin_clients import ENGLISH
from tests.makers import make_account, make_document, make_person, make_staff

pytestmark = pytest.mark.django_db

PEOPLE, ACCOUNTS = "/admin/identity/person/", "/admin/identity/user/"


def _rows(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode().removeprefix("\ufeff"))))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        (" =1", "'=1"),
        ("<b></b>=1", "'=1"),
        ("＝1", "'＝1"),
        ("李*", "李*"),
        ("1-2", "1-2"),
        ("-", "-"),
        (None, ""),
        (0, "0"),
    ],
)
def test_neutralised_lets_no_cell_be_a_formula(value, text):
    assert neutralised(value) == text


def test_lines_quote_every_cell():
    assert list(lines(["a"], [['x"y,z']])) == ['\ufeff"a"\r\n', '"x""y,z"\r\n']


def test_export_gives_what_the_list_shows_and_leaves_its_row(admin, at):
    document = make_document()
    make_person(document, at=at, name="=李小明")
    answer = admin.post(f"{PEOPLE}?withdrawn__exact=0&q=secret", {"export": "1"})
    header, row = _rows(answer)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert len(header) == len(row) == 8
    assert row[0].startswith("'=")
    assert document.number not in answer.content.decode()
    exported = Export.objects.get()
    assert (exported.listed, exported.query, exported.rows) == ("identity.Person", "withdrawn__exact=0", 1)
    assert str(exported.exported_by) == "Staff 90"
    assert b"identity.Person" in admin.get("/admin/identity/export/").content


def test_export_gives_all_rows_that_are_filtered_and_no_other(admin, at):
    for sequence in range(1, 61):
        make_person(make_document(sequence=sequence), at=at, withdrawn=sequence > 55)
    assert len(_rows(admin.post(f"{PEOPLE}?withdrawn__exact=0", {"export": "1"}))) == 56
    assert len(_rows(admin.post(PEOPLE, {"export": "1"}))) == 61


def test_export_refuses_a_list_that_is_too_long_and_leaves_nothing_out(admin, at, monkeypatch):
    for sequence in (1, 2):
        make_person(make_document(sequence=sequence), at=at)
    monkeypatch.setattr(desk, "MOST_ROWS", 1)
    answer = admin.post(PEOPLE, {"export": "1"}, follow=True)
    assert "Please filter it first" in answer.content.decode()
    assert not Export.objects.exists()
    monkeypatch.setattr(desk, "MOST_ROWS", 2)
    assert len(_rows(admin.post(PEOPLE, {"export": "1"}))) == 3


def test_export_is_for_administrators(admin, auditor, at):
    assert auditor.post(PEOPLE, {"export": "1"}).status_code == 403
    assert "Export as a file" not in auditor.get(PEOPLE).content.decode()
    assert "Export as a file" in admin.get(PEOPLE).content.decode()
    assert admin.post(PEOPLE, {"export": "1"}).status_code == 200


def test_filter_is_kept_under_its_name_for_its_owner_alone(admin, auditor):
    query = "is_staff__exact=1&q=secret&p=3&password__startswith=a"
    answer = auditor.post(ACCOUNTS, {"keep-filter": "1", "name": "Staff", "query": query})
    assert (answer.status_code, answer["Location"]) == (303, f"{ACCOUNTS}?is_staff__exact=1")
    assert SavedFilter.objects.get().query == "is_staff__exact=1"
    assert '<a href="?is_staff__exact=1">Staff</a>' in auditor.get(ACCOUNTS).content.decode()
    assert '<a href="?is_staff__exact=1">Staff</a>' not in admin.get(ACCOUNTS).content.decode()


def test_filter_is_dropped_by_its_owner_alone(admin, auditor):
    auditor.post(ACCOUNTS, {"keep-filter": "1", "name": "Staff", "query": ""})
    admin.post(ACCOUNTS, {"keep-filter": "1", "drop": "Staff"})
    assert SavedFilter.objects.exists()
    auditor.post(ACCOUNTS, {"keep-filter": "1", "drop": "Staff"})
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize("name", ["", " ", "x" * 41, "a\0b", make_document().number])
def test_filter_takes_no_name_that_is_none_or_a_number_of_a_person(auditor, name):
    answer = auditor.post(ACCOUNTS, {"keep-filter": "1", "name": name, "query": ""}, follow=True)
    assert b"errorlist" in answer.content or b'class="error"' in answer.content
    assert not SavedFilter.objects.exists()
    auditor.post(ACCOUNTS, {"keep-filter": "1", "name": "May 2022", "query": ""})
    assert SavedFilter.objects.exists()


def test_filters_are_not_for_whoever_may_not_see_the_list(at):
    client = Client(headers=ENGLISH)
    client.force_login(make_account("+8613900000077", at=at, is_staff=True, staff_name="Li"))
    assert client.post(ACCOUNTS, {"keep-filter": "1", "name": "Staff", "query": ""}).status_code == 403
    client.force_login(make_staff("+8613900000078", at=at))
    assert client.post(ACCOUNTS, {"keep-filter": "1", "name": "Staff", "query": ""}).status_code == 303
