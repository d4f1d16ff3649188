"""The admin of the records: it opens, masks people, shows no row, and changes nothing."""

import pytest
from django.test import Client

from identity.staff import StaffRole
from records.models import Alert, Kind, ObservationOrder, Quarantined, Source, SyncRun, Tube, VaccineDose
from tests.makers import make_staff
from tests.records.feeds import MAKERS, feed_page, number_of

pytestmark = pytest.mark.django_db

MODELS = [Source, SyncRun, Quarantined, Tube, VaccineDose, ObservationOrder, Alert]


@pytest.fixture(autouse=True)
def _clock(time_machine, at):
    time_machine.move_to(at, tick=False)


@pytest.fixture
def staff(at) -> Client:
    for kind in Kind:
        feed_page(kind, MAKERS[kind](), at=at)
    feed_page(Kind.DOSES, MAKERS[Kind.DOSES]("d-2", site="SECRET", product="?"), at=at)
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(make_staff(at=at, role=StaffRole.AUDITOR))
    return client


@pytest.mark.parametrize("model", MODELS)
def test_pages_open_and_show_neither_number_nor_refused_row(model, staff):
    address = f"/admin/records/{model._meta.model_name}/"
    row = model.objects.order_by("pk").last()
    for page in (address, f"{address}{row.pk}/change/"):
        answer = staff.get(page)
        assert answer.status_code == 200, page
        text = answer.content.decode()
        assert number_of(1) not in text
        assert "李小满" not in text
        assert "SECRET" not in text


def test_list_shows_a_person_masked(staff):
    assert "李*" in staff.get("/admin/records/vaccinedose/").content.decode()


def test_run_shows_the_rows_it_refused(staff):
    run = Quarantined.objects.get().run
    text = staff.get(f"/admin/records/syncrun/{run.pk}/change/").content.decode()
    assert "UNKNOWN_VALUE" in text


@pytest.mark.parametrize("model", MODELS)
def test_nothing_can_be_added_changed_or_deleted(model, staff):
    address = f"/admin/records/{model._meta.model_name}/"
    row = model.objects.order_by("pk").last()
    for page in ("add/", f"{row.pk}/delete/"):
        assert staff.get(address + page).status_code == 403
    assert staff.post(f"{address}{row.pk}/change/", {"name": "x"}).status_code == 403
