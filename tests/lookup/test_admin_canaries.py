"""Every page of the admin, in both languages, with canaries on file: none of them is ever shown."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from healthkit.redaction import redact_text
from identity.accounts import open_session
from identity.models import Person, User
from lookup.doors import assisted, own, staff
from lookup.models import AccessLock, DeviceKey
from records.models import Alert, Naat, ObservationOrder, Quarantined, Source, SyncRun, Tube, VaccineDose
from tests import gates
from tests.makers import (
    make_account,
    make_device_key,
    make_document,
    make_facts,
    make_kinship,
    make_person,
    make_staff,
    make_summary,
    mark_feeds_read,
)

pytestmark = pytest.mark.django_db

NAME, KIN_NAME = "欧阳金丝雀", "Canarius Müller"
MOBILE, STAFF_MOBILE = "+8613912345678", "+8613987654321"
CHILD, FATHER = make_document(), make_document(date(1985, 1, 1))
SEEN = {"source": "canary", "version": 1, "digest": UUID(int=1)}


def _canaries() -> list[str]:
    secrets = [NAME, NAME[1:], KIN_NAME, "Müller", CHILD.number, FATHER.number, MOBILE[3:], STAFF_MOBILE[3:]]
    secrets += [CHILD.number[6:14] + CHILD.number[14:17], "stub-face:test", "argon2", "pbkdf2", "sha512$"]
    secrets += [row.hashed_key for row in DeviceKey.objects.all()]
    secrets += [user.password for user in User.objects.all()]
    sealed = [bytes(person.name_sealed) for person in Person.objects.all()]
    return [*secrets, *(blob.hex() for blob in sealed), *(repr(blob)[2:-1] for blob in sealed)]


@pytest.fixture
def colleague(at, time_machine):
    time_machine.move_to(at, tick=False)
    return make_staff(STAFF_MOBILE, at=at)


@pytest.fixture(autouse=True)
def _on_file(colleague, at):
    mark_feeds_read(at)
    child = make_person(CHILD, at=at, name=NAME)
    father = make_person(FATHER, at=at, name=KIN_NAME)
    make_kinship(father, child, at=at)
    make_summary(child.pk, make_facts(at=at), at=at)
    account = make_account(MOBILE, at=at, person=father)
    open_session(account, at=at)
    AccessLock.objects.create(subject_key=child.pk, locked_at=at, locked_by=account)
    device, _key = make_device_key()
    assisted.ask(account, CHILD, at=at)
    assisted.ask(make_account("+8613900000007", at=at), CHILD, at=at)
    assisted.ask(account, make_document(sequence=7), at=at)
    own.ask(account, at=at)
    gates.check(device, CHILD, at=at)
    staff.open_file(colleague, child.pk, at=at)
    _write_records(child, at)


def _write_records(child: Person, at) -> None:
    seen = {**SEEN, "record_id": "C-1", "synced_at": at}
    measure = {
        **seen,
        "person_key": child.pk,
        "authority": "District office",
        "reference": "R-1",
        "contact": "010-0000 0001",
        "in_force_from": at - timedelta(days=1),
    }
    Naat.objects.create(
        **seen,
        record_day=at.date(),
        person_key=child.pk,
        collected_at=at - timedelta(days=1),
        tube_code="T-1",
    )
    Tube.objects.create(**seen, tube_code="T-1", result="NOT_DETECTED", issued_at=at)
    VaccineDose.objects.create(
        **seen, person_key=child.pk, dose_number=1, product="CORONAVAC", administered_on=date(2022, 1, 1)
    )
    ObservationOrder.objects.create(**measure, kind="HOME_ISOLATION", in_force_until=at + timedelta(days=1))
    Alert.objects.create(**measure, kind="TIME_SPACE_LINK")
    run = SyncRun.objects.create(
        source=Source.objects.all()[0],
        started_at=at,
        finished_at=at,
        received=1,
        applied=0,
        duplicate=0,
        superseded=0,
        quarantined=1,
    )
    Quarantined.objects.create(
        run=run,
        position="tests.ndjson:1",
        reason="NO_RESULT",
        digest=UUID(int=2),
        person_key=child.pk,
        row_sealed=f"{NAME} {CHILD.number}".encode(),
        quarantined_at=at,
    )


def _addresses(model: type[Model]) -> list[str]:
    place = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    addresses = [reverse(f"{place}_changelist"), reverse(f"{place}_add")]
    for row in model._default_manager.all()[:5]:
        try:
            addresses += [
                reverse(f"{place}_{page}", args=[row.pk]) for page in ("change", "history", "delete")
            ]
        except Exception:  # a composite primary key has no page of its own
            continue
    return addresses


def _every_address() -> list[str]:
    addresses = ["/admin/", "/admin/password_change/", "/admin/identity/person/find/"]
    addresses += [f"/admin/{app}/" for app in ("identity", "records", "lookup")]
    addresses += ["/admin/lookup/lookup/?day=all"]
    for model in admin.site._registry:
        addresses += _addresses(model)
    return addresses


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_admin_shows_no_canary_on_any_page(colleague, language):
    client = Client(headers={"accept-language": language})
    client.force_login(colleague)
    canaries, seen = _canaries(), {}
    for address in _every_address():
        answer = client.get(address)
        assert answer.status_code in (200, 302, 403), address
        page = answer.content.decode() + str(answer.headers)
        assert [canary for canary in canaries if canary in page] == [], address
        assert redact_text(page.replace("010-0000 0001", "")) == page.replace("010-0000 0001", ""), address
        seen[address] = answer.status_code
    assert sum(status == 200 for status in seen.values()) > 40


def test_admin_shows_the_masked_forms_of_the_canaries(colleague):
    """The pair of the test above: the pages do have these people on them."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(colleague)
    page = client.get("/admin/identity/person/").content.decode()
    assert "欧*" in page
    assert "C*" in page
    assert CHILD.masked in page
    assert "139*****678" in client.get("/admin/identity/user/").content.decode()
