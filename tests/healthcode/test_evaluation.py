"""What the whole rule book promises beside its published cases."""

from datetime import UTC, datetime

import pytest

from healthcode.evaluation import RULES_VERSION, evaluate
from healthcode.facts import VaccineProduct
from healthcode.vaccination import Technology, technology
from healthcode.verdict import Color, Reason, StatusCode
from tests.healthcode.make import NOW, make_alert, make_facts, make_naat, make_order
from tests.healthcode.policies import SEEDED


def test_evaluate_raises_when_the_clock_is_naive() -> None:
    with pytest.raises(ValueError, match="aware"):
        evaluate(make_facts(), SEEDED[-1], at=datetime(2022, 7, 20, 10, 0))  # noqa: DTZ001


def test_evaluate_gives_the_same_verdict_when_the_clock_is_in_another_zone() -> None:
    facts = make_facts(naats=(make_naat(),))
    assert evaluate(facts, SEEDED[-1], at=NOW.astimezone(UTC)) == evaluate(facts, SEEDED[-1], at=NOW)


def test_evaluate_names_the_orders_and_alerts_in_force_with_their_contacts() -> None:
    order, alert = make_order(), make_alert()
    verdict = evaluate(make_facts(orders=(order,), alerts=(alert,)), SEEDED[-1], at=NOW)

    assert (verdict.orders, verdict.alerts) == ((order,), (alert,))


def test_rules_version_is_a_short_text() -> None:
    assert RULES_VERSION == "1"


def test_status_codes_carry_a_colour_only_when_they_are_one() -> None:
    assert {status: status.color for status in StatusCode} == {
        StatusCode.GREEN: Color.GREEN,
        StatusCode.YELLOW: Color.YELLOW,
        StatusCode.RED: Color.RED,
        StatusCode.UNCONFIRMED: None,
        StatusCode.UNKNOWN: None,
    }


def test_reasons_stand_in_the_order_of_the_domain() -> None:
    assert " ".join(Reason) == (
        "NOT_IN_REGISTRY DECEASED NOT_REGISTERED REGISTRATION_SYNCING NO_FACE_REFERENCE LOCKED_BY_SUBJECT "
        "OBSERVATION_ORDER ALERT_1 ALERT_2 ALERT_3 ALERT_4 ALERT_5 NAAT_RETEST_REQUIRED ORDERS_NEVER_READ "
        "NAAT_MISSING NAAT_OVERDUE NAAT_PENDING VACCINATION_UNKNOWN SOURCE_STALE RECORD_IN_REVIEW"
    )


@pytest.mark.parametrize(
    ("product", "expected"),
    [
        (VaccineProduct.CORONAVAC, Technology.INACTIVATED),
        (VaccineProduct.BBIBP_CORV, Technology.INACTIVATED),
        (VaccineProduct.WIBP_CORV, Technology.INACTIVATED),
        (VaccineProduct.CONVIDECIA, Technology.AD5_VECTOR),
        (VaccineProduct.ZF2001, Technology.RECOMBINANT),
    ],
)
def test_technology_of_each_product(product: VaccineProduct, expected: Technology) -> None:
    assert technology(product) is expected
