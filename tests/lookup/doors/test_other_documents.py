"""Passports, permits and foreigners' cards at the doors: which number says the age, and who has none."""

from datetime import date, datetime

import pytest

from civil_time import SHANGHAI
from healthcode.verdict import EntryVerdict, StatusCode
from identity.document import Document
from identity.keyring import key_of, prefix_key
from lookup import on_file
from lookup.admission import Proof
from lookup.answer import AgeBand, Answer
from lookup.doors import assisted
from lookup.doors.assisted import AgeNotInNumber, AgeNotServed
from lookup.models import Lookup
from tests import gates
from tests.makers import (
    make_account,
    make_device_key,
    make_document,
    make_facts,
    make_foreigners_card,
    make_kinship,
    make_passport,
    make_permit,
    make_person,
    make_summary,
    mark_feeds_read,
)

pytestmark = pytest.mark.django_db

AT = datetime(2022, 6, 10, 10, 0, tzinfo=SHANGHAI)
BORN_ON = date(2014, 6, 15)


def make_known(document: Document):
    person = make_person(document, at=AT, born_on=BORN_ON)
    make_summary(person.person_key, make_facts(BORN_ON, at=AT), at=AT)
    mark_feeds_read(AT)
    return person


@pytest.mark.parametrize("document", [make_passport(), make_permit()], ids=["passport", "permit"])
def test_assisted_refuses_a_number_without_an_age_before_any_look_up(document: Document) -> None:
    child = make_known(document)
    father = make_person(make_document(date(1988, 3, 1)), at=AT)
    make_kinship(father, child, at=AT)

    for asker in (make_account(at=AT, person=father), make_account("+8613900000002", at=AT)):
        assert assisted.ask(asker, document, at=AT) == AgeNotInNumber()
    assert not Lookup.objects.exists()


def test_assisted_serves_a_foreigner_s_card_whose_number_says_the_age() -> None:
    document = make_foreigners_card(BORN_ON)
    make_known(document)

    answer = assisted.ask(make_account(at=AT), document, at=AT)

    assert isinstance(answer, Answer)
    assert (answer.proof, answer.status) == (Proof.NONE, StatusCode.GREEN)
    adult = make_foreigners_card(date(1988, 3, 1))
    assert assisted.ask(make_account("+8613900000002", at=AT), adult, at=AT) == AgeNotServed()


@pytest.mark.parametrize(
    "document",
    [make_passport(), make_permit(), make_permit(letter="M"), make_foreigners_card(BORN_ON)],
    ids=["passport", "Hong Kong", "Macao", "foreigner"],
)
def test_checkpoint_takes_every_document_with_the_age_of_the_registry(document: Document) -> None:
    make_known(document)
    device, _ = make_device_key()

    check = gates.check(device, document, at=AT)

    assert (check.verdict, check.status) == (EntryVerdict.PASS, StatusCode.GREEN)
    assert check.age_band is AgeBand.CHILD


def test_checkpoint_tells_nothing_of_a_passport_in_no_record() -> None:
    mark_feeds_read(AT)
    device, _ = make_device_key()

    check = gates.check(device, make_passport(), at=AT)

    assert (check.verdict, check.status) == (EntryVerdict.MANUAL, StatusCode.UNKNOWN)
    assert (check.age_band, check.vaccination, check.naat, check.subject_name) == (None, None, None, None)


def test_on_file_puts_a_stand_in_where_neither_registry_nor_number_says_a_birth_date() -> None:
    passport = make_passport()

    unknown = on_file.read(key_of(passport), born_on=passport.born_on)
    make_known(passport)
    known = on_file.read(key_of(passport), born_on=passport.born_on)

    assert (unknown.facts.born_on, unknown.standing.in_registry) == (on_file.SOME_BIRTH_DATE, False)
    assert (known.facts.born_on, known.standing.in_registry) == (BORN_ON, True)


def test_prefix_key_is_shared_by_numbers_that_differ_in_the_last_four_characters_of_one_type() -> None:
    assert prefix_key(make_passport(1)) == prefix_key(make_passport(9999))
    assert prefix_key(make_passport(1)) != prefix_key(make_passport(10_000))
    assert prefix_key(make_permit()) != prefix_key(make_permit(letter="M"))
    resident, foreigner = make_document(BORN_ON), make_foreigners_card(BORN_ON)
    assert prefix_key(resident) == prefix_key(make_document(BORN_ON, sequence=999))
    assert prefix_key(resident) != prefix_key(foreigner)


def test_prefix_key_differs_when_two_types_share_a_prefix() -> None:
    passport = Document(type=make_passport().type, number="H00000001")

    assert passport.prefix == make_permit().prefix
    assert prefix_key(passport) != prefix_key(make_permit())
