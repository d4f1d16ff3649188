"""The admin's sites, devices and keys: shown once, revoked for good."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry

from lookup import device_keys
from lookup.models import Device, DeviceKey, Site
from tests.makers import (
    make_device_key,
)

pytestmark = pytest.mark.django_db


def test_device_is_added_at_a_site(admin):
    assert admin.post("/admin/lookup/site/add/", {"name": "School", "entry_rule": "CITY"}).status_code == 302
    site = Site.objects.get()
    typed = {"site": str(site.pk), "label": "Gate 1", "checks_per_minute": "60"}
    assert admin.post("/admin/lookup/device/add/", typed).status_code == 302
    assert str(Device.objects.get()) == "School: Gate 1"


def test_site_has_days_with_a_rule_of_its_own_and_only_then(admin):
    page = "/admin/lookup/site/add/"
    refused = [
        admin.post(page, {"name": "School", "entry_rule": "OWN"}),
        admin.post(page, {"name": "School", "entry_rule": "CITY", "entry_days": "2"}),
    ]
    assert ["needs its days" in answer.content.decode() for answer in refused] == [True, True]
    assert not Site.objects.exists()
    assert admin.post(page, {"name": "School", "entry_rule": "OWN", "entry_days": "2"}).status_code == 302
    assert Site.objects.get().entry_days == 2


def test_device_is_not_added_by_an_auditor(auditor, at):
    site = Site.objects.create(name="School")
    answer = auditor.post("/admin/lookup/device/add/", {"site": str(site.pk), "label": "Gate 1"})
    assert answer.status_code == 403
    assert not Device.objects.exists()


def test_device_is_neither_moved_nor_deleted(admin):
    device, _ = make_device_key()
    other = Site.objects.create(name="Mall")
    page = f"/admin/lookup/device/{device.pk}/"
    typed = {"site": str(other.pk), "label": "Gate 2", "checks_per_minute": "60"}
    assert admin.post(f"{page}change/", typed).status_code == 302
    device.refresh_from_db()
    assert str(device) == "School gate: Gate 2"
    assert admin.post(f"{page}delete/", {"post": "yes"}).status_code == 403


def test_device_key_is_shown_once_when_it_is_made(admin):
    device, _ = make_device_key()
    DeviceKey.objects.all().delete()
    typed = {"name": "May", "scopes": ["check:code"]}
    answer = admin.post(f"/admin/lookup/device/{device.pk}/keys/add/", typed)
    issued = answer.context["issued"]
    assert issued.key in answer.content.decode()
    assert DeviceKey.objects.is_valid(issued.key)
    later = admin.get(f"/admin/lookup/device/{device.pk}/change/").content.decode()
    assert issued.prefix in later
    row = DeviceKey.objects.get()
    assert row.scopes == ["check:code"]
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
        ({"name": "May", "scopes": ["everything"]}, "not one of the available choices"),
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
    typed = {"name": "May", "expires_at_0": "2022-05-20", "expires_at_1": "10:00:01", "scopes": ["batch"]}
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
