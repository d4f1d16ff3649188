"""What everybody labelled is told in the demo city, and how to ask for it through the real doors."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from demo.people import City
from healthcode.evaluation import evaluate
from healthcode.verdict import EntryVerdict, Reason, StatusCode, Verdict
from identity.document import Document, parse_document
from identity.keyring import key_of, mobile_key
from identity.models import User
from lookup import on_file
from lookup.admission import Door, NotAdmitted, Proof, admit
from lookup.answer import Answer
from lookup.doors import assisted
from lookup.models import DeviceKey, PolicyRevision
from tests import gates

GREEN, YELLOW, RED = StatusCode.GREEN, StatusCode.YELLOW, StatusCode.RED
UNCONFIRMED, UNKNOWN = StatusCode.UNCONFIRMED, StatusCode.UNKNOWN
PASS, NO_PASS, MANUAL = EntryVerdict.PASS, EntryVerdict.NO_PASS, EntryVerdict.MANUAL
ALERT_4 = {Reason.ALERT_4, Reason.NAAT_OVERDUE}

# Label → what the guardian is told and why, what a stranger is told, what a gate is told.
EXPECTED: dict[str, tuple[StatusCode, set[Reason], StatusCode, StatusCode, EntryVerdict]] = {
    "story_child": (UNKNOWN, {Reason.NO_FACE_REFERENCE}, UNKNOWN, GREEN, PASS),
    "green_child": (GREEN, set(), GREEN, GREEN, PASS),
    "yellow": (YELLOW, {Reason.OBSERVATION_ORDER}, UNKNOWN, YELLOW, NO_PASS),
    "red": (RED, {Reason.OBSERVATION_ORDER}, UNKNOWN, RED, NO_PASS),
    "alert_1": (UNCONFIRMED, {Reason.ALERT_1}, UNKNOWN, UNCONFIRMED, MANUAL),
    "alert_2": (UNCONFIRMED, {Reason.ALERT_2}, UNKNOWN, UNCONFIRMED, MANUAL),
    "alert_3": (UNCONFIRMED, {Reason.ALERT_3}, UNKNOWN, UNCONFIRMED, MANUAL),
    "alert_4": (UNCONFIRMED, ALERT_4, UNKNOWN, UNCONFIRMED, MANUAL),
    "alert_5": (UNCONFIRMED, {Reason.ALERT_5}, UNKNOWN, UNCONFIRMED, MANUAL),
    "pending_test": (GREEN, {Reason.NAAT_PENDING}, GREEN, GREEN, PASS),
    "overdue_test": (GREEN, {Reason.NAAT_OVERDUE}, GREEN, GREEN, NO_PASS),
    "unregistered_elder": (
        UNKNOWN,
        {Reason.NOT_REGISTERED, Reason.VACCINATION_UNKNOWN},
        UNKNOWN,
        GREEN,
        PASS,
    ),
}
# Of the service as a whole, not of a person: no feed of the city is silent.
OF_THE_SERVICE = {Reason.ORDERS_NEVER_READ, Reason.SOURCE_STALE}


def account(role: str, demo: dict[str, Any]) -> User:
    row = next(row for row in demo["accounts"] if row["role"] == role)
    return User.objects.get(mobile_key=mobile_key(row["mobile"]))


def document(label: str, demo: dict[str, Any]) -> Document:
    row = next(row for row in demo["people"] if row["label"] == label)
    parsed = parse_document(row["document_number"], type=row["document_type"])
    assert isinstance(parsed, Document)
    return parsed


def assert_everybody_labelled_is_answered_as_expected(demo: dict[str, Any], at: datetime) -> None:
    guardian, stranger = account("guardian", demo), account("stranger", demo)
    device = DeviceKey.objects.get_from_key(demo["device_key"]).device
    for label, (status, reasons, to_stranger, at_gate, entry) in EXPECTED.items():
        subject = document(label, demo)
        told = assisted.ask(guardian, subject, at=at)
        assert isinstance(told, Answer), label
        assert (told.proof, told.status, set(told.reasons)) == (Proof.KINSHIP, status, reasons), label
        bare = assisted.ask(stranger, subject, at=at)
        assert isinstance(bare, Answer), label
        assert (bare.proof, bare.status, bare.reasons) == (Proof.NONE, to_stranger, ()), label
        check = gates.check(device, subject, at=at)
        assert (check.status, check.verdict) == (at_gate, entry), label


def verdicts(city: City, at: datetime) -> Iterator[tuple[Verdict, set[Reason]]]:
    """Yield the verdict on everybody, with the reasons that the assisted query has for kin and strangers."""
    policy = PolicyRevision.objects.in_force(at)
    for citizen in city.citizens:
        subject = on_file.read(key_of(citizen.document), born_on=citizen.born_on)
        verdict = evaluate(subject.facts, policy.rule_book, at=at)
        admission = admit(Door.ASSISTED, Proof.NONE, subject.standing, policy.admission, at=at)
        shut = set(admission.reasons) if isinstance(admission, NotAdmitted) else set()
        yield verdict, shut | set(verdict.reasons)
