"""The admin's accounts and API sessions: who may change what, and what is never shown."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from identity.accounts import open_session
from identity.models import ApiSession
from identity.staff import StaffRole
from tests.admin_clients import ENGLISH
from tests.makers import (
    make_account,
    make_staff,
)

pytestmark = pytest.mark.django_db


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
