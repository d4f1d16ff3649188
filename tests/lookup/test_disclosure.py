"""Who is told what: the table of docs/domain.md, 4, door by door and field by field."""

from dataclasses import fields, replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from civil_time import SHANGHAI
from healthcode.evaluation import evaluate
from healthcode.facts import (
    Alert,
    AlertKind,
    Dose,
    Facts,
    FeedAges,
    Naat,
    NaatResult,
    Order,
    OrderKind,
    VaccineProduct,
)
from healthcode.verdict import EntryVerdict, Reason, StatusCode, VaccinationState
from lookup.admission import Admitted, Door, FaceStep, NotAdmitted, Proof
from lookup.answer import AgeBand, Answer, DoseShown, History, TestShown
from lookup.disclosure import (
    TABLE,
    Decision,
    Envelope,
    Field,
    disclose,
    disclose_to_device,
    fields_told,
    shown_status,
)
from tests.healthcode.policies import SEEDED

AT = datetime(2022, 6, 10, 10, 0, tzinfo=SHANGHAI)
POLICY = max((policy for policy in SEEDED if policy.in_force_from <= AT), key=lambda p: p.in_force_from)
FRESH = FeedAges(registry=AT, tests=AT, doses=AT, orders=AT)
TEST = Naat(
    collected_at=AT - timedelta(days=1), issued_at=AT - timedelta(hours=12), result=NaatResult.NOT_DETECTED
)
DOSE = Dose(product=VaccineProduct.CORONAVAC, administered_on=AT.date() - timedelta(days=200), dose_number=1)
ORDER = Order(
    kind=OrderKind.HOME_ISOLATION,
    authority="Community",
    reference="C-1",
    contact="010",
    in_force_from=AT - timedelta(days=1),
    in_force_until=AT + timedelta(days=6),
)
ALERT = Alert(
    kind=AlertKind.TIME_SPACE_LINK,
    authority="Community",
    reference="A-1",
    contact="010",
    in_force_from=AT - timedelta(days=1),
)
GREEN = Facts(born_on=AT.date().replace(year=2019), feeds=FRESH, naats=(TEST,), doses=(DOSE,))
HISTORY = History(
    tests=(
        TestShown(
            collected_at=TEST.collected_at,
            issued_at=TEST.issued_at,
            result=TEST.result,
            pooled=False,
            laboratory="Lab A",
        ),
    ),
    doses=(
        DoseShown(dose_number=1, product=DOSE.product, administered_on=DOSE.administered_on, site="Site"),
    ),
)
SHUT = NotAdmitted(reasons=(Reason.NO_FACE_REFERENCE,))


def decision(facts: Facts = GREEN, admission: Admitted | NotAdmitted | None = None) -> Decision:
    return Decision(
        verdict=evaluate(facts, POLICY, at=AT), admission=admission or Admitted(), feeds=facts.feeds
    )


def answer(proof: Proof, made: Decision, *, door: Door = Door.ASSISTED) -> Answer:
    envelope = Envelope(
        id=UUID(int=7),
        asked_at=AT,
        door=door,
        proof=proof,
        policy="2022-06-09",
        closes_after=timedelta(seconds=10),
    )
    return disclose(made, envelope, masked_name="李*", history=HISTORY, face_step=FaceStep.MATCHED)


def disclosed_fields(shown: Answer) -> set[str]:
    """The fields that say something about the subject."""
    always = {"id", "asked_at", "door", "proof", "status", "policy", "closes_after"}
    return {f.name for f in fields(shown) if getattr(shown, f.name) not in (None, (), False)} - always


@pytest.mark.parametrize("proof", [Proof.OWN, Proof.KINSHIP])
def test_disclose_tells_kin_everything_when_green(proof: Proof) -> None:
    shown = answer(proof, decision())
    assert shown.status is StatusCode.GREEN
    assert shown.subject_name == "李*"
    assert shown.naat is not None
    assert shown.naat.history == HISTORY.tests
    assert shown.vaccination is not None
    assert shown.vaccination.doses == HISTORY.doses
    assert shown.data is not None
    assert shown.valid_until is not None


def test_disclose_tells_kin_order_and_contact_when_yellow() -> None:
    shown = answer(Proof.KINSHIP, decision(replace(GREEN, orders=(ORDER,), alerts=(ALERT,))))
    assert shown.status is StatusCode.YELLOW
    assert shown.orders == (ORDER,)
    assert [(alert.number, alert.detail) for alert in shown.alerts] == [(3, ALERT)]
    assert Reason.OBSERVATION_ORDER in shown.reasons


def test_disclose_tells_kin_why_the_door_is_shut_and_shows_the_records() -> None:
    shown = answer(Proof.KINSHIP, decision(admission=SHUT))
    assert shown.status is StatusCode.UNKNOWN
    assert shown.reasons[0] is Reason.NO_FACE_REFERENCE
    assert shown.naat is not None
    assert shown.naat.history == HISTORY.tests
    assert shown.vaccination is not None


def test_disclose_keeps_the_status_of_a_shut_door_to_itself() -> None:
    shown = answer(Proof.KINSHIP, decision(replace(GREEN, orders=(ORDER,), alerts=(ALERT,)), SHUT))
    assert (shown.status, shown.orders, shown.alerts) == (StatusCode.UNKNOWN, (), ())
    assert Reason.OBSERVATION_ORDER not in shown.reasons


def test_disclose_tells_a_matched_face_status_days_and_alert_numbers_and_no_reason() -> None:
    shown = answer(Proof.FACE_MATCHED, decision(replace(GREEN, alerts=(ALERT,))), door=Door.THIRD_PARTY)
    assert shown.status is StatusCode.UNCONFIRMED
    assert disclosed_fields(shown) == {
        "alerts",
        "naat",
        "vaccination",
        "subject_name",
        "valid_until",
        "carries_code",
    }
    assert [(alert.number, alert.detail) for alert in shown.alerts] == [(3, None)]
    assert shown.naat is not None
    assert shown.naat.history == ()
    assert shown.vaccination is not None
    assert shown.vaccination.doses == ()


def test_disclose_tells_a_stranger_green_with_the_masked_name_and_nothing_else() -> None:
    shown = answer(Proof.NONE, decision())
    assert shown.status is StatusCode.GREEN
    assert disclosed_fields(shown) == {"subject_name"}


UNKNOWN_TO_STRANGERS = [
    decision(replace(GREEN, orders=(ORDER,))),
    decision(replace(GREEN, orders=(replace(ORDER, kind=OrderKind.CENTRAL_ISOLATION),))),
    decision(replace(GREEN, alerts=(ALERT,))),
    decision(replace(GREEN, feeds=replace(FRESH, orders=None))),
    decision(admission=SHUT),
    decision(admission=NotAdmitted(reasons=(Reason.NOT_IN_REGISTRY,))),
    decision(admission=NotAdmitted(reasons=(Reason.LOCKED_BY_SUBJECT,))),
]


@pytest.mark.parametrize("made", UNKNOWN_TO_STRANGERS)
def test_disclose_tells_a_stranger_one_bare_unknown_whatever_the_cause(made: Decision) -> None:
    shown = answer(Proof.NONE, made)
    assert shown == answer(Proof.NONE, UNKNOWN_TO_STRANGERS[0])
    assert shown.status is StatusCode.UNKNOWN
    assert disclosed_fields(shown) == set()
    assert shown_status(made, Proof.NONE) is StatusCode.UNKNOWN


def test_disclose_never_shows_the_name_in_a_repr() -> None:
    assert "李" not in repr(answer(Proof.OWN, decision()))


def check(made: Decision):
    return disclose_to_device(
        made,
        id=UUID(int=7),
        policy="2022-06-09",
        entry_days=3,
        masked_name="李*",
        pseudonym="0123456789abcdef",
    )


def test_disclose_to_device_lets_the_story_child_pass() -> None:
    shown = check(decision())
    assert (shown.verdict, shown.status) == (EntryVerdict.PASS, StatusCode.GREEN)
    assert (shown.subject_name, shown.age_band) == ("李*", AgeBand.CHILD)
    assert shown.vaccination is VaccinationState.PRIMARY_INCOMPLETE
    assert shown.data_fresh


def test_disclose_to_device_gives_no_reason_laboratory_or_exact_time() -> None:
    shown = check(decision(replace(GREEN, alerts=(ALERT,))))
    assert shown.alert_numbers == (3,)
    assert shown.verdict is EntryVerdict.MANUAL
    assert shown.naat is not None
    assert shown.naat.history == ()
    assert "Lab A" not in repr(shown)
    assert not {"reasons", "orders", "history"} & {f.name for f in fields(shown)}


def test_disclose_to_device_leaves_somebody_in_no_record_to_a_human() -> None:
    shown = check(decision(admission=NotAdmitted(reasons=(Reason.NOT_IN_REGISTRY,))))
    assert (shown.verdict, shown.status) == (EntryVerdict.MANUAL, StatusCode.UNKNOWN)
    assert (shown.subject_name, shown.age_band, shown.pseudonym, shown.naat) == (None, None, None, None)


@pytest.mark.parametrize(
    ("years", "band"),
    [(17, AgeBand.CHILD), (18, AgeBand.ADULT), (59, AgeBand.ADULT), (60, AgeBand.ELDER)],
)
def test_disclose_to_device_bands_ages_at_18_and_60(years: int, band: AgeBand) -> None:
    born_on = AT.date().replace(year=AT.year - years)
    assert check(decision(replace(GREEN, born_on=born_on))).age_band is band


def fields_seen(shown: Answer) -> set[Field]:
    """Return the fields of the table that an answer holds anything of."""
    naat, vaccination = shown.naat, shown.vaccination
    holds = {
        Field.STATUS: shown.status is not StatusCode.UNKNOWN,
        Field.REASONS: shown.reasons,
        Field.ALERT_NUMBERS: shown.alerts,
        Field.ALERT_DETAILS: any(alert.detail for alert in shown.alerts),
        Field.ORDERS: shown.orders,
        Field.TEST_DAYS: naat,
        Field.TEST_HISTORY: naat and naat.history,
        Field.VACCINATION_STATE: vaccination,
        Field.DOSE_HISTORY: vaccination and vaccination.doses,
        Field.MASKED_NAME: shown.subject_name,
        Field.VALID_UNTIL: shown.valid_until,
        Field.FACE_STEP: shown.face_step,
        Field.DATA_AGE: shown.data,
    }
    return {told for told, content in holds.items() if content}


EVERYTHING = replace(GREEN, orders=(ORDER,), alerts=(ALERT,))
# Not in an answer, but on a page, in a code or in a check of their own.
ELSEWHERE = {Field.CODE, Field.WHO_LOOKED, Field.ENTRY_VERDICT, Field.AGE_BAND, Field.PSEUDONYM}


@pytest.mark.parametrize("door", [Door.OWN, Door.ASSISTED, Door.THIRD_PARTY, Door.RECORDS])
@pytest.mark.parametrize("proof", list(Proof))
@pytest.mark.parametrize("facts", [GREEN, EVERYTHING], ids=["green", "everything"])
@pytest.mark.parametrize("admission", [Admitted(), SHUT], ids=["open", "shut"])
def test_disclose_lets_nothing_leave_that_is_not_in_the_table(
    door: Door, proof: Proof, facts: Facts, admission: Admitted | NotAdmitted
) -> None:
    made = decision(facts, admission)
    seen = fields_seen(answer(proof, made, door=door))
    assert seen <= TABLE.get((door, proof), frozenset())
    assert seen <= fields_told(door, proof, made)


@pytest.mark.parametrize(("door", "proof"), [pair for pair in TABLE if pair[0] in list(Door)[:4]])
def test_disclose_tells_all_that_the_table_allows_when_there_is_all_to_tell(door: Door, proof: Proof) -> None:
    facts = GREEN if proof is Proof.NONE else EVERYTHING
    seen = fields_seen(answer(proof, decision(facts), door=door))
    assert seen == TABLE[door, proof] - ELSEWHERE
