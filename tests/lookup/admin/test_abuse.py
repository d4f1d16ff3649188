"""Signs of abuse in the admin: shown, and acknowledged once by somebody named."""

from datetime import datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from lookup.doors import assisted
from lookup.models import AbuseAlert
from tests.admin_clients import ENGLISH
from tests.makers import make_account, make_document, make_staff, mark_feeds_read

pytestmark = pytest.mark.django_db

ALERTS = "/admin/lookup/abusealert/"


def make_walk(at: datetime) -> AbuseAlert:
    """Let two accounts fail at eleven numbers of one prefix, seven and four."""
    mark_feeds_read(at)
    walkers = [make_account(f"+861390000005{n}", at=at) for n in range(2)]
    for sequence in range(11):
        assisted.ask(walkers[0 if sequence < 7 else 1], make_document(sequence=sequence), at=at)
    return AbuseAlert.objects.get()


def acknowledge(client: Client, alert: AbuseAlert) -> int:
    chosen = {"action": "acknowledge", "_selected_action": str(alert.pk)}
    return client.post(ALERTS, chosen, follow=True).status_code


def test_alert_is_listed_with_its_counts_and_without_the_prefix(auditor, at):
    alert = make_walk(at)
    page = auditor.get(ALERTS)
    assert page.context["cl"].result_count == 1
    words = page.content.decode()
    assert f"{str(alert.prefix_key)[:8]}…" in words
    assert make_document().number[:14] not in words
    assert (alert.numbers, alert.accounts) == (10, 2)


def test_alert_shows_who_failed_most_with_masked_mobiles(auditor, at):
    alert = make_walk(at)
    page = auditor.get(f"{ALERTS}{alert.pk}/change/").content.decode()
    assert page.index("</a>: 7</p>") < page.index("</a>: 4</p>")
    assert "/admin/identity/user/" in page
    assert "13900000050" not in page


def test_alert_is_acknowledged_by_a_named_colleague_once(admin, at, time_machine):
    alert = make_walk(at)
    assert "I am looking into it" in admin.get(ALERTS).content.decode()
    assert acknowledge(admin, alert) == 200
    alert.refresh_from_db()
    assert (alert.acknowledged_at, str(alert.acknowledged_by)) == (at, "Staff 90")
    assert LogEntry.objects.get().user.staff_name == "Staff 90"

    other = Client(headers=ENGLISH)
    other.force_login(make_staff("+8613900000092", at=at))
    time_machine.move_to(at + timedelta(hours=1), tick=False)
    assert acknowledge(other, alert) == 200
    alert.refresh_from_db()
    assert (alert.acknowledged_at, str(alert.acknowledged_by)) == (at, "Staff 90")
    assert LogEntry.objects.count() == 1


def test_alert_is_not_acknowledged_by_an_auditor(auditor, at):
    alert = make_walk(at)
    assert "I am looking into it" not in auditor.get(ALERTS).content.decode()
    acknowledge(auditor, alert)
    alert.refresh_from_db()
    assert alert.acknowledged_at is None


def test_alert_is_never_added_changed_or_deleted(admin, at):
    alert = make_walk(at)
    assert admin.get(f"{ALERTS}add/").status_code == 403
    assert admin.post(f"{ALERTS}{alert.pk}/change/", {"numbers": "1"}).status_code == 403
    assert admin.post(f"{ALERTS}{alert.pk}/delete/", {"post": "yes"}).status_code == 403
    admin.post(ALERTS, {"action": "delete_selected", "_selected_action": str(alert.pk), "post": "yes"})
    assert AbuseAlert.objects.get().numbers == alert.numbers


def test_alerts_are_filtered_by_whether_somebody_looks_into_them(admin, at):
    alert = make_walk(at)
    counts = [
        admin.get(f"{ALERTS}?acknowledged_at__isempty={value}").context["cl"].result_count for value in "10"
    ]
    acknowledge(admin, alert)
    counts += [
        admin.get(f"{ALERTS}?acknowledged_at__isempty={value}").context["cl"].result_count for value in "10"
    ]
    assert counts == [1, 0, 0, 1]


def test_alerts_are_closed_to_citizens(at):
    client = Client(headers=ENGLISH)
    client.force_login(make_account(at=at))
    assert client.get(ALERTS).status_code == 302
