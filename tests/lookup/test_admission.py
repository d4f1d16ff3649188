"""May this door answer? Every rule of docs/domain.md, 5 (b), with the success beside each refusal."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from civil_time import SHANGHAI
from healthcode.verdict import Reason
from lookup.admission import (
    AdmissionPolicy,
    Admitted,
    Door,
    NotAdmitted,
    Proof,
    Standing,
    admit,
    decode_standing,
    encode_standing,
    is_age_for_assisted,
)

AT = datetime(2022, 6, 10, 10, 0, tzinfo=SHANGHAI)
BEFORE_JUNE = AdmissionPolicy(face_needed_for_assisted=False)
SINCE_JUNE = AdmissionPolicy(face_needed_for_assisted=True)
COMPLETE = Standing(
    in_registry=True, registered_at=datetime(2022, 1, 1, 9, 0, tzinfo=SHANGHAI), has_face_reference=True
)
STORY_CHILD = replace(COMPLETE, has_face_reference=False)


def reasons(door: Door, standing: Standing, *, proof: Proof = Proof.NONE, policy=SINCE_JUNE, at=AT):
    match admit(door, proof, standing, policy, at=at):
        case Admitted():
            return ()
        case NotAdmitted(reasons=found):
            return found


@pytest.mark.parametrize("door", Door)
def test_admit_opens_every_door_for_somebody_complete(door: Door) -> None:
    assert reasons(door, COMPLETE) == ()


@pytest.mark.parametrize("door", Door)
def test_admit_shuts_every_door_for_somebody_in_no_record(door: Door) -> None:
    assert reasons(door, Standing(in_registry=False)) == (Reason.NOT_IN_REGISTRY,)


@pytest.mark.parametrize("door", Door)
def test_admit_shuts_every_door_from_the_day_of_death(door: Door) -> None:
    died_today, dies_tomorrow = date(2022, 6, 10), date(2022, 6, 11)
    assert reasons(door, replace(COMPLETE, died_on=died_today)) == (Reason.DECEASED,)
    assert reasons(door, replace(COMPLETE, died_on=dies_tomorrow)) == ()


def test_admit_asks_for_a_face_at_the_assisted_query_only_since_june() -> None:
    assert reasons(Door.ASSISTED, STORY_CHILD, policy=BEFORE_JUNE) == ()
    assert reasons(Door.ASSISTED, STORY_CHILD) == (Reason.NO_FACE_REFERENCE,)
    for door in set(Door) - {Door.ASSISTED}:
        assert reasons(door, STORY_CHILD) == ()


@pytest.mark.parametrize("proof", Proof)
def test_admit_tells_every_proof_the_same_about_a_missing_face(proof: Proof) -> None:
    assert reasons(Door.ASSISTED, STORY_CHILD, proof=proof) == (Reason.NO_FACE_REFERENCE,)


def test_admit_sees_a_registration_from_the_next_midnight() -> None:
    registered = replace(COMPLETE, registered_at=datetime(2022, 6, 10, 9, 0, tzinfo=SHANGHAI))
    midnight = datetime(2022, 6, 11, 0, 0, tzinfo=SHANGHAI)
    before = midnight - timedelta(seconds=1)
    assert reasons(Door.ASSISTED, registered, at=before) == (Reason.REGISTRATION_SYNCING,)
    assert reasons(Door.ASSISTED, registered, at=midnight) == ()
    assert reasons(Door.CHECKPOINT, registered, at=before) == ()


def test_admit_asks_for_a_registration_at_the_assisted_query_only() -> None:
    never = replace(COMPLETE, registered_at=None)
    assert reasons(Door.ASSISTED, never) == (Reason.NOT_REGISTERED,)
    assert reasons(Door.OWN, never, proof=Proof.OWN) == ()


def test_admit_lists_every_reason_in_the_order_of_the_enum() -> None:
    bare = Standing(in_registry=True, locked=True)
    assert reasons(Door.ASSISTED, bare) == (
        Reason.NOT_REGISTERED,
        Reason.NO_FACE_REFERENCE,
        Reason.LOCKED_BY_SUBJECT,
    )


@pytest.mark.parametrize("door", [Door.ASSISTED, Door.THIRD_PARTY, Door.RECORDS])
def test_admit_lets_a_lock_bind_strangers_and_never_kin(door: Door) -> None:
    locked = replace(COMPLETE, locked=True)
    assert reasons(door, locked, proof=Proof.NONE) == (Reason.LOCKED_BY_SUBJECT,)
    assert reasons(door, locked, proof=Proof.FACE_MATCHED) == (Reason.LOCKED_BY_SUBJECT,)
    assert reasons(door, locked, proof=Proof.KINSHIP) == ()
    assert reasons(door, locked, proof=Proof.OWN) == ()


def test_admit_never_lets_a_lock_bind_a_checkpoint() -> None:
    assert reasons(Door.CHECKPOINT, replace(COMPLETE, locked=True)) == ()


@pytest.mark.parametrize(
    ("born_on", "is_served"),
    [
        (date(2005, 6, 11), True),  # 16 years and the last day of them
        (date(2005, 6, 10), False),  # 17 today
        (date(1962, 6, 11), False),  # 59
        (date(1962, 6, 10), True),  # 60 today
    ],
)
def test_is_age_for_assisted_holds_to_both_sides_of_each_boundary(born_on: date, is_served: bool) -> None:
    assert is_age_for_assisted(born_on, at=AT) is is_served


@pytest.mark.parametrize(
    "standing",
    [
        Standing(in_registry=False),
        COMPLETE,
        STORY_CHILD,
        replace(COMPLETE, died_on=date(2022, 3, 1), locked=True, registered_at=None),
    ],
)
def test_encode_standing_survives_the_round_trip_and_stays_small(standing: Standing) -> None:
    encoded = encode_standing(standing)
    assert decode_standing(encoded) == standing
    assert len(str(encoded)) < 80


def test_decode_standing_refuses_another_version() -> None:
    with pytest.raises(ValueError, match="version"):
        decode_standing({"v": 2})
