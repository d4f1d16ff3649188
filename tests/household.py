"""A father and a child whom any deployment can be given: by a feed, and by a process with its secrets.

The tests' own process cannot write them, as a deployment may have another database and other keys.
Run as `python -m tests.household` in the deployment's environment, it opens the accounts.
"""

import json
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import django
from stdnum.cn.ric import calc_check_digit

SOURCE = "household"
FATHER_NAME, CHILD_NAME = "欧阳金丝雀", "欧阳小雀"
FATHER_MOBILE = "+8613912340771"


@dataclass(frozen=True, kw_only=True)
class Access:
    """What the father and a gate need: a bearer token, a password, a device key."""

    token: str
    password: str
    device_key: str

    @property
    def as_father(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}

    @property
    def as_gate(self) -> dict[str, str]:
        return {"Authorization": f"Api-Key {self.device_key}", "Content-Type": "application/json"}


def _number(born_on: date, sequence: int) -> str:
    body = f"119999{born_on:%Y%m%d}{sequence:03d}"
    return body + calc_check_digit(body + "0")


FATHER_NUMBER = _number(date(1985, 3, 4), 771)
CHILD_NUMBER = _number(datetime.now(UTC).date() - timedelta(days=5 * 365), 772)


def write_feeds(folder: Path) -> None:
    """Write both, and their kinship, as feeds of the source `household`."""
    people = [
        _row("P-father") | _document(FATHER_NUMBER) | {"name": FATHER_NAME} | _with_card(),
        _row("P-child") | _document(CHILD_NUMBER) | {"name": CHILD_NAME} | _with_card(),
    ]
    kinship = _row("K-1") | _document(FATHER_NUMBER, "guardian_") | _document(CHILD_NUMBER, "ward_")
    kinship |= {"kind": "PARENT", "evidence": "BIRTH_CERTIFICATE", "in_force_from": "2022-01-01T00:00:00Z"}
    for kind, rows in (("registry", people), ("kinship", [kinship])):
        now = datetime.now(UTC).replace(microsecond=0)
        header = {"feed": kind, "format": 1, "source": SOURCE, "as_of": now.isoformat(), "count": len(rows)}
        target = folder / SOURCE / kind
        target.mkdir(parents=True)
        lines = [json.dumps(line, ensure_ascii=False) + "\n" for line in (header, *rows)]
        (target / "0001.ndjson").write_text("".join(lines), encoding="utf-8")


def main() -> None:
    """Open the father's account and a gate, in this process's deployment; say how to get in."""
    django.setup()
    from identity.accounts import open_session
    from identity.document import Document, parse_document
    from identity.keyring import key_of
    from identity.models import Person
    from tests.makers import PASSWORD, make_account, make_device_key

    at, document = datetime.now(UTC), parse_document(FATHER_NUMBER)
    assert isinstance(document, Document)
    # The feed brings the person, perhaps later than this.
    father = make_account(FATHER_MOBILE, at=at, person=Person(person_key=key_of(document)))
    access = Access(
        token=open_session(father, at=at).token, password=PASSWORD, device_key=make_device_key()[1]
    )
    sys.stdout.write(json.dumps(asdict(access)))


def _row(record_id: str) -> dict[str, object]:
    return {"record_id": record_id, "version": 1}


def _document(number: str, whose: str = "") -> dict[str, object]:
    return {f"{whose}document_type": "10", f"{whose}document_number": number}


def _with_card() -> dict[str, object]:
    return {
        "card_issued_on": "2022-01-01",
        "face_reference": "matcher:1",
        "registered_at": "2022-01-01T00:00:00Z",
    }


if __name__ == "__main__":
    main()
