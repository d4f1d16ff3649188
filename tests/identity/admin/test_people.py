"""The admin's people and kinship: found by number without an address that holds it, changed by nobody."""

import json
from datetime import date, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from identity.document import DocumentProblem, MalformedDocument
from identity.staff import StaffRole
from identity.wording import document_problem_text
from tests.admin_clients import ENGLISH
from tests.makers import (
    make_document,
    make_kinship,
    make_number,
    make_person,
    make_staff,
)

pytestmark = pytest.mark.django_db

FIND = "/admin/identity/person/find/"


def test_find_leads_to_the_person_without_the_number_in_the_address(admin, at):
    person = make_person(at=at)
    answer = admin.post(FIND, {"document_number": make_number()})
    assert answer.status_code == 302
    assert answer["Location"] == reverse("admin:identity_person_change", args=[person.person_key])
    assert make_number() not in str(answer.headers)
    assert all(make_number() not in json.dumps(row.get_decoded()) for row in Session.objects.all())


def test_find_takes_a_number_as_people_type_it(admin, at):
    document = make_document(date(1944, 2, 29), sequence=5)
    make_person(document, at=at)
    spaced = " ".join(document.number).lower()
    assert admin.post(FIND, {"document_number": spaced}).status_code == 302


def test_find_says_that_nobody_has_a_number(admin):
    answer = admin.post(FIND, {"document_number": make_number()})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "no person with this number" in page
    assert make_number() not in page


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", DocumentProblem.EMPTY),
        ("11999920190615001\0", DocumentProblem.HIDDEN_CHARACTERS),
        ("1" * 10_000, DocumentProblem.WRONG_LENGTH),
        ("11999920190615001Х", DocumentProblem.LOOK_ALIKE_LETTER),
        ("119999190615001", DocumentProblem.FIFTEEN_DIGITS),
        ("١١٩٩٩٩٢٠١٩٠٦١٥٠٠١٢", DocumentProblem.FOREIGN_DIGITS),
        (make_number() + "\n", DocumentProblem.HIDDEN_CHARACTERS),
        (make_number(date(2022, 5, 21)), DocumentProblem.NOT_YET_BORN),
    ],
)
def test_find_answers_a_malformed_number_with_its_sentence(admin, typed, problem):
    answer = admin.post(FIND, {"document_number": typed})
    assert answer.status_code == 200
    sentence = answer.context["problem"]
    assert str(sentence) == str(document_problem_text(MalformedDocument(problem=problem)))
    assert str(sentence).split(".")[0].split("'")[0] in answer.content.decode()


def test_find_takes_a_number_whose_day_of_birth_is_today(admin, at):
    document = make_document(date(2022, 5, 20))
    make_person(document, at=at)
    assert admin.post(FIND, {"document_number": document.number}).status_code == 302


def test_find_shows_its_form_when_opened_by_address(admin):
    answer = admin.get(FIND)
    assert answer.status_code == 200
    assert 'name="document_number"' in answer.content.decode()


def test_find_needs_the_token_of_the_form(at):
    staff, person = make_staff(at=at), make_person(at=at)
    client = Client(enforce_csrf_checks=True, headers=ENGLISH)
    client.force_login(staff)
    assert client.post(FIND, {"document_number": make_number()}).status_code == 403
    token = client.get(FIND).context["csrf_token"]
    answer = client.post(FIND, {"document_number": make_number(), "csrfmiddlewaretoken": str(token)})
    assert answer["Location"].endswith(f"{person.person_key}/change/")


def test_find_is_closed_to_staff_who_may_not_see_people(at):
    staff = make_staff(at=at, role=StaffRole.AUDITOR)
    client = Client(headers=ENGLISH)
    client.force_login(staff)
    assert client.post(FIND, {"document_number": make_number()}).status_code == 200
    staff.groups.clear()
    assert client.post(FIND, {"document_number": make_number()}).status_code == 403


def test_people_are_not_searched_by_an_address(admin, at):
    make_person(at=at)
    page = admin.get("/admin/identity/person/").content.decode()
    assert 'name="q"' not in page
    assert 'action="/admin/identity/person/find/"' in page


@pytest.mark.parametrize(
    "address",
    ["person/?face_reference__startswith=stub", "person/?born_on=2019-06-15", "user/?password__startswith=a"],
)
def test_lists_refuse_filters_that_they_do_not_offer(admin, at, address):
    make_person(at=at)
    assert admin.get(f"/admin/identity/{address}").status_code == 400


def test_person_list_filters_by_what_it_offers(admin, at):
    make_person(at=at)
    make_person(make_document(date(2018, 1, 1)), at=at, has_face=False)
    both = admin.get("/admin/identity/person/")
    faceless = admin.get("/admin/identity/person/?face_reference__isempty=1")
    assert (both.context["cl"].result_count, faceless.context["cl"].result_count) == (2, 1)


def test_kinship_list_tells_what_is_in_force(admin, at):
    father = make_person(make_document(date(1985, 1, 1)), at=at)
    make_kinship(father, make_person(at=at), at=at)
    make_kinship(
        father,
        make_person(make_document(date(2015, 1, 1)), at=at),
        at=at,
        in_force_until=at - timedelta(days=1),
    )
    counts = [
        admin.get(f"/admin/identity/kinship/{query}").context["cl"].result_count
        for query in ("", "?in_force=yes", "?in_force=no", "?kind__exact=PARENT", "?kind__exact=CARER")
    ]
    assert counts == [2, 1, 1, 2, 0]


def test_kinship_shows_somebody_whom_the_registry_does_not_know_yet(admin, at):
    father, child = make_person(make_document(date(1985, 1, 1)), at=at), make_person(at=at)
    kinship = make_kinship(father, child, at=at)
    child.delete()
    for address in ("/admin/identity/kinship/", f"/admin/identity/kinship/{kinship.pk}/change/"):
        answer = admin.get(address)
        assert answer.status_code == 200
        assert "in no registry" in answer.content.decode()


def test_people_and_kinship_are_read_only_even_to_an_administrator(admin, at):
    father, child = make_person(make_document(date(1985, 1, 1)), at=at), make_person(at=at)
    kinship = make_kinship(father, child, at=at)
    assert admin.get("/admin/identity/person/add/").status_code == 403
    assert admin.get(f"/admin/identity/person/{child.pk}/delete/").status_code == 403
    assert admin.get("/admin/identity/kinship/add/").status_code == 403
    assert admin.post(f"/admin/identity/kinship/{kinship.pk}/change/", {"kind": "CARER"}).status_code == 403
    assert admin.post(f"/admin/identity/kinship/{kinship.pk}/delete/", {"post": "yes"}).status_code == 403


def _permission(codename):
    from django.contrib.auth.models import Permission

    return Permission.objects.get(codename=codename)
