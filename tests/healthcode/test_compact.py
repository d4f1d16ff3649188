"""Facts written as small JSON and read again."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given

from healthcode.compact import (
    decode_alerts,
    decode_doses,
    decode_facts,
    decode_naats,
    decode_orders,
    encode_facts,
)
from healthcode.facts import (
    AlertCause,
    AlertKind,
    Dose,
    Facts,
    NaatResult,
    OrderKind,
    VaccineProduct,
)
from tests.healthcode.make import NOW, make_alert, make_facts, make_feeds, make_naat, make_order
from tests.healthcode.strategies import facts_about_somebody, steady

NOW_S = int(NOW.timestamp())


def written(facts: Facts) -> str:
    return json.dumps(encode_facts(facts), separators=(",", ":"), ensure_ascii=False)


@steady
@given(facts=facts_about_somebody())
def test_facts_are_the_same_after_a_round_trip(facts: Facts) -> None:
    assert decode_facts(json.loads(written(facts))) == facts


def test_encoded_facts_of_a_child_are_small() -> None:
    doses = (
        Dose(product=VaccineProduct.CORONAVAC, administered_on=date(2021, 11, 20), dose_number=1),
        Dose(product=VaccineProduct.CORONAVAC, administered_on=date(2021, 12, 18), dose_number=2),
    )
    naats = (make_naat(collected_at=NOW - timedelta(days=3), issued_at=NOW), make_naat())

    assert len(written(make_facts(naats=naats, doses=doses))) <= 205


def test_encoded_facts_leave_empty_sections_out() -> None:
    assert written(make_facts()) == (f'{{"v":1,"b":"2014-06-15","f":[{NOW_S},{NOW_S},{NOW_S},{NOW_S}]}}')


def test_encoded_facts_keep_feeds_that_were_never_read() -> None:
    facts = make_facts(feeds=make_feeds(None), record_in_review=True)

    assert encode_facts(facts) == {"v": 1, "b": "2014-06-15", "f": [None, None, None, None], "r": 1}
    assert decode_facts(encode_facts(facts)) == facts


def test_encoded_facts_drop_fractions_of_a_second() -> None:
    facts = make_facts(feeds=make_feeds(NOW + timedelta(microseconds=999_999)))

    assert decode_facts(encode_facts(facts)) == make_facts()


def test_decode_facts_raises_when_the_version_is_another() -> None:
    with pytest.raises(ValueError, match="another version"):
        decode_facts(encode_facts(make_facts()) | {"v": 2})


@pytest.mark.parametrize(
    "broken",
    [
        {"v": 1},
        {"v": 1, "b": "2014-06-15"},
        {"v": 1, "b": "2014-06-31", "f": [None, None, None, None]},
        {"v": 1, "b": "2014-06-15", "f": [None]},
        {"v": 1, "b": "2014-06-15", "f": [None, None, None, "noon"]},
        {"v": 1, "b": "2014-06-15", "f": [None, None, None, 10**30]},
        {"v": 1, "b": "2014-06-15", "f": [None, None, None, None], "n": [[1, 2, "X", 0]]},
    ],
)
def test_decode_facts_raises_when_the_form_is_broken(broken: dict[str, object]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (each part says in its own words what is wrong)
        decode_facts(broken)


def test_decode_naats_reads_the_rows_of_a_summary() -> None:
    earlier = NOW - timedelta(hours=22)

    assert decode_naats([[NOW_S - 79_200, NOW_S, "D", 1], [NOW_S, None, None, 0], [None, NOW_S, "I", 0]]) == (
        make_naat(collected_at=earlier, issued_at=NOW, result=NaatResult.DETECTED, pooled=True),
        make_naat(collected_at=NOW, issued_at=None, result=None),
        make_naat(collected_at=None, issued_at=NOW, result=NaatResult.INCONCLUSIVE),
    )


def test_decode_doses_reads_the_rows_of_a_summary() -> None:
    dose = Dose(product=VaccineProduct.ZF2001, administered_on=date(2021, 5, 1), dose_number=1)

    assert decode_doses([["ZF2001", "2021-05-01", 1]]) == (dose,)


def test_decode_orders_reads_the_rows_of_a_summary() -> None:
    order = make_order(kind=OrderKind.CENTRAL_ISOLATION, in_force_from=NOW, in_force_until=NOW)
    row = ["CENTRAL_ISOLATION", NOW_S, NOW_S, order.authority, order.reference, order.contact]

    assert decode_orders([row]) == (order,)


def test_decode_alerts_reads_the_rows_of_a_summary() -> None:
    alert = make_alert(kind=AlertKind.TEST_REQUIRED, in_force_from=NOW, cause=AlertCause.ARRIVAL)
    row = ["TEST_REQUIRED", NOW_S, None, alert.authority, alert.reference, alert.contact, "ARRIVAL"]

    assert decode_alerts([row]) == (alert,)
