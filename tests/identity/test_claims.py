"""Claiming to speak for somebody: stored or not, capped, and alike whatever the registry knows."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civil_time import next_midnight
from identity import claims, kinship
from identity.claim_review import refuse, verify
from identity.claims import (
    MOST_CLAIMS_AGAIN_A_DAY,
    MOST_NEW_CLAIMS_A_DAY,
    MOST_WARDS_CLAIMED,
    AlreadyClaimed,
    Claimed,
    NotVerified,
    NotWaiting,
    OwnDocument,
    ReferenceProblem,
    TooManyClaims,
    TooManyWards,
    parse_reference,
)
from identity.kinship import NotYours
from identity.models import Kinship, KinshipClaim
from tests.identity.kin import (
    AT,
    CHILD,
    MOTHER,
    make_child,
    make_claim,
    make_father,
    make_mother,
    request_for,
)
from tests.makers import make_account, make_document, make_kinship, make_person, make_staff

pytestmark = pytest.mark.django_db

NEXT_DAY = AT + timedelta(days=1)


def numbers(count: int, *, start: int = 100) -> list:
    return [request_for(make_document(date(2016, 1, 1), sequence=start + n)) for n in range(count)]


def refuse_it(claim: KinshipClaim, *, at=AT) -> None:
    staff = make_staff(f"+86139{claim.id.int % 10**8:08d}", at=at)
    refuse(claim, reviewer=staff, refusal=KinshipClaim.Refusal.EVIDENCE_NOT_FOUND, at=at)


def test_claim_is_stored_waiting_and_sealed() -> None:
    claim = make_claim(make_mother())

    assert claim.state == KinshipClaim.State.WAITING
    assert (claims.typed_name(claim), claims.typed_number(claim)) == ("李小明", CHILD.number)
    assert claims.reference(claim) == "T110000123"
    row = " ".join(str(bytes(v) if isinstance(v, memoryview | bytes) else v) for v in vars(claim).values())
    assert CHILD.number not in row
    assert CHILD.number not in repr(request_for())
    assert not kinship.is_verified(guardian_key=claim.guardian_key, ward_key=claim.ward_key, at=AT)


def test_claim_is_refused_to_an_account_without_person() -> None:
    assert claims.claim(make_account(at=AT), request_for(), at=AT) == NotVerified()
    assert isinstance(claims.claim(make_mother(), request_for(), at=AT), Claimed)


def test_claim_is_refused_for_the_own_document() -> None:
    mother = make_mother()
    assert claims.claim(mother, request_for(MOTHER), at=AT) == OwnDocument()
    assert isinstance(claims.claim(mother, request_for(), at=AT), Claimed)


def test_duplicate_is_answered_with_the_first_claim() -> None:
    mother = make_mother()
    first = make_claim(mother)

    again = claims.claim(mother, request_for(name="李大明", reference="X1"), at=AT + timedelta(hours=1))

    assert again == AlreadyClaimed(id=first.id)
    assert KinshipClaim.objects.count() == 1


def test_duplicate_is_answered_with_the_kinship_that_a_claim_has_become() -> None:
    mother = make_mother()
    make_child()
    first = make_claim(mother)
    verify(first, reviewer=make_staff(at=AT), at=AT)

    assert claims.claim(mother, request_for(), at=AT) == AlreadyClaimed(id=first.id)
    kinship.end(mother, first.id, at=AT)
    assert isinstance(claims.claim(mother, request_for(), at=AT), Claimed)


def test_duplicate_is_answered_with_the_kinship_of_the_registry() -> None:
    mother = make_mother()
    held = make_kinship(mother.person, make_child(), at=AT)

    assert claims.claim(mother, request_for(), at=AT) == AlreadyClaimed(id=held.id)
    assert not KinshipClaim.objects.exists()
    Kinship.objects.update(in_force_until=AT)
    assert isinstance(claims.claim(mother, request_for(), at=AT), Claimed)


def test_disputed_guardian_does_not_claim_past_the_dispute() -> None:
    mother, father = make_mother(), make_father()
    child = make_child()
    held = make_kinship(mother.person, child, at=AT)
    make_kinship(father.person, child, at=AT)
    kinship.end(father, held.id, at=AT)

    assert claims.claim(mother, request_for(), at=AT) == AlreadyClaimed(id=held.id)


def test_asker_claims_eight_people_and_not_a_ninth() -> None:
    mother = make_mother()
    eighth, ninth = numbers(MOST_WARDS_CLAIMED)[-1], request_for()
    for request in numbers(MOST_WARDS_CLAIMED)[:-1]:
        make_claim(mother, request)

    last = make_claim(mother, eighth)
    assert claims.claim(mother, ninth, at=AT) == TooManyWards()
    assert isinstance(claims.claim(mother, eighth, at=AT), AlreadyClaimed)
    claims.withdraw(mother, last.id, at=NEXT_DAY)
    assert isinstance(claims.claim(mother, ninth, at=NEXT_DAY), Claimed)


def test_verified_claims_take_a_place_until_they_end_and_the_registrys_kin_take_none() -> None:
    mother, staff = make_mother(), make_staff(at=AT)
    make_kinship(mother.person, make_person(make_document(date(2014, 1, 1)), at=AT), at=AT)
    for request in numbers(MOST_WARDS_CLAIMED):
        make_person(request.document, at=AT)
        verify(make_claim(mother, request), reviewer=staff, at=AT)

    assert claims.claim(mother, request_for(), at=NEXT_DAY) == TooManyWards()
    kinship.end(mother, Kinship.objects.exclude(verified_by=None).first().id, at=NEXT_DAY)
    assert isinstance(claims.claim(mother, request_for(), at=NEXT_DAY), Claimed)


def test_refused_claim_is_made_again_three_times_a_day() -> None:
    mother = make_mother()
    refuse_it(make_claim(mother))
    for _ in range(MOST_CLAIMS_AGAIN_A_DAY):
        refuse_it(make_claim(mother, at=AT + timedelta(minutes=1)))

    refused = claims.claim(mother, request_for(), at=AT + timedelta(minutes=2))
    assert refused == TooManyClaims(again_at=next_midnight(AT))
    assert isinstance(claims.claim(mother, request_for(), at=next_midnight(AT)), Claimed)


def test_new_people_are_claimed_eight_times_a_day_even_if_taken_back() -> None:
    mother = make_mother()
    for request in numbers(MOST_NEW_CLAIMS_A_DAY):
        claims.withdraw(mother, make_claim(mother, request).id, at=AT)

    assert isinstance(claims.claim(mother, request_for(), at=AT), TooManyClaims)
    assert isinstance(claims.claim(mother, request_for(), at=next_midnight(AT)), Claimed)


def test_another_asker_has_places_of_their_own() -> None:
    mother = make_mother()
    for request in numbers(MOST_WARDS_CLAIMED):
        make_claim(mother, request)

    assert claims.claim(mother, request_for(), at=AT) == TooManyWards()
    assert isinstance(claims.claim(make_father(), request_for(), at=AT), Claimed)


def test_claim_is_withdrawn_by_its_maker_alone_and_once() -> None:
    mother = make_mother()
    claim = make_claim(mother)

    assert claims.withdraw(make_father(), claim.id, at=AT) == NotYours()
    assert claims.withdraw(make_account(at=AT), claim.id, at=AT) == NotYours()
    withdrawn = claims.withdraw(mother, claim.id, at=AT)
    assert isinstance(withdrawn, KinshipClaim)
    assert (withdrawn.state, withdrawn.decided_by) == (KinshipClaim.State.WITHDRAWN, mother)
    assert claims.withdraw(mother, claim.id, at=AT) == NotWaiting()


def statements(user, request) -> list[str]:
    """Return the statements of a claim, with their literals replaced."""
    with CaptureQueriesContext(connection) as captured:
        assert isinstance(claims.claim(user, request, at=AT), Claimed)
    arrays = re.compile(r"unnest\(.*?\) AS")
    literals = re.compile(r"s\d+_x\d+|'(?:[^']|'')*'(?:::\w+)?|\b\d+\b")
    return [literals.sub("?", arrays.sub("unnest(?) AS", query["sql"])) for query in captured]


def test_claim_does_the_same_work_whatever_the_registry_knows() -> None:
    askers = [
        make_account(f"+86139000001{n:02d}", at=AT, person=make_person(each, at=AT))
        for n, each in enumerate(make_document(date(1980, 1, 1), sequence=n) for n in range(1, 6))
    ]
    unknown = statements(askers[0], request_for(make_document(date(2015, 6, 15), sequence=9)))
    child = make_child()
    right = statements(askers[1], request_for())
    wrong_name = statements(askers[2], request_for(name="错名"))
    make_kinship(make_father().person, child, at=AT)
    with_guardian = statements(askers[3], request_for())
    child.died_on = AT.date()
    child.save()
    dead = statements(askers[4], request_for())

    assert len(unknown) > 6
    assert unknown == right == wrong_name == with_guardian == dead


@pytest.mark.django_db(transaction=True)
def test_duplicates_at_the_same_moment_leave_one_claim() -> None:
    mother = make_mother()

    def claim(_: int) -> object:
        try:
            return claims.claim(mother, request_for(), at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(claim, range(16)))
    stored = KinshipClaim.objects.get()
    assert outcomes.count(AlreadyClaimed(id=stored.id)) == 15
    assert outcomes.count(Claimed(id=stored.id)) == 1


@pytest.mark.django_db(transaction=True)
def test_claims_at_the_same_moment_never_exceed_the_cap() -> None:
    mother = make_mother()

    def claim(request) -> object:
        try:
            return claims.claim(mother, request, at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(claim, numbers(20)))
    assert sum(isinstance(outcome, Claimed) for outcome in outcomes) == MOST_WARDS_CLAIMED
    assert outcomes.count(TooManyWards()) == 20 - MOST_WARDS_CLAIMED


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("T110000123", "T110000123"),
        (" （2022）京0105民特123号 ", "(2022)京0105民特123号"),
        ("12345678901234", "12345678901234"),
        ("", ReferenceProblem.EMPTY),
        ("　", ReferenceProblem.EMPTY),
        ("a" * 60, "a" * 60),
        ("a" * 61, ReferenceProblem.TOO_LONG),
        ("a" * 10_000, ReferenceProblem.TOO_LONG),
        ("T1\n2", ReferenceProblem.WRONG_CHARACTERS),
        ("T1\u200b2", ReferenceProblem.WRONG_CHARACTERS),
        ("T1\0", ReferenceProblem.WRONG_CHARACTERS),
        ("<b>", ReferenceProblem.WRONG_CHARACTERS),
        ("\ud800", ReferenceProblem.WRONG_CHARACTERS),
        (CHILD.number, ReferenceProblem.DOCUMENT_NUMBER),
        ("119999 20150615 0018", ReferenceProblem.DOCUMENT_NUMBER),
    ],
)
def test_reference_is_read_or_told_what_is_wrong(typed, read) -> None:
    assert parse_reference(typed, evidence=Kinship.Evidence.BIRTH_CERTIFICATE) == read


def test_reference_may_be_empty_where_the_ward_confirms() -> None:
    assert parse_reference("", evidence=Kinship.Evidence.OWN_CONFIRMATION) == ""
