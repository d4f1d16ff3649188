"""What is true of every verdict, whatever the facts, the policy and the clock."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from civil_time import next_midnight
from healthcode.entry import judge_entry
from healthcode.evaluation import evaluate, status_at
from healthcode.facts import Alert, AlertKind, Facts, Naat, NaatResult, Order, OrderKind
from healthcode.policy import Policy
from healthcode.relevant import relevant_naats
from healthcode.verdict import EntryVerdict, Reason, StatusCode
from tests.healthcode.strategies import (
    after_everything,
    alerts,
    facts_about_somebody,
    instants,
    naats,
    orders,
    policies,
    steady,
)

ADMISSION_REASONS = set(list(Reason)[: list(Reason).index(Reason.OBSERVATION_ORDER)])


@steady
@given(facts=facts_about_somebody(), order=orders(), policy=policies, at=instants())
def test_red_and_yellow_stand_on_an_order_in_force(
    facts: Facts, order: Order, policy: Policy, at: datetime
) -> None:
    verdict = evaluate(replace(facts, orders=(*facts.orders, order)), policy, at=at)

    kinds = {order.kind for order in verdict.orders}
    assert (verdict.status is StatusCode.RED) == (OrderKind.CENTRAL_ISOLATION in kinds)
    assert (verdict.status is StatusCode.YELLOW) == (kinds == {OrderKind.HOME_ISOLATION})
    assert all(order.in_force_from <= at < order.in_force_until for order in verdict.orders)


@steady
@given(facts=facts_about_somebody(), policy=policies, at=instants())
def test_no_colour_but_green_is_given_without_an_order(facts: Facts, policy: Policy, at: datetime) -> None:
    verdict = evaluate(replace(facts, orders=()), policy, at=at)

    assert verdict.status in {StatusCode.GREEN, StatusCode.UNCONFIRMED, StatusCode.UNKNOWN}


@steady
@given(
    facts=facts_about_somebody(),
    alert=alerts(kinds=(AlertKind.COUNTY_WITH_CASE, AlertKind.TIME_SPACE_LINK)),
    own_test=naats(),
    policy=policies,
    at=instants(),
)
def test_own_negative_test_never_ends_alert_1_or_3(
    facts: Facts, alert: Alert, own_test: Naat, policy: Policy, at: datetime
) -> None:
    with_alert = replace(facts, alerts=(*facts.alerts, alert))
    negative = replace(own_test, issued_at=own_test.issued_at or at, result=NaatResult.NOT_DETECTED)
    before = evaluate(with_alert, policy, at=at)
    after = evaluate(replace(with_alert, naats=(*facts.naats, negative)), policy, at=at)

    untouched = {AlertKind.COUNTY_WITH_CASE, AlertKind.TIME_SPACE_LINK}
    assert [alert for alert in after.alerts if alert.kind in untouched] == [
        alert for alert in before.alerts if alert.kind in untouched
    ]


@steady
@given(
    facts=facts_about_somebody(),
    alert=alerts(kinds=(AlertKind.TEST_REQUIRED,)),
    minutes=st.integers(1, 600),
    pooled=st.booleans(),
    policy=policies,
    at=after_everything,
)
def test_negative_collected_after_alert_4_began_ends_it(
    facts: Facts, alert: Alert, minutes: int, pooled: bool, policy: Policy, at: datetime
) -> None:
    collected_at = alert.in_force_from + timedelta(minutes=minutes)
    negative = Naat(
        collected_at=collected_at,
        issued_at=collected_at + timedelta(hours=1),
        result=NaatResult.NOT_DETECTED,
        pooled=pooled,
    )
    assume(negative.issued_at is not None and negative.issued_at <= at)
    facts = replace(facts, alerts=(alert,), naats=(*facts.naats, negative))

    assert evaluate(facts, policy, at=at).alerts == ()


@steady
@given(facts=facts_about_somebody(), policy=policies, at=after_everything, later=after_everything)
def test_time_alone_never_improves_the_counter(
    facts: Facts, policy: Policy, at: datetime, later: datetime
) -> None:
    at, later = sorted((at, later))
    days = evaluate(facts, policy, at=at).naat.days
    days_later = evaluate(facts, policy, at=later).naat.days

    assert (days is None) == (days_later is None)
    assert days is None or days_later is None or days <= days_later


@steady
@given(facts=facts_about_somebody(), policy=policies, at=instants(), data=st.data())
def test_facts_and_clock_give_one_verdict_in_whatever_order(
    facts: Facts, policy: Policy, at: datetime, data: st.DataObject
) -> None:
    shuffled = replace(
        facts,
        naats=tuple(data.draw(st.permutations(facts.naats))),
        doses=tuple(data.draw(st.permutations(facts.doses))),
        orders=tuple(data.draw(st.permutations(facts.orders))),
        alerts=tuple(data.draw(st.permutations(facts.alerts))),
    )

    assert evaluate(facts, policy, at=at) == evaluate(shuffled, policy, at=at)
    assert evaluate(facts, policy, at=at) == evaluate(facts, policy, at=at)


@steady
@given(facts=facts_about_somebody(), policy=policies, at=instants(), share=st.floats(0, 1, exclude_max=True))
def test_verdict_stays_the_same_until_it_is_no_longer_valid(
    facts: Facts, policy: Policy, at: datetime, share: float
) -> None:
    verdict = evaluate(facts, policy, at=at)
    meanwhile = at + share * (verdict.valid_until - at)
    assume(meanwhile < verdict.valid_until)

    assert evaluate(facts, policy, at=meanwhile) == verdict


@steady
@given(facts=facts_about_somebody(), policy=policies, at=instants())
def test_verdict_has_changed_when_it_is_no_longer_valid_before_midnight(
    facts: Facts, policy: Policy, at: datetime
) -> None:
    verdict = evaluate(facts, policy, at=at)
    then = evaluate(facts, policy, at=verdict.valid_until)

    assert at < verdict.valid_until <= next_midnight(at)
    if verdict.valid_until < next_midnight(at):
        assert replace(then, valid_until=verdict.valid_until) != verdict


@steady
@given(facts=facts_about_somebody(), policy=policies, at=after_everything)
def test_relevant_tests_give_the_verdict_of_the_whole_history(
    facts: Facts, policy: Policy, at: datetime
) -> None:
    relevant = relevant_naats(facts.naats)

    assert len(relevant) <= 6
    assert set(relevant) <= set(facts.naats)
    assert evaluate(replace(facts, naats=relevant), policy, at=at) == evaluate(facts, policy, at=at)


@steady
@given(facts=facts_about_somebody(), policy=policies, at=after_everything, data=st.data())
def test_any_superset_of_the_relevant_tests_does_as_well(
    facts: Facts, policy: Policy, at: datetime, data: st.DataObject
) -> None:
    kept = data.draw(st.sets(st.sampled_from(facts.naats))) if facts.naats else set()
    superset = (*relevant_naats(facts.naats), *kept)

    assert evaluate(replace(facts, naats=superset), policy, at=at) == evaluate(facts, policy, at=at)


@steady
@given(facts=facts_about_somebody(), policy=policies, at=instants())
def test_unknown_carries_no_colour_and_is_what_an_unread_orders_feed_gives(
    facts: Facts, policy: Policy, at: datetime
) -> None:
    unread = replace(facts, orders=(), alerts=(), feeds=replace(facts.feeds, orders=None))
    verdict = evaluate(unread, policy, at=at)

    assert verdict.status in {StatusCode.UNKNOWN, StatusCode.UNCONFIRMED}
    assert verdict.status.color is None
    assert judge_entry(verdict, entry_days=policy.entry_days) is EntryVerdict.MANUAL


@steady
@given(facts=facts_about_somebody(), policy=policies, at=instants())
def test_reasons_come_once_in_the_order_of_the_enum_and_never_from_admission(
    facts: Facts, policy: Policy, at: datetime
) -> None:
    reasons = evaluate(facts, policy, at=at).reasons

    assert list(reasons) == [reason for reason in Reason if reason in reasons]
    assert not ADMISSION_REASONS & set(reasons)


@steady
@given(facts=facts_about_somebody(), own_test=naats(), policy=policies, at=after_everything)
def test_pooled_negative_never_settles_a_retest(
    facts: Facts, own_test: Naat, policy: Policy, at: datetime
) -> None:
    pool = replace(own_test, issued_at=own_test.issued_at or at, result=NaatResult.NOT_DETECTED, pooled=True)
    before = evaluate(facts, policy, at=at)
    after = evaluate(replace(facts, naats=(*facts.naats, pool)), policy, at=at)

    assert (Reason.NAAT_RETEST_REQUIRED in before.reasons) == (Reason.NAAT_RETEST_REQUIRED in after.reasons)


@steady
@given(facts=facts_about_somebody(), policy=policies, at=instants())
def test_what_stands_beside_the_status_never_changes_it(facts: Facts, policy: Policy, at: datetime) -> None:
    read = facts.feeds.orders
    bare = replace(
        facts,
        doses=(),
        feeds=replace(facts.feeds, registry=None, tests=None, doses=None, orders=read and at),
        record_in_review=not facts.record_in_review,
    )

    assert evaluate(bare, policy, at=at).status is evaluate(facts, policy, at=at).status


@steady
@given(facts=facts_about_somebody(), policy=policies, at=instants())
def test_status_alone_is_that_of_the_verdict(facts: Facts, policy: Policy, at: datetime) -> None:
    assert status_at(facts, policy, at=at) is evaluate(facts, policy, at=at).status
