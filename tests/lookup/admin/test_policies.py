"""The admin's policies: read, never added by hand, never edited."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from lookup.models import PolicyRevision

pytestmark = pytest.mark.django_db

POLICIES = "/admin/lookup/policyrevision/"


def test_policy_is_never_added_edited_or_deleted_in_the_admin(admin):
    row = PolicyRevision.objects.get(name="2022-07-04")
    page = f"{POLICIES}{row.pk}/"
    shown = admin.get(f"{page}change/")
    assert shown.status_code == 200
    assert "never edited or deleted" in shown.content.decode()
    assert 'name="_save"' not in shown.content.decode()
    assert admin.get(f"{POLICIES}add/").status_code == 403
    assert admin.post(f"{POLICIES}add/", {"note": "x"}).status_code == 403
    assert admin.post(f"{page}change/", {"note": "x"}).status_code == 403
    assert admin.post(f"{page}delete/", {"post": "yes"}).status_code == 403
    assert PolicyRevision.objects.count() == 8


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


def test_policies_are_read_by_an_auditor(auditor):
    listed = auditor.get(POLICIES)
    assert listed.status_code == 200
    assert "2022-06-09" in listed.content.decode()
