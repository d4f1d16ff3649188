"""The admin of people, kinship and accounts: who gets in, what is found, what cannot be changed."""

import json
from datetime import date, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from identity.accounts import open_session
from identity.document import DocumentProblem, MalformedDocument
from identity.models import ApiSession
from identity.staff import StaffRole
from identity.wording import document_problem_text
from tests.makers import (
    PASSWORD,
    make_account,
    make_document,
    make_kinship,
    make_number,
    make_person,
    make_staff,
)

pytestmark = pytest.mark.django_db

FIND = "/admin/identity/person/find/"
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def _clock(time_machine, at):
    time_machine.move_to(at, tick=False)


@pytest.fixture
def admin(at) -> Client:
    client = Client(headers=ENGLISH)
    client.force_login(make_staff(at=at))
    return client


@pytest.fixture
def auditor(at) -> Client:
    client = Client(headers=ENGLISH)
    client.force_login(make_staff("+8613900000091", at=at, role=StaffRole.AUDITOR))
    return client


# Signing in


def test_sign_in_asks_for_a_mobile_number():
    page = Client(headers=ENGLISH).get("/admin/login/").content.decode()
    assert "Mobile number" in page


@pytest.mark.parametrize("typed", ["13900000090", "+86 139 0000 0090", "+8613900000090"])
def test_sign_in_lets_staff_in(at, typed):
    make_staff("+8613900000090", at=at)
    client = Client(headers=ENGLISH)
    answer = client.post("/admin/login/?next=/admin/", {"username": typed, "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    page = client.get("/admin/").content.decode()
    assert "Staff 90" in page


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("13900000090", "a wrong password"),
        ("13900000099", PASSWORD),
        ("13900000090\0", PASSWORD),
        ("1" * 10_000, PASSWORD),
        ("Х", PASSWORD),
        ("", ""),
    ],
)
def test_sign_in_refuses_with_a_sentence(at, username, password):
    make_staff("+8613900000090", at=at)
    answer = Client(headers=ENGLISH).post("/admin/login/", {"username": username, "password": password})
    assert answer.status_code == 200
    assert b"errornote" in answer.content


def test_sign_in_refuses_a_citizen(at):
    make_account("+8613900000001", at=at)
    answer = Client(headers=ENGLISH).post("/admin/login/", {"username": "13900000001", "password": PASSWORD})
    assert answer.status_code == 200
    assert "mobile number and password for a staff account" in answer.content.decode()


def test_admin_sends_whoever_is_not_staff_to_the_sign_in(at):
    client = Client(headers=ENGLISH)
    client.force_login(make_account(at=at))
    for address in ("/admin/", "/admin/identity/person/", FIND):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/admin/login/")


# Finding a person by the full number


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


# Lists


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


# Accounts


def test_account_is_switched_off_by_an_administrator_and_not_by_an_auditor(admin, auditor, at):
    account = make_account(at=at)
    address = f"/admin/identity/user/{account.pk}/change/"
    assert auditor.get(address).status_code == 200
    assert auditor.post(address, {}).status_code == 403
    assert admin.post(address, {"staff_name": ""}).status_code == 302
    account.refresh_from_db()
    assert not account.is_active


def test_account_needs_a_name_before_it_may_open_the_admin(admin, at):
    account = make_account(at=at)
    address = f"/admin/identity/user/{account.pk}/change/"
    refused = admin.post(address, {"is_active": "on", "is_staff": "on", "staff_name": ""})
    assert refused.status_code == 200
    assert "needs a name" in refused.content.decode()
    assert admin.post(address, {"is_active": "on", "is_staff": "on", "staff_name": "Li"}).status_code == 302
    account.refresh_from_db()
    assert account.is_staff


def test_account_rights_stay_as_they_are_when_no_administrator_asks(at):
    clerk, citizen = make_staff(at=at, role=StaffRole.AUDITOR), make_account(at=at)
    clerk.user_permissions.add(_permission("change_user"))
    client = Client(headers=ENGLISH)
    client.force_login(clerk)
    raised = {"is_active": "on", "is_staff": "on", "is_superuser": "on", "staff_name": "X"}
    assert client.post(f"/admin/identity/user/{citizen.pk}/change/", raised).status_code == 302
    citizen.refresh_from_db()
    assert (citizen.is_active, citizen.is_staff, citizen.is_superuser) == (True, False, False)
    assert client.post(f"/admin/identity/user/{clerk.pk}/change/", raised).status_code == 403


def test_account_shows_neither_hash_nor_full_number(admin, at):
    account = make_account(at=at)
    page = admin.get(f"/admin/identity/user/{account.pk}/change/").content.decode()
    assert "139*****001" in page
    assert "13900000001" not in page
    assert "argon2" not in page


def test_accounts_are_neither_added_nor_deleted_here(admin, at):
    account = make_account(at=at)
    assert admin.get("/admin/identity/user/add/").status_code == 403
    assert admin.post(f"/admin/identity/user/{account.pk}/delete/", {"post": "yes"}).status_code == 403


def test_api_session_is_ended_by_an_administrator_and_not_by_an_auditor(admin, auditor, at):
    opened = open_session(make_account(at=at), at=at)
    row = ApiSession.objects.get()
    page = admin.get(f"/admin/identity/apisession/{row.pk}/change/").content.decode()
    assert opened.token not in page
    assert bytes(row.token_hash).hex() not in page
    address = f"/admin/identity/apisession/{row.pk}/delete/"
    assert auditor.post(address, {"post": "yes"}).status_code == 403
    assert ApiSession.objects.exists()
    assert admin.post(address, {"post": "yes"}).status_code == 302
    assert not ApiSession.objects.exists()


def test_admin_log_names_people_masked(admin, at):
    account = make_account(at=at)
    admin.post(f"/admin/identity/user/{account.pk}/change/", {"is_active": "on"})
    assert LogEntry.objects.get().object_repr == "139*****001"


def _permission(codename):
    from django.contrib.auth.models import Permission

    return Permission.objects.get(codename=codename)
