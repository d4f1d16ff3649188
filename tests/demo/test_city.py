"""The demo city as such: the same for the same day, continued on the next, complete in its labels."""

from collections import Counter
from datetime import date, timedelta
from functools import cache

import pytest

from civil_time import completed_years
from demo.cast import ACCOUNT_HOLDERS, ADULT, WARDS
from demo.city import city_on
from demo.eras import BeforeTheCity, era_start, round_of, round_start
from demo.lines import FEEDS, lines_of
from demo.people import Card, Citizen
from demo.roles import PASSPORT_HOLDER, PERMIT_CHILD
from identity.document import parse_document
from identity.names import MalformedName, parse_name
from lookup.admission import ASSISTED_CHILD_AT_MOST, ASSISTED_ELDER_AT_LEAST

TODAY = date(2026, 11, 23)
LAST_OF_ERA, FIRST_OF_NEXT = date(2029, 12, 31), date(2030, 1, 1)


def a_face(_citizen: Citizen) -> str:
    return "a-face"


@cache
def rows_on(day: date) -> dict[tuple[object, str], dict[str, object]]:
    return {(line.feed, line.key): line.fields() for line in lines_of(city_on(day), face_of=a_face)}


def test_city_on_is_the_same_when_it_is_asked_twice_and_another_on_another_day():
    city = city_on(TODAY)
    city_on.cache_clear()

    assert city_on(TODAY) == city
    assert rows_on(TODAY) != rows_on(TODAY + timedelta(days=1))


def test_city_on_has_some_two_thousand_people_each_with_an_own_number():
    city = city_on(TODAY)

    assert 1_950 <= len(city.citizens) <= 2_050
    assert len({citizen.document.number for citizen in city.citizens}) == len(city.citizens)
    assert len({citizen.id for citizen in city.citizens}) == len(city.citizens)


@pytest.mark.parametrize("today", [date(2022, 5, 20), TODAY, FIRST_OF_NEXT])
def test_city_on_gives_everybody_a_number_that_is_nobodys_and_a_name(today: date):
    for citizen in city_on(today).citizens:
        document = citizen.document
        assert document.number.startswith(("119999", "H0000", "ZZ000"))
        assert parse_document(document.number, type=document.type) == document
        assert document.born_on in (None, citizen.born_on)
        assert document.sex in (None, citizen.sex)
        assert citizen.born_on <= today
        assert not isinstance(parse_name(citizen.name), MalformedName)


@pytest.mark.parametrize("today", [date(2022, 1, 1), TODAY, LAST_OF_ERA])
def test_city_on_labels_the_old_and_the_young_on_every_day_of_an_era(today: date):
    labelled = city_on(today).labelled

    for role in (*WARDS, PERMIT_CHILD):
        age = completed_years(labelled[role.label].born_on, today)
        assert age <= ASSISTED_CHILD_AT_MOST or age >= ASSISTED_ELDER_AT_LEAST
    for role in (ADULT, PASSPORT_HOLDER, *ACCOUNT_HOLDERS):
        age = completed_years(labelled[role.label].born_on, today)
        assert ASSISTED_CHILD_AT_MOST < age < ASSISTED_ELDER_AT_LEAST


def test_city_on_makes_the_guardian_kin_of_every_labelled_ward_and_nobody_else():
    city = city_on(TODAY)
    guarded = {kin.ward.label for kin in city.kin if kin.guardian.label == "guardian"}

    assert {*(role.label for role in WARDS), "permit_child"} <= guarded
    assert not [kin for kin in city.kin if kin.guardian.label in ("stranger", "third_party")]
    assert not [
        kin for kin in city.kin if kin.ward.label in ("adult", "passport_holder", "stranger", "third_party")
    ]


def test_city_on_has_people_with_and_without_card_face_and_registration():
    city = city_on(TODAY)
    cards = Counter(citizen.card for citizen in city.citizens)
    registered_on = [citizen.registered_at and citizen.registered_at.date() for citizen in city.citizens]

    assert min(cards[card] for card in Card) > 20
    assert registered_on.count(None) > 100
    assert registered_on.count(TODAY) == 1
    assert len([citizen for citizen in city.citizens if citizen.died_on]) > 3
    assert not [c for c in city.citizens if c.card_issued_on and c.card_issued_on < c.born_on]


@pytest.mark.parametrize("days", [1, 2, 3, 14])
@pytest.mark.parametrize("today", [TODAY, LAST_OF_ERA])
def test_lines_of_says_the_same_of_a_record_and_version_on_every_day(today: date, days: int):
    before, after = rows_on(today), rows_on(today + timedelta(days=days))

    assert {key for key in before if key in after and before[key] != after[key]} == set()


def test_lines_of_adds_a_day_s_worth_of_rows_when_a_day_has_passed():
    before, after = rows_on(TODAY), rows_on(TODAY + timedelta(days=1))

    assert 300 < len(after.keys() - before.keys()) < 1_500


def test_lines_of_uses_every_feed_and_no_other():
    assert {line.feed for line in lines_of(city_on(TODAY), face_of=a_face)} == set(FEEDS)


def test_era_start_changes_on_the_first_day_of_the_fifth_year():
    assert (era_start(LAST_OF_ERA), era_start(FIRST_OF_NEXT)) == (date(2026, 1, 1), FIRST_OF_NEXT)


def test_era_start_refuses_a_day_before_the_city():
    assert era_start(date(2022, 1, 1)) == date(2022, 1, 1)
    with pytest.raises(BeforeTheCity):
        era_start(date(2021, 12, 31))


def test_city_on_reuses_no_number_when_a_new_era_has_begun():
    one, next_one = (
        {citizen.document.number for citizen in city_on(day).citizens} for day in (LAST_OF_ERA, FIRST_OF_NEXT)
    )

    assert one & next_one == set()


def test_round_start_is_the_first_of_three_days_of_a_round():
    first = round_start(round_of(TODAY))

    assert {round_of(first + timedelta(days=days)) for days in range(3)} == {round_of(TODAY)}
    assert round_of(first - timedelta(days=1)) == round_of(TODAY) - 1
