"""The story's people and what their sources send, day by day (docs/domain.md, 1)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from civil_time import SHANGHAI
from identity.document import Document
from identity.keyring import key_of
from identity.models import Person, User
from records.backends.files import FolderSource
from records.models import Kind
from records.sync import sync_all
from tests.faces import face_reference
from tests.makers import PASSWORD, make_account, make_device_key, make_document

CHILD = make_document(date(2017, 3, 8))
FATHER = make_document(date(1986, 9, 2))
STRANGER = make_document(date(1990, 1, 20))
ELDER = make_document(date(1948, 11, 3), sequence=4)
ELDER_NAME = "赵德山"
IN_NO_RECORD = make_document(date(2017, 3, 8), sequence=99)
GUARDIAN_MOBILE, STRANGER_MOBILE = "+8613900000001", "+8613900000002"

GREEN_DAY = datetime(2022, 5, 20, 10, 0, tzinfo=SHANGHAI)
UNKNOWN_DAY = datetime(2022, 6, 10, 10, 0, tzinfo=SHANGHAI)
CARD_DAY = datetime(2022, 6, 13, 10, 0, tzinfo=SHANGHAI)


@dataclass
class City:
    """Feeds in a folder, synced as in production; accounts and a gate beside them."""

    folder: Path
    deliveries: int = 0
    device_key: str = field(default="", repr=False)

    def deliver(self, rows: Mapping[Kind, list[dict[str, Any]]], *, at: datetime) -> None:
        """Write one file for every kind, empty ones too, and sync: all feeds are fresh at ``at``."""
        self.deliveries += 1
        for kind in Kind:
            of_kind = rows.get(kind, [])
            path = self.folder / "city" / kind / f"{self.deliveries:04d}.ndjson"
            path.parent.mkdir(parents=True, exist_ok=True)
            header = {
                "feed": kind,
                "format": 1,
                "source": "city",
                "as_of": at.isoformat(),
                "count": len(of_kind),
            }
            lines = [json.dumps(line, ensure_ascii=False) for line in (header, *of_kind)]
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        for report in sync_all(FolderSource(self.folder), at=at):
            assert report.problem == ""
            assert report.total.quarantined == 0

    def open_accounts(self, *, at: datetime) -> tuple[User, User]:
        """Give the father and the stranger verified accounts, and the school gate a device."""
        self.device_key = make_device_key()[1]
        return (
            make_account(GUARDIAN_MOBILE, at=at, person=Person.objects.get(person_key=key_of(FATHER))),
            make_account(STRANGER_MOBILE, at=at, person=Person.objects.get(person_key=key_of(STRANGER))),
        )


def on_green_day(folder: Path) -> City:
    """Return the city on the morning of 20 May 2022."""
    city = City(folder=folder)
    rows = {
        Kind.REGISTRY: registry_rows(),
        Kind.KINSHIP: kinship_rows(),
        Kind.DOSES: dose_rows(),
        Kind.TESTS: [naat_row(yesterday_at_four(GREEN_DAY))],
    }
    city.deliver(rows, at=GREEN_DAY)
    city.open_accounts(at=GREEN_DAY)
    return city


def until_unknown_day(city: City) -> None:
    """Bring the city to 10 June: a new test, and still no card."""
    city.deliver({Kind.TESTS: [naat_row(yesterday_at_four(UNKNOWN_DAY))]}, at=UNKNOWN_DAY)


def until_card_day(city: City) -> None:
    """Bring the city to 13 June: the card is there, and the face with it."""
    until_unknown_day(city)
    rows = {Kind.REGISTRY: card_arrives(), Kind.TESTS: [naat_row(yesterday_at_four(CARD_DAY))]}
    city.deliver(rows, at=CARD_DAY)


def yesterday_at_four(at: datetime) -> datetime:
    return (at - timedelta(days=1)).replace(hour=16)


def registry_rows() -> list[dict[str, Any]]:
    """The child without a card, father and stranger with one, registered long ago; an elder who is not."""
    long_ago = "2021-11-01T09:00:00+08:00"
    card = {"card_issued_on": "2016-05-01", "face_reference": "matcher:1"}
    return [
        person(CHILD, "P-child", name="李小明", registered_at=long_ago),
        person(FATHER, "P-father", name="李大明", registered_at=long_ago, **card),
        person(STRANGER, "P-stranger", name="王五", registered_at=long_ago, **card),
        person(ELDER, "P-elder", name=ELDER_NAME, **card | {"face_reference": face_reference("elder")}),
    ]


def card_arrives() -> list[dict[str, Any]]:
    """The second version of the child's row: the card is issued and brings the face."""
    card = {"card_issued_on": "2022-06-12", "face_reference": "matcher:2"}
    return [
        person(CHILD, "P-child", version=2, name="李小明", registered_at="2021-11-01T09:00:00+08:00", **card)
    ]


def kinship_rows() -> list[dict[str, Any]]:
    return [
        {
            "record_id": "K-1",
            "version": 1,
            "guardian_document_type": "10",
            "guardian_document_number": FATHER.number,
            "ward_document_type": "10",
            "ward_document_number": CHILD.number,
            "kind": "PARENT",
            "evidence": "HOUSEHOLD_REGISTER",
            "in_force_from": "2017-03-08T00:00:00+08:00",
        }
    ]


def dose_rows() -> list[dict[str, Any]]:
    days = ("2021-11-20", "2021-12-18")
    return [
        {
            "record_id": f"D-{number}",
            "version": 1,
            "document_type": "10",
            "document_number": CHILD.number,
            "name": "李小明",
            "dose_number": number,
            "product": "CORONAVAC",
            "administered_on": day,
            "site": "Clinic 1",
        }
        for number, day in enumerate(days, start=1)
    ]


def naat_row(collected_at: datetime) -> dict[str, Any]:
    """A negative test, issued at 06:30 of the day after it was collected."""
    issued_at = (collected_at + timedelta(days=1)).replace(hour=6, minute=30)
    return {
        "record_id": f"T-{collected_at:%Y%m%d}",
        "version": 1,
        "document_type": "10",
        "document_number": CHILD.number,
        "name": "李小明",
        "record_day": collected_at.date().isoformat(),
        "collected_at": collected_at.isoformat(),
        "issued_at": issued_at.isoformat(),
        "result": "NOT_DETECTED",
        "laboratory": "Lab A",
        "sampling_site": "School",
    }


def person(document: Document, record_id: str, *, version: int = 1, **fields: Any) -> dict[str, Any]:
    row = {
        "record_id": record_id,
        "version": version,
        "document_type": "10",
        "document_number": document.number,
    }
    return row | fields


__all__ = [
    "CARD_DAY",
    "CHILD",
    "ELDER",
    "ELDER_NAME",
    "GREEN_DAY",
    "GUARDIAN_MOBILE",
    "IN_NO_RECORD",
    "PASSWORD",
    "STRANGER_MOBILE",
    "UNKNOWN_DAY",
    "City",
    "on_green_day",
    "until_card_day",
    "until_unknown_day",
]
