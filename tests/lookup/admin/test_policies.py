"""The admin's policies: added, never edited."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from civil_time import next_midnight, start_of
from lookup.models import PolicyRevision

pytestmark = pytest.mark.django_db

POLICIES = "/admin/lookup/policyrevision/"


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
