"""The admin's first page: panels of what a colleague may see, in pictures, words and numbers."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from healthcode.verdict import Reason, StatusCode
from identity.admin.panels import draw
from lookup.admission import Door
from lookup.models import Lookup
from tests.admin_clients import ENGLISH
from tests.lookup.test_tallies import make_lookup
from tests.makers import make_account, mark_feeds_read

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def _panels(client: Client) -> dict[str, object]:
    return {str(panel.title): panel for panel in client.get("/admin/").context["panels"]}


def _lines(panel) -> dict[str, int]:
    return {str(line.name): line.total for line in panel.charts[0].lines}


def test_first_page_counts_checks_and_queries_by_outcome(admin, at):
    make_lookup(at, door=Door.CHECKPOINT)
    make_lookup(at - HOUR, door=Door.CHECKPOINT, shown_status=StatusCode.RED)
    make_lookup(at - HOUR)
    make_lookup(at, outcome=Lookup.Outcome.REFUSED, status="", shown_status="")
    make_lookup(at, door=Door.ADMIN)
    panels = _panels(admin)
    assert _lines(panels["Checks at gates"]) == {"No abnormality found": 1, "Centralized observation": 1}
    assert _lines(panels["Queries of people"]) == {"No abnormality found": 1, "refused": 1}


def test_first_page_counts_unknown_by_its_first_reason(admin, at):
    unknown = {"shown_status": StatusCode.UNKNOWN}
    make_lookup(at, **unknown, reasons=[Reason.NO_FACE_REFERENCE, Reason.NAAT_MISSING])
    make_lookup(at, **unknown, reasons=[])
    counted = _lines(_panels(admin)["Unknown, by its first reason"])
    assert sorted(counted.values()) == [1, 1]
    assert counted["known, but not told at this door"] == 1


def test_first_page_says_in_a_table_what_it_draws(admin, at):
    make_lookup(at)
    page = admin.get("/admin/").content.decode()
    assert "<rect" in page
    assert "In numbers" in page
    assert f'<th scope="row">{at:%m-%d %H:%M}</th>' in page
    assert " style=" not in page


def test_first_page_shows_the_age_of_each_feed_and_what_waits(auditor, at):
    mark_feeds_read(at - timedelta(minutes=5))
    page = auditor.get("/admin/").content.decode()
    assert "5 minutes" in page
    for title in ("Age of the data, the oldest first", "Waiting for a decision", "Kinship", "Signs of abuse"):
        assert title in page


def test_first_page_shows_a_colleague_only_what_is_theirs(at):
    colleague = make_account("+8613900000077", at=at, is_staff=True, staff_name="Li")
    client = Client(headers=ENGLISH)
    client.force_login(colleague)
    assert _panels(client) == {}
    colleague.user_permissions.add(Permission.objects.get(codename="view_abusealert"))
    assert list(_panels(client)) == ["Signs of abuse"]


def test_first_page_asks_the_database_as_often_for_many_as_for_few(admin, at):
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            admin.get("/admin/")
        return len(captured)

    make_lookup(at)
    few = statements()
    for back in range(20):
        make_lookup(at - back * HOUR)
    assert statements() <= few


def test_draw_shows_one_among_thousands(at):
    chart = draw("x", [at, at + HOUR], [("many", [5000, 1]), ("none", [0, 0])], time_format="H:i")
    assert [str(line.name) for line in chart.lines] == ["many"]
    assert [bar.height for bar in chart.lines[0].bars] == [100, 2]
