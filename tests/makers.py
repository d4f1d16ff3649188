"""Plain functions that make people, kin, accounts and devices for tests; every argument can be overridden.

Resident numbers are on address code 119999, which is nobody's. The other documents have no such range:
their numbers are zeros and a few digits, so that everybody sees that they are invented. Rows are
written directly: what the sync makes of feeds is tested in tests/records.
"""

from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from stdnum.cn.ric import calc_check_digit

from healthcode.compact import encode_facts
from healthcode.facts import Facts, FeedAges, Naat, NaatResult, VaccineProduct
from identity.document import Document, DocumentType, Sex, parse_document
from identity.keyring import key_of, mobile_key, sealing_ring
from identity.models import Kinship, Person, User, mobile_context, name_context, number_context
from identity.staff import StaffRole, create_staff
from lookup.models import Device, DeviceKey, Site
from records.models import Kind, Source, Summary, VaccineDose
from records.models import Naat as NaatRecord

PASSWORD = "correct horse battery"


def make_number(born_on: date = date(2019, 6, 15), *, sequence: int = 1) -> str:
    """Return a valid resident identity number on address code 119999."""
    body = f"119999{born_on:%Y%m%d}{sequence:03d}"
    return body + calc_check_digit(body + "0")


def make_document(born_on: date = date(2019, 6, 15), *, sequence: int = 1) -> Document:
    document = parse_document(make_number(born_on, sequence=sequence))
    assert isinstance(document, Document)
    return document


def make_passport(sequence: int = 1) -> Document:
    """Return a passport, whose number says neither birth date nor sex."""
    return _parsed(f"E{sequence:08d}", DocumentType.PASSPORT)


def make_permit(sequence: int = 1, *, letter: str = "H") -> Document:
    """Return a travel permit of somebody from Hong Kong (H) or Macao (M)."""
    return _parsed(f"{letter}{sequence:08d}", DocumentType.HK_MACAO_PERMIT)


def make_foreigners_card(born_on: date = date(2014, 6, 15), *, sequence: int = 1) -> Document:
    """Return a foreign permanent resident's card of the new form, with zeros for province and country."""
    body = f"900000{born_on:%Y%m%d}{sequence:03d}"
    return _parsed(body + calc_check_digit(body + "0"), DocumentType.FOREIGN_PERMANENT_RESIDENT)


def _parsed(number: str, document_type: DocumentType) -> Document:
    document = parse_document(number, type=document_type)
    assert isinstance(document, Document)
    return document


def make_person(
    document: Document | None = None,
    *,
    at: datetime,
    name: str = "李小明",
    has_face: bool = True,
    **overrides: Any,
) -> Person:
    """Write somebody registered a month ago, with a card and a face on file."""
    document = document or make_document()
    key = key_of(document)
    fields: dict[str, Any] = {
        "person_key": key,
        "document_type": document.type,
        "number_sealed": sealing_ring().seal(document.number, context=number_context(key)),
        "name_sealed": sealing_ring().seal(name, context=name_context(key)),
        "born_on": document.born_on or date(2014, 6, 15),
        "sex": document.sex or Sex.MALE,
        "card_issued_on": at.date() - timedelta(days=100) if has_face else None,
        "face_reference": "stub-face:test" if has_face else "",
        "registered_at": at - timedelta(days=30),
        "source": "registry",
        "record_id": f"P-{key.hex[:12]}",
        "version": 1,
        "digest": UUID(int=1),
        "synced_at": at,
        "changed_seq": 1,
    }
    return Person.objects.create(**fields | overrides)


def make_kinship(guardian: Person, ward: Person, *, at: datetime, **overrides: Any) -> Kinship:
    fields: dict[str, Any] = {
        "guardian": guardian,
        "ward": ward,
        "kind": Kinship.Kind.PARENT,
        "evidence": Kinship.Evidence.HOUSEHOLD_REGISTER,
        "in_force_from": at - timedelta(days=100),
        "source": "registry",
        "record_id": f"K-{guardian.person_key.hex[:8]}-{ward.person_key.hex[:8]}",
    }
    return Kinship.objects.create(**fields | overrides)


def make_account(
    mobile: str = "+8613900000001", *, at: datetime, person: Person | None = None, **overrides: Any
) -> User:
    user = User(mobile_key=mobile_key(mobile), joined_at=at - timedelta(days=60), person=person, **overrides)
    user.mobile_sealed = sealing_ring().seal(mobile, context=mobile_context(user.id))
    user.password = _hashed_password()
    user.save(force_insert=True)
    return user


@cache
def _hashed_password() -> str:
    # Argon2 takes a tenth of a second on purpose: once for all accounts of a test run is enough.
    return make_password(PASSWORD)


def make_staff(
    mobile: str = "+8613900000090", *, at: datetime, role: StaffRole = StaffRole.ADMINISTRATOR
) -> User:
    """Write the account of a colleague; a new mobile number for each."""
    user = create_staff(mobile, password=PASSWORD, staff_name=f"Staff {mobile[-2:]}", role=role, at=at)
    assert isinstance(user, User)
    return user


def make_summary(person_key: UUID, facts: Facts, *, at: datetime, **overrides: Any) -> Summary:
    """Write the summary row that the merge would keep for these facts."""
    encoded = encode_facts(facts)
    fields: dict[str, Any] = {
        "person_key": person_key,
        "naats": encoded.get("n", []),
        "doses": encoded.get("d", []),
        "orders": encoded.get("o", []),
        "alerts": encoded.get("a", []),
        "record_in_review": facts.record_in_review,
        "updated_at": at,
        "changed_seq": 1,
    }
    return Summary.objects.create(**fields | overrides)


def make_facts(born_on: date = date(2019, 6, 15), *, at: datetime, **overrides: Any) -> Facts:
    """Return the facts of somebody with a negative test of yesterday and fresh feeds."""
    test = Naat(
        collected_at=at - timedelta(hours=26),
        issued_at=at - timedelta(hours=14),
        result=NaatResult.NOT_DETECTED,
    )
    fields: dict[str, Any] = {
        "born_on": born_on,
        "naats": (test,),
        "feeds": FeedAges(registry=at, tests=at, doses=at, orders=at),
    }
    return Facts(**fields | overrides)


def make_naat_record(person_key: UUID, *, at: datetime, **overrides: Any) -> NaatRecord:
    """Write a negative single test of yesterday, as kin see it in the history; a new id for each."""
    collected_at = overrides.get("collected_at") or at - timedelta(hours=26)
    fields: dict[str, Any] = {
        "source": "laboratory",
        "record_id": f"N-{person_key.hex[:8]}-{collected_at:%Y%m%d%H%M%S}",
        "record_day": collected_at.date(),
        "version": 1,
        "digest": UUID(int=1),
        "synced_at": at,
        "person_key": person_key,
        "collected_at": collected_at,
        "issued_at": collected_at + timedelta(hours=12),
        "result": NaatResult.NOT_DETECTED,
        "laboratory": "Laboratory A",
    }
    return NaatRecord.objects.create(**fields | overrides)


def make_dose_record(
    person_key: UUID, *, at: datetime, dose_number: int = 1, **overrides: Any
) -> VaccineDose:
    """Write a dose of half a year ago, as kin see it in the list."""
    fields: dict[str, Any] = {
        "source": "site",
        "record_id": f"D-{person_key.hex[:8]}-{dose_number}",
        "version": 1,
        "digest": UUID(int=1),
        "synced_at": at,
        "person_key": person_key,
        "dose_number": dose_number,
        "product": VaccineProduct.CORONAVAC,
        "administered_on": at.date() - timedelta(days=180 - 30 * dose_number),
        "site": "Vaccination site A",
    }
    return VaccineDose.objects.create(**fields | overrides)


def mark_feeds_read(at: datetime) -> None:
    """Write sources that have just been read, one for each kind of feed."""
    for kind in Kind:
        Source.objects.update_or_create(
            name="test-source", kind=kind, defaults={"as_of": at, "last_synced_at": at}
        )


def make_device_key(
    *, site: str = "School gate", label: str = "Gate 1", **overrides: Any
) -> tuple[Device, str]:
    """Write a device and return it with its key, which nobody can read again."""
    at_site, _ = Site.objects.get_or_create(name=site)
    device, _ = Device.objects.get_or_create(site=at_site, label=label)
    _, key = DeviceKey.objects.create_key(name=label, device=device, **overrides)
    return device, key
