"""The admin of policies, audit, locks, sites and devices."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, transaction
from django.test import Client

from civil_time import next_midnight, start_of
from identity.models import User
from identity.staff import StaffRole
from lookup import device_keys
from lookup.admission import Door
from lookup.doors import assisted
from lookup.models import AccessLock, Device, DeviceKey, Lookup, PolicyRevision, Site
from tests.makers import (
    make_account,
    make_device_key,
    make_document,
    make_facts,
    make_person,
    make_staff,
    make_summary,
    mark_feeds_read,
)

pytestmark = pytest.mark.django_db

POLICIES = "/admin/lookup/policyrevision/"
AUDIT = "/admin/lookup/lookup/"
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


def _policy_form(**changes) -> dict[str, str]:
    """Return what the form sends when every field is as it was prefilled, but for the changes."""
    form = {
        "in_force_from_0": "2022-08-01",
        "in_force_from_1": "00:00:00",
        "note": "Entry needs a test of at most 48 hours again.",
        "counter": "V3",
        "entry_days": "2",
        "alert_1_days": "7",
        "face_needed_for_assisted": "on",
        "display_for_kin": "00:01:00",
        "display_for_others": "00:00:10",
        "orders_stale_after": "06:00:00",
        "tests_stale_after": "06:00:00",
        "registry_stale_after": "3 00:00:00",
        "doses_stale_after": "7 00:00:00",
        "assisted_subjects_per_day": "20",
        "third_party_living_results": "4",
        "failures_per_day": "10",
        "failing_numbers_per_prefix": "20",
    }
    return form | changes


def _ask(at, asker, *, known: bool = True) -> Lookup:
    document = make_document()
    mark_feeds_read(at)
    if known:
        person = make_person(document, at=at)
        make_summary(person.person_key, make_facts(at=at), at=at)
    assisted.ask(asker, document, at=at)
    return Lookup.objects.get(door=Door.ASSISTED)


# Policies


def test_policy_is_added_for_a_day_to_come(admin):
    answer = admin.post(f"{POLICIES}add/", _policy_form())
    assert answer.status_code == 302
    row = PolicyRevision.objects.get(name="2022-08-01")
    assert (row.in_force_from.isoformat(), row.entry_days) == ("2022-07-31T16:00:00+00:00", 2)
    assert str(row.added_by) == "Staff 90"


def test_policy_form_is_prefilled_from_the_newest_row(admin):
    answer = admin.get(f"{POLICIES}add/")
    initial = answer.context["adminform"].form.initial
    assert (initial["counter"], initial["entry_days"], initial["alert_1_days"]) == ("V3", 3, 7)
    # The first day that no row has yet.
    assert initial["in_force_from"] == start_of(date(2022, 7, 5))
    assert "never edited or deleted" in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"in_force_from_1": "00:00:01"}, "begins at 00:00 in Shanghai"),
        ({"in_force_from_0": "2022-05-20"}, "begins in the future"),
        ({"in_force_from_0": "2022-07-04"}, "already exists"),
        ({"in_force_from_0": "today"}, "valid date"),
        ({"in_force_from_0": "0001-01-01"}, "errornote"),
        ({"in_force_from_0": "9999-12-31"}, "within a year"),
        ({"display_for_kin": "00:00:00"}, "longer than zero"),
        ({"display_for_kin": "9" * 300}, "errornote"),
        ({"orders_stale_after": "-06:00:00"}, "longer than zero"),
        ({"entry_days": "-1"}, "greater than or equal to 0"),
        ({"entry_days": "9" * 400}, "errornote"),
        ({"note": ""}, "required"),
        ({"note": "a\0b"}, "Null characters"),
        ({"counter": "V4"}, "not one of the available choices"),
    ],
)
def test_policy_form_refuses_with_a_sentence(admin, changes, sentence):
    answer = admin.post(f"{POLICIES}add/", _policy_form(**changes))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert PolicyRevision.objects.count() == 8


def test_policy_may_begin_at_the_next_midnight_and_not_at_the_last(admin, at):
    tomorrow = f"{next_midnight(at):%Y-%m-%d}"
    assert admin.post(f"{POLICIES}add/", _policy_form(in_force_from_0=f"{at:%Y-%m-%d}")).status_code == 200
    assert admin.post(f"{POLICIES}add/", _policy_form(in_force_from_0=tomorrow)).status_code == 302


@pytest.mark.parametrize(("days", "status"), [(366, 302), (367, 200)])
def test_policy_begins_within_a_year(admin, at, days, status):
    begins_on = f"{at + timedelta(days=days):%Y-%m-%d}"
    assert admin.post(f"{POLICIES}add/", _policy_form(in_force_from_0=begins_on)).status_code == status


def test_policy_is_never_edited_or_deleted_in_the_admin(admin):
    row = PolicyRevision.objects.get(name="2022-07-04")
    page = f"{POLICIES}{row.pk}/"
    shown = admin.get(f"{page}change/")
    assert shown.status_code == 200
    assert 'name="_save"' not in shown.content.decode()
    assert admin.post(f"{page}change/", _policy_form()).status_code == 403
    assert admin.post(f"{page}delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("change", ["update", "save", "delete"])
def test_policy_is_never_edited_or_deleted_in_the_database(change):
    row = PolicyRevision.objects.get(name="2022-07-04")
    row.entry_days = 1
    changes: dict[str, Callable[[], object]] = {
        "update": lambda: PolicyRevision.objects.filter(pk=row.pk).update(entry_days=1),
        "save": row.save,
        "delete": row.delete,
    }
    with pytest.raises(IntegrityError, match="never edited"), transaction.atomic():
        changes[change]()
    assert PolicyRevision.objects.get(name="2022-07-04").entry_days == 3


def test_policy_is_not_added_by_an_auditor(auditor):
    assert auditor.get(POLICIES).status_code == 200
    assert auditor.get(f"{POLICIES}add/").status_code == 403
    assert auditor.post(f"{POLICIES}add/", _policy_form()).status_code == 403
    assert PolicyRevision.objects.count() == 8


# The audit


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


# Devices


def test_device_is_added_at_a_site(admin):
    assert admin.post("/admin/lookup/site/add/", {"name": "School"}).status_code == 302
    site = Site.objects.get()
    assert (
        admin.post("/admin/lookup/device/add/", {"site": str(site.pk), "label": "Gate 1"}).status_code == 302
    )
    assert str(Device.objects.get()) == "School: Gate 1"


def test_device_is_not_added_by_an_auditor(auditor, at):
    site = Site.objects.create(name="School")
    answer = auditor.post("/admin/lookup/device/add/", {"site": str(site.pk), "label": "Gate 1"})
    assert answer.status_code == 403
    assert not Device.objects.exists()


def test_device_is_neither_moved_nor_deleted(admin):
    device, _ = make_device_key()
    other = Site.objects.create(name="Mall")
    page = f"/admin/lookup/device/{device.pk}/"
    assert admin.post(f"{page}change/", {"site": str(other.pk), "label": "Gate 2"}).status_code == 302
    device.refresh_from_db()
    assert str(device) == "School gate: Gate 2"
    assert admin.post(f"{page}delete/", {"post": "yes"}).status_code == 403


def test_device_key_is_shown_once_when_it_is_made(admin):
    device, _ = make_device_key()
    DeviceKey.objects.all().delete()
    answer = admin.post(f"/admin/lookup/device/{device.pk}/keys/add/", {"name": "May"})
    issued = answer.context["issued"]
    assert issued.key in answer.content.decode()
    assert DeviceKey.objects.is_valid(issued.key)
    later = admin.get(f"/admin/lookup/device/{device.pk}/change/").content.decode()
    assert issued.prefix in later
    row = DeviceKey.objects.get()
    for secret in (issued.key, row.hashed_key):
        assert secret not in later
        assert secret not in admin.get("/admin/").content.decode()
        assert not LogEntry.objects.filter(object_id__contains=secret).exists()
        assert not LogEntry.objects.filter(change_message__contains=secret).exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "required"),
        ({"name": "n" * 51}, "at most 50"),
        ({"name": "a\0b"}, "Null characters"),
        ({"name": "May", "expires_at_0": "2022-05-20", "expires_at_1": "10:00:00"}, "This time is over"),
        ({"name": "May", "expires_at_0": "soon", "expires_at_1": ""}, "valid date"),
    ],
)
def test_device_key_form_refuses_with_a_sentence(admin, typed, sentence):
    device, _ = make_device_key()
    answer = admin.post(f"/admin/lookup/device/{device.pk}/keys/add/", typed)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert DeviceKey.objects.count() == 1


def test_device_key_expires_at_the_time_given(admin, at):
    device, _ = make_device_key()
    typed = {"name": "May", "expires_at_0": "2022-05-20", "expires_at_1": "10:00:01"}
    key = admin.post(f"/admin/lookup/device/{device.pk}/keys/add/", typed).context["issued"].key
    assert DeviceKey.objects.is_valid(key)
    shown = {shown.name: shown.expired for shown in device_keys.keys_of(device, at=at + timedelta(seconds=1))}
    assert shown == {"May": True, "Gate 1": False}
    assert not [shown.name for shown in device_keys.keys_of(device, at=at) if shown.expired]


def test_device_key_is_revoked_for_good(admin):
    device, key = make_device_key()
    address = f"/admin/lookup/device/{device.pk}/keys/{key.partition('.')[0]}/revoke/"
    assert admin.get(address).status_code == 405
    assert DeviceKey.objects.is_valid(key)
    said = [admin.post(address, follow=True).content.decode() for _ in range(2)]
    assert not DeviceKey.objects.is_valid(key)
    assert "is revoked for good" in said[0]
    assert "no such key in use" in said[1]


def test_device_key_of_another_device_is_not_revoked(admin):
    device, _ = make_device_key()
    _, others_key = make_device_key(label="Gate 2")
    admin.post(f"/admin/lookup/device/{device.pk}/keys/{others_key.partition('.')[0]}/revoke/")
    assert DeviceKey.objects.is_valid(others_key)


def test_device_keys_are_neither_made_nor_revoked_by_an_auditor(auditor):
    device, key = make_device_key()
    page = f"/admin/lookup/device/{device.pk}/"
    prefix = key.partition(".")[0]
    shown = auditor.get(f"{page}change/").content.decode()
    assert prefix in shown
    assert "keys/add/" not in shown
    assert auditor.post(f"{page}keys/add/", {"name": "May"}).status_code == 403
    assert auditor.post(f"{page}keys/{prefix}/revoke/").status_code == 403
    assert DeviceKey.objects.is_valid(key)


def test_admin_does_not_offer_the_keys_of_the_library(admin):
    assert admin.get("/admin/rest_framework_api_key/apikey/").status_code == 404
