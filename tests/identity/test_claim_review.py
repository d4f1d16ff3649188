"""Deciding a claim: by a colleague who is not involved, or by the ward's own word."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection

from identity import claims, kinship
from identity.claim_comparison import formerly, side_by_side
from identity.claim_review import (
    KindDoesNotFit,
    PersonDiffers,
    TooManyGuardians,
    refuse,
    verify,
)
from identity.claims import NotWaiting
from identity.kinship import MOST_GUARDIANS, ReviewerInvolved
from identity.models import Kinship, KinshipClaim, Person
from tests.identity.kin import (
    AT,
    CHILD,
    care_for,
    make_child,
    make_claim,
    make_father,
    make_grandmother,
    make_mother,
    request_for,
)
from tests.makers import make_account, make_document, make_kinship, make_person, make_staff

pytestmark = pytest.mark.django_db

NOT_FOUND = KinshipClaim.Refusal.EVIDENCE_NOT_FOUND


def is_in_force(claim: KinshipClaim, *, at=AT) -> bool:
    return kinship.is_verified(guardian_key=claim.guardian_key, ward_key=claim.ward_key, at=at)


def add_guardians(ward: Person, count: int) -> list[Kinship]:
    return [
        make_kinship(make_person(make_document(date(1970, 1, 1), sequence=n), at=AT), ward, at=AT)
        for n in range(1, count + 1)
    ]


def test_verified_claim_is_in_force_at_once_under_the_claims_id() -> None:
    make_child()
    claim, staff = make_claim(make_mother()), make_staff(at=AT)

    made = verify(claim, reviewer=staff, at=AT)

    assert isinstance(made, Kinship)
    assert (made.id, made.verified_by, made.kind) == (claim.id, staff, Kinship.Kind.PARENT)
    assert made.evidence == Kinship.Evidence.BIRTH_CERTIFICATE
    assert is_in_force(claim)
    claim.refresh_from_db()
    assert (claim.state, claim.decided_by, claim.decided_at) == (KinshipClaim.State.VERIFIED, staff, AT)


def test_verified_claim_counts_the_ward_as_changed() -> None:
    child = make_child()
    claim = make_claim(make_mother())
    assert not Person.objects.filter(pk=child.pk).exclude(changed_seq=child.changed_seq).exists()
    verify(claim, reviewer=make_staff(at=AT), at=AT)
    assert Person.objects.get(pk=child.pk).changed_seq != child.changed_seq


def test_refused_claim_opens_nothing_and_says_why_to_the_staff() -> None:
    make_child()
    claim, staff = make_claim(make_mother()), make_staff(at=AT)

    refused = refuse(claim, reviewer=staff, refusal=NOT_FOUND, at=AT)

    assert isinstance(refused, KinshipClaim)
    claim.refresh_from_db()
    assert (claim.state, claim.refusal, claim.decided_by) == ("REFUSED", NOT_FOUND, staff)
    assert not is_in_force(claim)


def test_claim_is_decided_once() -> None:
    make_child()
    claim, staff = make_claim(make_mother()), make_staff(at=AT)
    refuse(claim, reviewer=staff, refusal=NOT_FOUND, at=AT)
    stale = KinshipClaim(pk=claim.pk, guardian_key=claim.guardian_key, ward_key=claim.ward_key)

    assert verify(stale, reviewer=staff, at=AT) == NotWaiting()
    assert refuse(stale, reviewer=staff, refusal=NOT_FOUND, at=AT) == NotWaiting()
    assert not Kinship.objects.exists()


@pytest.mark.parametrize("name", ["错名", "李大明", "LI"])
def test_verify_is_refused_when_the_name_differs(name: str) -> None:
    make_child()
    mother, staff = make_mother(), make_staff(at=AT)
    claim = make_claim(mother, request_for(name=name))

    assert verify(claim, reviewer=staff, at=AT) == PersonDiffers()
    claims.withdraw(mother, claim.id, at=AT)
    assert isinstance(verify(make_claim(mother), reviewer=staff, at=AT), Kinship)


@pytest.mark.parametrize("gone", [{"withdrawn": True}, {"died_on": AT.date()}, None])
def test_verify_is_refused_when_nobody_alive_has_the_number(gone: dict | None) -> None:
    child = None if gone is None else make_child(**gone)
    claim, staff = make_claim(make_mother()), make_staff(at=AT)

    assert verify(claim, reviewer=staff, at=AT) == PersonDiffers()
    if child is not None:
        child.delete()
    make_child()
    assert isinstance(verify(claim, reviewer=staff, at=AT), Kinship)


def test_reviewer_is_neither_claimant_nor_ward() -> None:
    grandmother, mother = make_grandmother(), make_mother()
    claim = make_claim(mother, care_for())
    for user in (mother, grandmother):
        user.is_staff, user.staff_name = True, "Colleague"
        user.save()

        assert verify(claim, reviewer=user, at=AT) == ReviewerInvolved()
        assert refuse(claim, reviewer=user, refusal=NOT_FOUND, at=AT) == ReviewerInvolved()
    assert isinstance(verify(claim, reviewer=make_staff(at=AT), at=AT), Kinship)


def test_fourth_guardian_is_verified_and_a_fifth_is_not() -> None:
    child, staff = make_child(), make_staff(at=AT)
    others = add_guardians(child, MOST_GUARDIANS - 1)
    fourth, fifth = make_claim(make_mother()), make_claim(make_father())

    assert isinstance(verify(fourth, reviewer=staff, at=AT), Kinship)
    assert verify(fifth, reviewer=staff, at=AT) == TooManyGuardians()
    Kinship.objects.filter(id=others[0].id).update(in_force_until=AT)
    assert isinstance(verify(fifth, reviewer=staff, at=AT), Kinship)


def test_disputed_guardian_keeps_the_place() -> None:
    child, staff = make_child(), make_staff(at=AT)
    others = add_guardians(child, MOST_GUARDIANS)
    disputing = make_account(at=AT, person=others[0].guardian)
    kinship.end(disputing, others[1].id, at=AT)
    claim = make_claim(make_mother())

    assert verify(claim, reviewer=staff, at=AT) == TooManyGuardians()
    kinship.end_by_review(others[1], reviewer=staff, at=AT)
    assert isinstance(verify(claim, reviewer=staff, at=AT), Kinship)


@pytest.mark.parametrize(
    ("born_on", "kind", "kept_as"),
    [
        (date(2004, 6, 11), "PARENT", "PARENT"),
        (date(2004, 6, 10), "PARENT", None),
        (date(2004, 6, 11), "LEGAL_GUARDIAN", "LEGAL_GUARDIAN"),
        (date(2004, 6, 10), "LEGAL_GUARDIAN", "CARER"),
        (date(2004, 6, 11), "CARER", None),
        (date(2004, 6, 10), "CARER", "CARER"),
    ],
    ids=str,
)
def test_kind_fits_the_age_when_verified(born_on: date, kind: str, kept_as: str | None) -> None:
    document = make_document(born_on)
    make_person(document, at=AT)
    claim = make_claim(make_mother(), request_for(document, kind=Kinship.Kind(kind)))

    made = verify(claim, reviewer=make_staff(at=AT), at=AT)

    if kept_as is None:
        assert made == KindDoesNotFit()
    else:
        assert made.kind == kept_as
        assert is_in_force(claim)


def test_side_by_side_is_masked_and_says_whether_the_two_agree() -> None:
    make_child()
    father = make_father()
    right = make_claim(make_mother())
    wrong = make_claim(father, request_for(name="欧阳春"))
    nobody = make_claim(father, request_for(make_document(date(2015, 1, 1))))

    beside = side_by_side(right, at=AT)
    assert (beside.typed_name, beside.registered_name, beside.names_agree) == ("李*", "李*", True)
    assert (beside.typed_number, beside.numbers_agree) == (CHILD.masked, True)
    assert (beside.is_alive, beside.is_grown_up, beside.claimant_name) == (True, False, "王*")
    assert "李小明" not in repr(beside)
    beside = side_by_side(wrong, at=AT)
    assert (beside.typed_name, beside.registered_name, beside.names_agree) == ("欧*", "李*", False)
    beside = side_by_side(nobody, at=AT)
    assert (beside.registered_name, beside.names_agree, beside.numbers_agree) == (None, False, False)


def test_formerly_tells_what_there_was_between_the_two() -> None:
    make_child()
    mother, staff = make_mother(), make_staff(at=AT)
    refuse(make_claim(mother), reviewer=staff, refusal=NOT_FOUND, at=AT)
    assert formerly(make_claim(make_father())) == ()
    again = make_claim(mother, at=AT + timedelta(hours=1))

    [before] = formerly(again)
    assert (before.at, before.what) == (AT, str(Kinship.Kind.PARENT.label))
    assert str(NOT_FOUND.label) in before.state


@pytest.mark.django_db(transaction=True)
def test_guardians_verified_at_the_same_moment_never_exceed_the_cap() -> None:
    make_child()
    staff = make_staff(at=AT)
    waiting = [
        make_claim(
            make_account(
                f"+861390000030{n}",
                at=AT,
                person=make_person(make_document(date(1975, 1, 1), sequence=n + 1), at=AT),
            )
        )
        for n in range(8)
    ]

    def verified(claim: KinshipClaim) -> object:
        try:
            return verify(claim, reviewer=staff, at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(verified, waiting))
    assert sum(isinstance(outcome, Kinship) for outcome in outcomes) == MOST_GUARDIANS
    assert outcomes.count(TooManyGuardians()) == len(waiting) - MOST_GUARDIANS
