"""A claim that the ward decides: an adult with an account, by their own word."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from identity import kinship
from identity.claim_review import (
    KindDoesNotFit,
    TooManyGuardians,
    confirm,
    decline,
    verify,
)
from identity.claims import NotWaiting
from identity.kinship import MOST_GUARDIANS, NotYours
from identity.models import Kinship, KinshipClaim, Person
from tests.identity.kin import (
    AT,
    GRANDMOTHER,
    care_for,
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


def test_elder_confirms_a_carer_and_is_named() -> None:
    elder, claim = make_grandmother(), make_claim(make_mother(), care_for())

    made = confirm(elder, claim.id, at=AT)

    assert isinstance(made, Kinship)
    assert (made.verified_by, made.evidence) == (elder, Kinship.Evidence.OWN_CONFIRMATION)
    assert is_in_force(claim)
    assert confirm(elder, claim.id, at=AT) == NotWaiting()


def test_nobody_else_confirms_or_declines() -> None:
    elder, mother = make_grandmother(), make_mother()
    claim = make_claim(mother, care_for())
    for stranger in (mother, make_father(), make_account(at=AT)):
        assert confirm(stranger, claim.id, at=AT) == NotYours()
        assert decline(stranger, claim.id, at=AT) == NotYours()
    assert isinstance(confirm(elder, claim.id, at=AT), Kinship)


def test_elder_declines() -> None:
    elder, claim = make_grandmother(), make_claim(make_mother(), care_for())

    declined = decline(elder, claim.id, at=AT)

    assert isinstance(declined, KinshipClaim)
    assert (declined.state, declined.refusal) == ("REFUSED", KinshipClaim.Refusal.REFUSED_BY_WARD)
    assert confirm(elder, claim.id, at=AT) == NotWaiting()
    assert decline(elder, claim.id, at=AT) == NotWaiting()
    assert not is_in_force(claim)


@pytest.mark.parametrize(("born_on", "may"), [(date(2004, 6, 10), True), (date(2004, 6, 11), False)])
def test_ward_has_a_say_from_the_eighteenth_birthday_on(born_on: date, may: bool) -> None:
    document = make_document(born_on)
    young = make_account(at=AT, person=make_person(document, at=AT))
    kind = Kinship.Kind.LEGAL_GUARDIAN
    claim = make_claim(make_mother(), request_for(document, kind=kind))

    confirmed = confirm(young, claim.id, at=AT)

    assert isinstance(confirmed, Kinship) if may else confirmed == NotYours()
    assert decline(young, claim.id, at=AT) == (NotWaiting() if may else NotYours())


def test_adult_does_not_confirm_a_parent() -> None:
    elder = make_grandmother()
    claim = make_claim(make_mother(), care_for(kind=Kinship.Kind.PARENT))

    assert confirm(elder, claim.id, at=AT) == KindDoesNotFit()
    assert isinstance(decline(elder, claim.id, at=AT), KinshipClaim)


def test_elder_confirms_a_fourth_guardian_and_no_fifth() -> None:
    elder = make_grandmother()
    add_guardians(elder.person, MOST_GUARDIANS - 1)
    Kinship.objects.update(kind=Kinship.Kind.CARER)
    fourth, fifth = make_claim(make_mother(), care_for()), make_claim(make_father(), care_for())

    assert isinstance(confirm(elder, fourth.id, at=AT), Kinship)
    assert confirm(elder, fifth.id, at=AT) == TooManyGuardians()
    kinship.end(elder, fourth.id, at=AT)
    assert isinstance(confirm(elder, fifth.id, at=AT), Kinship)


@pytest.mark.django_db(transaction=True)
def test_claim_is_decided_once_by_reviewer_and_ward_at_the_same_moment() -> None:
    elder, staff = make_grandmother(), make_staff(at=AT)
    claim = make_claim(make_mother(), care_for())

    def decided(turn: int) -> object:
        try:
            if turn % 2:
                return decline(elder, claim.id, at=AT)
            return verify(KinshipClaim.objects.get(id=claim.id), reviewer=staff, at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(decided, range(8)))
    assert outcomes.count(NotWaiting()) == 7
    assert Kinship.objects.count() == KinshipClaim.objects.filter(state="VERIFIED").count()
    assert GRANDMOTHER.number not in repr(outcomes)
