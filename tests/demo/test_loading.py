"""A load through the real sync: everybody labelled gets the expected answer, today and on later days."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from itertools import combinations
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.management import call_command
from django.db import transaction
from django.test import RequestFactory, override_settings

from civil_time import SHANGHAI, civil_date
from demo.accounts import ACCOUNTS
from demo.cast import ADULT, WARDS
from demo.city import city_on
from demo.roles import WITH_OTHER_DOCUMENTS
from healthcode.facts import AlertKind, NaatResult
from healthcode.verdict import Reason, StatusCode, VaccinationState
from identity.accounts import parse_mobile
from identity.backends.stub_face_match import TOKEN_PREFIX, WITHIN_BITS, StubFaceMatcher
from identity.face_match import FaceMatch
from identity.keyring import key_of
from identity.models import Person, User
from lookup.answer import Answer
from lookup.doors import assisted, own
from lookup.doors.assisted import AgeNotInNumber
from lookup.models import DeviceKey, Lookup
from records.models import Naat, Quarantined, SyncRun, Tube
from tests import gates
from tests.demo.expected import (
    EXPECTED,
    GREEN,
    OF_THE_SERVICE,
    UNKNOWN,
    account,
    assert_everybody_labelled_is_answered_as_expected,
    document,
    verdicts,
)

AT = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
BASE_URL = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def var(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("var")


@pytest.fixture(scope="module")
def _loaded(var: Path, django_db_setup, django_db_blocker) -> Iterator[None]:
    """One first load for the module; what a test does after it is rolled back by the test."""
    with django_db_blocker.unblock(), transaction.atomic():
        load(var, AT)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(_loaded: None, db: None, var: Path) -> dict:
    content = json.loads((var / "demo.json").read_text())
    assert isinstance(content, dict)
    return content


def load(var: Path, at: datetime, base_url: str = BASE_URL) -> str:
    output = StringIO()
    settings = {"FEED_FOLDER": var / "feeds", "DEMO_FILE": var / "demo.json"}
    with time_machine.travel(at, tick=False), override_settings(**settings):
        call_command("load_demo", base_url=base_url, stdout=output)
    return output.getvalue()


def test_load_demo_writes_exactly_what_the_file_promises(demo):
    assert set(demo) == {"base_url", "accounts", "people", "device_key"}
    assert demo["base_url"] == BASE_URL
    assert [row["role"] for row in demo["accounts"]] == [
        "guardian",
        "stranger",
        "third_party",
        "staff",
        "auditor",
    ]
    assert [row["label"] for row in demo["people"]] == [
        *EXPECTED,
        "adult",
        "permit_child",
        "passport_holder",
    ]
    assert all(set(row) == {"role", "mobile", "password", "name", "note"} for row in demo["accounts"])
    keys = {"label", "document_type", "document_number", "name", "portrait", "note"}
    assert all(set(row) == keys and all(row.values()) for row in demo["people"])


def test_load_demo_answers_everybody_labelled_as_expected(demo):
    assert_everybody_labelled_is_answered_as_expected(demo, AT)


@pytest.mark.parametrize("role", WITH_OTHER_DOCUMENTS, ids=lambda role: role.label)
def test_load_demo_knows_people_whose_number_says_no_birth_date(demo, role):
    subject = document(role.label, demo)
    person = Person.objects.get(person_key=key_of(subject))
    device = DeviceKey.objects.get_from_key(demo["device_key"]).device

    check = gates.check(device, subject, at=AT)

    citizen = city_on(civil_date(AT)).labelled[role.label]
    assert (subject.born_on, person.born_on, person.sex) == (None, citizen.born_on, citizen.sex)
    assert (check.status, check.subject_name) == (GREEN, f"{role.name[0]}*")
    assert person.face_reference
    assert assisted.ask(account("guardian", demo), subject, at=AT) == AgeNotInNumber()


def test_load_demo_shows_the_guardian_the_records_of_the_story_s_child(demo):
    told = assisted.ask(account("guardian", demo), document("story_child", demo), at=AT)

    assert isinstance(told, Answer)
    assert told.naat is not None
    assert told.vaccination is not None
    assert (told.naat.days, len(told.vaccination.doses)) == (1, 2)
    newest = told.naat.history[0]
    assert newest.collected_at is not None
    assert civil_date(newest.collected_at) == civil_date(AT) - timedelta(days=1)


@pytest.mark.parametrize("role", ["guardian", "stranger", "third_party"])
def test_load_demo_links_citizens_accounts_to_registered_adults_who_are_green(demo, role):
    told = own.ask(account(role, demo), at=AT)

    assert isinstance(told, Answer)
    assert (told.status, told.reasons) == (GREEN, ())


def test_load_demo_makes_an_administrator_and_an_auditor_who_may_only_look(demo):
    staff, auditor = account("staff", demo), account("auditor", demo)

    assert staff.is_staff
    assert staff.has_perms(["lookup.add_policyrevision", "identity.view_person", "records.view_quarantined"])
    assert auditor.is_staff
    assert auditor.has_perms(["lookup.view_lookup", "identity.view_person"])
    assert {name.partition(".")[2].partition("_")[0] for name in auditor.get_all_permissions()} == {"view"}


def test_load_demo_makes_accounts_that_can_sign_in(demo):
    for row in demo["accounts"]:
        user = authenticate(
            RequestFactory().post("/sign-in"), username=row["mobile"], password=row["password"]
        )
        assert user == account(row["role"], demo)


def test_load_demo_uses_mobiles_and_passwords_that_sign_up_would_take():
    for one in ACCOUNTS:
        assert parse_mobile(one.mobile) == one.mobile
        validate_password(one.password)


def test_load_demo_puts_every_status_alert_and_vaccination_state_into_the_city(demo):
    told = list(verdicts(city_on(civil_date(AT)), AT))
    reasons = set().union(*(why for _, why in told))

    assert {verdict.status for verdict, _ in told} == set(StatusCode) - {UNKNOWN}
    assert any(Reason.NOT_REGISTERED in why for _, why in told)
    assert {alert.kind for verdict, _ in told for alert in verdict.alerts} == set(AlertKind)
    assert {verdict.vaccination for verdict, _ in told} == set(VaccinationState)
    assert set(Reason) - reasons == OF_THE_SERVICE
    assert sum(verdict.status is GREEN for verdict, _ in told) > 1_500


def test_load_demo_brings_every_kind_of_test(demo):
    assert Naat.objects.filter(tube_code="").exclude(result="").exists()
    assert Naat.objects.exclude(tube_code="").exists()
    assert Naat.objects.filter(tube_code="", issued_at=None).exists()
    assert Naat.objects.filter(result=NaatResult.INCONCLUSIVE).exists()
    assert Naat.objects.filter(result=NaatResult.DETECTED).exists()
    assert Naat.objects.filter(collected_at=None).exists()
    assert Tube.objects.filter(result=NaatResult.DETECTED).exists()
    told = set(Tube.objects.values_list("tube_code", flat=True))
    assert Naat.objects.exclude(tube_code="").exclude(tube_code__in=told).exists()


def test_load_demo_quarantines_only_what_is_meant_to_be(demo):
    refused = Quarantined.objects.values_list("reason", flat=True)

    assert sorted(refused) == ["MALFORMED_DOCUMENT", "MISSING_FIELD", "NAIVE_TIME", "UNKNOWN_VALUE"]
    assert not SyncRun.objects.filter(duplicate__gt=0).exists()


def test_load_demo_puts_faces_on_file_that_the_portraits_match(demo):
    portraits = {row["label"]: Path(row["portrait"]).read_bytes() for row in demo["people"]}
    adult = Person.objects.get(person_key=key_of(document("adult", demo)))
    child = Person.objects.get(person_key=key_of(document("story_child", demo)))

    def matched(label: str) -> bool:
        outcome = StubFaceMatcher().compare(portraits[label], reference=adult.face_reference)
        return isinstance(outcome, FaceMatch) and outcome.matched

    assert [label for label in portraits if matched(label)] == ["adult"]
    assert adult.registered_at is not None
    assert (child.face_reference, child.card_issued_on) == ("", None)


def test_load_demo_puts_a_face_on_file_that_is_like_no_other_of_the_city(demo):
    tokens = Person.objects.exclude(face_reference="").values_list("face_reference", flat=True)
    hashes = [int.from_bytes(urlsafe_b64decode(token.removeprefix(TOKEN_PREFIX))) for token in tokens]

    assert len(hashes) > 1_400
    assert min((one ^ other).bit_count() for one, other in combinations(hashes, 2)) > WITHIN_BITS


def test_load_demo_shows_a_lock_to_the_audit_and_to_no_stranger(demo):
    locked = city_on(civil_date(AT)).labelled["locked_elder"].document
    to_stranger = assisted.ask(account("stranger", demo), locked, at=AT)
    to_guardian = assisted.ask(account("guardian", demo), locked, at=AT)

    assert isinstance(to_stranger, Answer)
    assert isinstance(to_guardian, Answer)
    assert (to_stranger.status, to_guardian.status) == (UNKNOWN, GREEN)
    assert Lookup.objects.get(id=to_stranger.id).reasons == [Reason.LOCKED_BY_SUBJECT.value]


def test_load_demo_prints_who_is_who(demo, var):
    printed = load(var, AT + timedelta(minutes=1))

    for row in demo["accounts"]:
        assert row["mobile"] in printed
    for row in demo["people"]:
        assert row["document_number"] in printed
    assert demo["device_key"] in printed


def test_load_demo_changes_nothing_when_it_runs_again(demo, var):
    people = set(Person.objects.values_list("person_key", "version", "changed_seq"))
    tests, users = Naat.objects.count(), User.objects.count()
    printed = load(var, AT + timedelta(hours=2), base_url="http://localhost:9000/")
    again = json.loads((var / "demo.json").read_text())

    assert "up to date" in printed
    assert again == demo | {"base_url": "http://localhost:9000"}
    assert set(Person.objects.values_list("person_key", "version", "changed_seq")) == people
    assert (Naat.objects.count(), User.objects.count()) == (tests, users)
    assert_everybody_labelled_is_answered_as_expected(demo, AT + timedelta(hours=7))


def test_load_demo_makes_a_new_device_key_when_the_former_one_is_revoked(demo, var):
    DeviceKey.objects.update(revoked=True)
    load(var, AT + timedelta(hours=3))
    again = json.loads((var / "demo.json").read_text())

    assert again["device_key"] != demo["device_key"]
    assert DeviceKey.objects.is_valid(again["device_key"])


@pytest.mark.parametrize(
    "spoiled", ["", "[]", '{"device_key": 7}', '{"device_key": "\\u0000.x"}', "[" * 99_999]
)
def test_load_demo_writes_its_file_anew_when_it_cannot_be_read(demo, var, spoiled):
    (var / "demo.json").write_text(spoiled)
    load(var, AT + timedelta(hours=4))

    assert DeviceKey.objects.is_valid(json.loads((var / "demo.json").read_text())["device_key"])


@pytest.mark.parametrize("days", [1, 3, 16])
def test_load_demo_keeps_the_city_current_on_a_later_day(demo, tmp_path, var, days):
    # A folder of its own: files outlive the rollback of a test.
    copy_feeds(var, tmp_path)
    later = AT.replace(hour=0, minute=5) + timedelta(days=days)
    printed = load(tmp_path, later)

    assert "rows synced, 0 of them in quarantine" in printed
    demo = json.loads((tmp_path / "demo.json").read_text())
    assert_everybody_labelled_is_answered_as_expected(demo, later)


def copy_feeds(var: Path, target: Path) -> None:
    for file in (var / "feeds").rglob("*.ndjson"):
        copied = target / file.relative_to(var)
        copied.parent.mkdir(parents=True, exist_ok=True)
        copied.write_bytes(file.read_bytes())


def test_wards_and_adult_are_the_people_of_the_file(demo):
    assert [row["note"] for row in demo["people"]] == [
        role.note for role in (*WARDS, ADULT, *WITH_OTHER_DOCUMENTS)
    ]
