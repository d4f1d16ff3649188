"""A person's file in the admin: what it shows, who may open it, and the audit row that comes first."""

from datetime import date, timedelta
from unittest import mock
from uuid import UUID

import pytest
from django.contrib.auth.models import Permission
from django.db import DatabaseError
from django.test import Client

from healthcode.facts import Alert, AlertKind, Order, OrderKind
from healthcode.verdict import Reason, StatusCode
from identity.staff import StaffRole
from lookup import person_page
from lookup.admin.person_file import FILE_PERMISSIONS
from lookup.admission import Door
from lookup.doors import assisted
from lookup.models import Lookup
from records.models import Alert as AlertRow
from records.models import Naat, ObservationOrder, VaccineDose
from tests.makers import (
    make_account,
    make_document,
    make_facts,
    make_kinship,
    make_person,
    make_staff,
    make_summary,
    mark_feeds_read,
)

pytestmark = pytest.mark.django_db

ENGLISH = {"accept-language": "en"}
SEEN = {"source": "lab", "version": 1, "digest": UUID(int=1)}


@pytest.fixture(autouse=True)
def _clock(time_machine, at):
    time_machine.move_to(at, tick=False)


@pytest.fixture
def child(at):
    mark_feeds_read(at)
    return make_person(at=at)


@pytest.fixture
def staff(at):
    return make_staff(at=at, role=StaffRole.AUDITOR)


@pytest.fixture
def client(staff) -> Client:
    client = Client(headers=ENGLISH)
    client.force_login(staff)
    return client


def _address(key) -> str:
    return f"/admin/identity/person/{key}/change/"


def _write_order(person, at, **overrides) -> ObservationOrder:
    fields = {
        **SEEN,
        "record_id": "O-1",
        "synced_at": at,
        "person_key": person.pk,
        "kind": "HOME_ISOLATION",
        "authority": "Wangjing subdistrict",
        "reference": "W-0412",
        "contact": "010-0000 0412",
        "in_force_from": at - timedelta(days=2),
        "in_force_until": at + timedelta(days=5),
    }
    return ObservationOrder.objects.create(**fields | overrides)


def _order(row: ObservationOrder) -> Order:
    return Order(
        kind=OrderKind(row.kind),
        authority=row.authority,
        reference=row.reference,
        contact=row.contact,
        in_force_from=row.in_force_from,
        in_force_until=row.in_force_until,
    )


def test_file_leaves_a_row_with_door_admin(client, staff, child):
    assert client.get(_address(child.pk)).status_code == 200
    row = Lookup.objects.get()
    assert (row.door, row.subject_key, row.asker_id) == (Door.ADMIN, child.pk, staff.pk)


def test_file_shows_nothing_when_the_row_cannot_be_written(client, child):
    with (
        mock.patch("lookup.doors.staff.open_file", side_effect=DatabaseError("disk full")),
        mock.patch.object(person_page, "read") as read,
        pytest.raises(DatabaseError),
    ):
        client.get(_address(child.pk))
    read.assert_not_called()


def test_file_shows_person_and_verdict_in_words(client, child, at):
    make_summary(child.pk, make_facts(at=at), at=at)
    page = client.get(_address(child.pk)).content.decode()
    for words in ("李*", "11**************", "No abnormality found", "GREEN", "1 day", "Answers"):
        assert words in page


@pytest.mark.parametrize("missing", FILE_PERMISSIONS)
def test_file_is_closed_and_leaves_no_row_when_a_permission_is_missing(client, staff, child, missing):
    group = staff.groups.get()
    group.permissions.remove(Permission.objects.get(codename=missing.partition(".")[2]))
    assert client.get(_address(child.pk)).status_code == 403
    assert not Lookup.objects.exists()


def test_file_opens_to_an_administrator(at, child):
    client = Client(headers=ENGLISH)
    client.force_login(make_staff("+8613900000092", at=at))
    assert client.get(_address(child.pk)).status_code == 200


def test_file_sends_a_citizen_to_the_sign_in(at, child):
    client = Client(headers=ENGLISH)
    client.force_login(make_account(at=at))
    assert client.get(_address(child.pk))["Location"].startswith("/admin/login/")
    assert not Lookup.objects.exists()


@pytest.mark.parametrize(
    "key", ["00000000-0000-0000-0000-000000000000", "nobody", "11999920190615001X", "9" * 3000]
)
def test_file_answers_404_without_a_row_for_somebody_in_no_registry(client, child, key):
    assert client.get(_address(key)).status_code == 404
    assert not Lookup.objects.exists()
    assert client.get(_address(child.pk)).status_code == 200


def test_file_takes_no_changes(client, child):
    assert client.post(_address(child.pk), {"born_on": "2000-01-01"}).status_code == 405


def test_file_reads_the_story_child_of_june(at, time_machine):
    """Green by verdict, and the assisted query shut for want of a face: the unknown of docs/domain.md, 1."""
    june = at.replace(month=6, day=10)
    child = make_person(at=june, has_face=False)
    make_summary(child.pk, make_facts(at=june), at=june)
    mark_feeds_read(june)
    file = person_page.read(child.pk, at=june)
    assert file.verdict.status is StatusCode.GREEN
    shown = {shown.door: shown for shown in file.doors}
    assert shown[Door.ASSISTED].reasons == (Reason.NO_FACE_REFERENCE,)
    assert shown[Door.CHECKPOINT].is_open
    before = person_page.read(child.pk, at=at.replace(month=6, day=8))
    assert {shown.door: shown.is_open for shown in before.doors}[Door.ASSISTED]


def test_file_says_that_an_age_is_not_served(at, child):
    adult = make_person(make_document(date(1990, 1, 1)), at=at)
    for person, is_served in ((adult, False), (child, True)):
        doors = {shown.door: shown for shown in person_page.read(person.pk, at=at).doors}
        assert doors[Door.ASSISTED].age_served is is_served
        assert doors[Door.CHECKPOINT].age_served


def test_file_tells_measures_in_force_from_those_that_are_not(at, child):
    now = _write_order(child, at)
    over = _write_order(
        child, at, record_id="O-2", reference="W-1", in_force_from=at - timedelta(days=9), in_force_until=at
    )
    _write_order(child, at, record_id="O-3", reference="W-3", withdrawn=True)
    alert = Alert(
        kind=AlertKind.TIME_SPACE_LINK,
        authority="District office",
        reference="A3-17",
        contact="010-0000 0017",
        in_force_from=at - timedelta(days=2),
    )
    AlertRow.objects.create(
        **SEEN,
        record_id="A-1",
        synced_at=at,
        person_key=child.pk,
        kind=alert.kind,
        authority=alert.authority,
        reference=alert.reference,
        contact=alert.contact,
        in_force_from=alert.in_force_from,
    )
    make_summary(child.pk, make_facts(at=at, orders=(_order(now), _order(over)), alerts=(alert,)), at=at)
    file = person_page.read(child.pk, at=at)
    assert {order.reference: (order.in_force, order.withdrawn) for order in file.orders} == {
        "W-0412": (True, False),
        "W-1": (False, False),
        "W-3": (False, True),
    }
    assert [(shown.kind, shown.in_force) for shown in file.alerts] == [(AlertKind.TIME_SPACE_LINK, True)]
    assert file.verdict.status is StatusCode.YELLOW


def test_file_shows_tests_doses_measures_kin_and_lookups(client, at, child):
    father = make_person(make_document(date(1985, 1, 1)), at=at, name="张三")
    make_kinship(father, child, at=at)
    _write_order(child, at)
    Naat.objects.create(
        **SEEN,
        record_id="N-1",
        record_day=at.date(),
        synced_at=at,
        person_key=child.pk,
        collected_at=at - timedelta(days=1),
        issued_at=at - timedelta(hours=12),
        result="NOT_DETECTED",
        laboratory="First laboratory",
    )
    VaccineDose.objects.create(
        **SEEN,
        record_id="D-1",
        synced_at=at,
        person_key=child.pk,
        dose_number=1,
        product="CORONAVAC",
        administered_on=date(2022, 1, 1),
        site="Wangjing clinic",
    )
    assisted.ask(make_account(at=at), make_document(), at=at)
    page = client.get(_address(child.pk)).content.decode()
    expected = [
        "First laboratory",
        "Negative",
        "Wangjing clinic",
        "CoronaVac",
        "W-0412",
        "Order for home observation",
        "张*",
        "Assisted query",
        "139*****001",
        "Staff 90",
    ]
    assert [words for words in expected if words not in page] == []


def test_file_shows_kin_whom_the_registry_does_not_know_yet(client, at, child):
    father = make_person(make_document(date(1985, 1, 1)), at=at)
    make_kinship(father, child, at=at)
    father.delete()
    assert "not in the registry yet" in client.get(_address(child.pk)).content.decode()


def test_file_of_somebody_whom_the_registry_has_withdrawn_says_so(client, at):
    person = make_person(at=at, withdrawn=True)
    assert "has withdrawn this entry" in client.get(_address(person.pk)).content.decode()
    assert not person_page.read(person.pk, at=at).standing.in_registry


def test_file_lists_the_latest_fifty_lookups(client, at, child):
    for _ in range(person_page.LOOKUPS_SHOWN + 1):
        client.get(_address(child.pk))
    assert len(person_page.read(child.pk, at=at).lookups) == person_page.LOOKUPS_SHOWN
