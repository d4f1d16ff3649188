"""A child of whom everything can be told apart: each field of the table has words that stand nowhere else."""

import json
import re
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.test import Client
from django.utils.translation import override

from civil_time import SHANGHAI
from healthcode.facts import Alert, AlertKind, Dose, Naat, NaatResult, Order, OrderKind, VaccineProduct
from healthcode.verdict import Reason, StatusCode, VaccinationState
from identity.accounts import open_session
from identity.models import Person, User
from identity.staff import StaffRole
from lookup import wording
from lookup.access_wording import purpose_text
from lookup.admission import Door
from lookup.disclosure import Field
from lookup.models import PolicyRevision
from records.models import Alert as AlertRecord
from records.models import ObservationOrder
from tests.faces import face_reference
from tests.makers import (
    make_account,
    make_device_key,
    make_document,
    make_dose_record,
    make_facts,
    make_kinship,
    make_naat_record,
    make_person,
    make_staff,
    make_summary,
    mark_feeds_read,
)

AT = datetime(2022, 6, 10, 10, 0, tzinfo=SHANGHAI)
CHILD = make_document(date(2012, 6, 15), sequence=3)
NAME, MASKED = "何金丝雀", "何*"
LABORATORY, SITE = "Kanarien-Labor", "Kanarien-Klinik"
ALERT_OFFICE, ORDER_OFFICE = "Kanarien-Warte", "Kanarien-Amt"
FACE = "canary child"
NEVER = (NAME, NAME[1:], CHILD.number, CHILD.number[4:-4])
"""What leaves to nobody: the whole name and the whole number."""

ORDER = Order(
    kind=OrderKind.HOME_ISOLATION,
    authority=ORDER_OFFICE,
    reference="O-1",
    contact="010-0001",
    in_force_from=AT - timedelta(days=1),
    in_force_until=AT + timedelta(days=6),
)
ALERT = Alert(
    kind=AlertKind.TIME_SPACE_LINK,
    authority=ALERT_OFFICE,
    reference="A-1",
    contact="010-0002",
    in_force_from=AT - timedelta(days=1),
)


@dataclass
class Town:
    """The child, everybody who may ask after it, and how each of them calls."""

    child: Person
    guardian: User
    neighbour: User
    stranger: User
    subject: User
    administrator: User
    auditor: User
    device_key: str = field(repr=False)

    def client(self, role: str) -> Client:
        """Return a browser that is signed in and whose API calls carry the right Authorization."""
        if role == "anyone":
            return Client()
        if role == "device":
            return Client(headers={"Authorization": f"Api-Key {self.device_key}"})
        account: User = getattr(self, role)
        client = Client(headers={"Authorization": f"Bearer {open_session(account, at=AT).token}"})
        client.force_login(account)
        return client


def make_town() -> Town:
    """Write all of them on 10 June 2022, when the assisted query needs a face, which this child has."""
    mark_feeds_read(AT)
    child = make_person(CHILD, at=AT, name=NAME, face_reference=face_reference(FACE))
    _write_records(child)
    father = make_person(make_document(date(1985, 1, 2), sequence=11), at=AT, name="何守安")
    make_kinship(father, child, at=AT)
    people = {
        role: make_person(make_document(date(1986, 1, 2), sequence=number), at=AT, name="王五")
        for number, role in enumerate(("neighbour", "stranger"), start=21)
    }
    return Town(
        child=child,
        guardian=make_account("+8613900000051", at=AT, person=father),
        neighbour=make_account("+8613900000052", at=AT, person=people["neighbour"]),
        stranger=make_account("+8613900000053", at=AT, person=people["stranger"]),
        subject=make_account("+8613900000054", at=AT, person=child),
        administrator=make_staff("+8613900000055", at=AT),
        auditor=make_staff("+8613900000056", at=AT, role=StaffRole.AUDITOR),
        device_key=make_device_key()[1],
    )


def fields_in(text: str) -> set[Field]:
    """Return the fields of the table whose words stand in a text."""
    return {told for told, words in _words().items() if any(word.search(text) for word in words)}


def write_feed(folder: Path) -> None:
    """Write a feed that brings the child once more, and a row that is refused, for commands to read."""
    header = {"feed": "registry", "format": 1, "source": "city", "as_of": AT.isoformat(), "count": 2}
    row = {"record_id": "P-1", "version": 2, "document_type": "10", "document_number": CHILD.number}
    lines = [header, row | {"name": NAME}, row | {"record_id": CHILD.number, "name": NAME}]
    path = folder / "city" / "registry" / "0001.ndjson"
    path.parent.mkdir(parents=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def _words() -> dict[Field, list[re.Pattern[str]]]:
    """Return for each field what shows it, in JSON and in both languages of the pages."""
    texts: dict[Field, list[Any]] = {
        Field.STATUS: ['"code":"YELLOW"', wording.status_label(StatusCode.YELLOW)],
        Field.REASONS: [
            '"code":"OBSERVATION_ORDER"',
            wording.reason_wording(Reason.OBSERVATION_ORDER).text,
        ],
        Field.ALERT_NUMBERS: ['"number":3', '"alerts":[3', wording.alert_label(3)],
        Field.ALERT_DETAILS: [ALERT_OFFICE],
        Field.ORDERS: [ORDER_OFFICE],
        Field.TEST_DAYS: ['"naat":{'],
        Field.TEST_HISTORY: [LABORATORY],
        Field.VACCINATION_STATE: [
            '"state":"PRIMARY_COMPLETE"',
            '"vaccination":"PRIMARY_COMPLETE"',
            wording.vaccination_label(VaccinationState.PRIMARY_COMPLETE),
        ],
        Field.DOSE_HISTORY: [SITE],
        Field.MASKED_NAME: [MASKED],
        Field.VALID_UNTIL: ['"valid_until":"'],
        Field.DATA_AGE: ['"as_of":"'],
        Field.FACE_STEP: ['"face_step":{'],
        Field.CODE: ['"text":"HKP', "data-code"],
        Field.WHO_LOOKED: [purpose_text(Door.CHECKPOINT), purpose_text(Door.THIRD_PARTY)],
        Field.ENTRY_VERDICT: ['"verdict":"'],
        Field.AGE_BAND: ['"age_band":"'],
        Field.PSEUDONYM: ['"pseudonym":"'],
    }
    return {told: [re.compile(re.escape(each)) for each in _spoken(words)] for told, words in texts.items()}


def _spoken(words: list[Any]) -> set[str]:
    spoken = set()
    for language in ("zh-hans", "en"):
        with override(language):
            spoken |= {str(word) for word in words}
    return spoken


def _write_records(child: Person) -> None:
    key = child.person_key
    make_naat_record(key, at=AT, laboratory=LABORATORY)
    doses = [make_dose_record(key, at=AT, dose_number=number, site=SITE) for number in (1, 2)]
    common: dict[str, Any] = {
        "source": "office",
        "version": 1,
        "digest": key,
        "synced_at": AT,
        "person_key": key,
    }
    for model, measure in ((ObservationOrder, ORDER), (AlertRecord, ALERT)):
        said = {name: value for name, value in asdict(measure).items() if name != "cause"}
        model.objects.create(record_id=measure.reference, **common, **said)
    facts = make_facts(
        child.born_on,
        at=AT,
        orders=(ORDER,),
        alerts=(ALERT,),
        doses=tuple(
            Dose(
                product=VaccineProduct.CORONAVAC,
                administered_on=dose.administered_on,
                dose_number=dose.dose_number,
            )
            for dose in doses
        ),
        naats=(
            Naat(
                collected_at=AT - timedelta(hours=26),
                issued_at=AT - timedelta(hours=14),
                result=NaatResult.NOT_DETECTED,
            ),
        ),
    )
    make_summary(key, facts, at=AT)
    assert PolicyRevision.objects.in_force(AT).admission.face_needed_for_assisted
