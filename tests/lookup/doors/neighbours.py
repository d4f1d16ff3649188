"""An elder with a face on file, a neighbour who asks after her, and everything that can be wrong.

Each way to fail is a function that writes the elder so, and returns what the neighbour presents.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from civil_time import SHANGHAI
from identity.keyring import key_of
from identity.models import Person, User
from lookup import consents
from lookup.admission import Door
from lookup.answer import Answer
from lookup.doors import face_checked
from lookup.doors.face_checked import Presented, Refused
from lookup.models import AccessLock
from tests.faces import face_reference, portrait
from tests.makers import (
    make_account,
    make_document,
    make_facts,
    make_person,
    make_summary,
    mark_feeds_read,
)

AT = datetime(2022, 6, 10, 10, 0, tzinfo=SHANGHAI)
ELDER = make_document(date(1945, 6, 1), sequence=7)
ELDER_NAME = "赵德山"
ADULT = date(1988, 3, 1)


def make_neighbour(mobile: str = "+8613900000002", *, sequence: int = 5) -> User:
    person = make_person(make_document(ADULT, sequence=sequence), at=AT, name="王五")
    return make_account(mobile, at=AT, person=person)


def make_elder(**overrides: Any) -> Person:
    """Write an elder who was never registered, with a card, a face on file and a fresh test."""
    fields: dict[str, Any] = {"face_reference": face_reference("elder"), "registered_at": None}
    facts = overrides.pop("facts", {})
    elder = make_person(ELDER, at=AT, name=ELDER_NAME, **fields | overrides)
    make_summary(elder.person_key, make_facts(ELDER.born_on or ADULT, at=AT, **facts), at=AT)
    return elder


def presented(**overrides: Any) -> Presented:
    """Return what the neighbour presents with the elder beside her."""
    fields: dict[str, Any] = {"document": ELDER, "name": ELDER_NAME, "photo": portrait("elder")}
    return Presented(**fields | overrides)


def ask(
    asker: User, what: Presented, *, at: datetime = AT, door: Door = Door.THIRD_PARTY
) -> Answer | Refused:
    """Ask with a fresh consent, as a page or a client does."""
    consent = consents.give(asker, key_of(what.document), at=at)
    fields = {name: getattr(what, name) for name in ("document", "name", "photo")}
    return face_checked.ask(door, asker, Presented(**fields, consent_id=consent.id), at=at)


def _nobody() -> Presented:
    mark_feeds_read(AT)
    return presented()


def _wrong_name() -> Presented:
    make_elder()
    return presented(name="赵得山")


def _wrong_face() -> Presented:
    make_elder()
    return presented(photo=portrait("somebody else"))


def _no_face_on_file() -> Presented:
    make_elder(has_face=False, face_reference="")
    return presented()


def _locked() -> Presented:
    elder = make_elder()
    kin = make_account("+8613900000009", at=AT)
    AccessLock.objects.create(subject_key=elder.person_key, locked_at=AT, locked_by=kin)
    return presented()


def _dead() -> Presented:
    make_elder(died_on=AT.date() - timedelta(days=3))
    return presented()


def _withdrawn() -> Presented:
    make_elder(withdrawn=True)
    return presented()


FAILURES: dict[str, Callable[[], Presented]] = {
    "number in no record": _nobody,
    "wrong name": _wrong_name,
    "wrong face": _wrong_face,
    "no face on file": _no_face_on_file,
    "locked": _locked,
    "dead": _dead,
    "withdrawn": _withdrawn,
}
