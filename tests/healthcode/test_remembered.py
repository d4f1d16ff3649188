"""People of one kind are judged once: what is remembered is what would be said of each alone."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthcode import remembered
from healthcode.alike import grain_of
from healthcode.evaluation import evaluate
from healthcode.facts import Facts, Naat, NaatResult
from healthcode.policy import Policy
from healthcode.remembered import Judge
from tests.healthcode.make import NOW, make_facts, make_feeds, make_naat
from tests.healthcode.policies import SEEDED
from tests.healthcode.strategies import facts_about_somebody, instants, policies, steady

A_SECOND = timedelta(seconds=1)


@st.composite
def plain_tests(draw: st.DrawFn) -> tuple[Naat, ...]:
    """Return negative tests with both their times, as most people have them."""
    return tuple(
        Naat(
            collected_at=collected_at,
            issued_at=collected_at + timedelta(hours=draw(st.integers(1, 30))),
            result=NaatResult.NOT_DETECTED,
            pooled=draw(st.booleans()),
        )
        for collected_at in draw(st.lists(instants(), max_size=3))
    )


@steady
@given(
    many=st.lists(facts_about_somebody(), min_size=2, max_size=4),
    plain=st.lists(plain_tests(), min_size=2, max_size=8),
    births=st.lists(st.dates(date(2000, 1, 1), date(2022, 6, 30)), min_size=8, max_size=8),
    policy=policies,
    clock=st.lists(instants(), min_size=3, max_size=3),
)
def test_a_judge_says_of_everybody_at_any_time_what_the_rule_book_says(
    many: list[Facts],
    plain: list[tuple[Naat, ...]],
    births: list[date],
    policy: Policy,
    clock: list[datetime],
) -> None:
    feeds = many[0].feeds
    plain_people = [
        replace(many[n % 2], naats=tests, born_on=births[n], feeds=feeds, orders=(), alerts=())
        for n, tests in enumerate(plain)
    ]
    judge = Judge(policy, feeds)

    for at in (*clock, *sorted(clock)):
        for facts in (*plain_people, *many, *plain_people):
            assert judge.evaluate(facts, at=at) == evaluate(facts, policy, at=at)


def test_a_remembered_verdict_ends_when_it_no_longer_holds() -> None:
    judge, facts = Judge(SEEDED[-1], make_feeds()), make_facts(naats=(make_naat(),))
    first = judge.evaluate(facts, at=NOW)
    ends = first.valid_until

    assert judge.evaluate(facts, at=ends - A_SECOND) is first
    assert judge.evaluate(facts, at=ends) == evaluate(facts, SEEDED[-1], at=ends) != first
    assert judge.evaluate(facts, at=NOW) == first


def test_people_of_one_kind_are_judged_once_and_each_has_their_own_age() -> None:
    judge = Judge(SEEDED[-1], make_feeds())
    eight = judge.evaluate(make_facts(naats=(make_naat(),)), at=NOW)
    a_minute_later = make_naat(issued_at=NOW - timedelta(hours=13, minutes=59))
    ten = judge.evaluate(make_facts(naats=(a_minute_later,), born_on=date(2012, 6, 15)), at=NOW + A_SECOND)

    assert (eight.age, ten.age) == (8, 10)
    assert ten == replace(eight, age=10)
    assert len(judge._given) == 1


def test_a_judge_begins_anew_when_there_are_too_many_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "_MOST_KINDS", 2)
    judge = Judge(SEEDED[-1], make_feeds())
    for days in range(5):
        tests = (make_naat(collected_at=NOW - timedelta(days=days + 1)),)
        facts = make_facts(naats=tests)
        assert judge.evaluate(facts, at=NOW) == evaluate(facts, SEEDED[-1], at=NOW)

    assert len(judge._given) == 1


def test_tests_are_plain_only_if_one_negative_hides_all_others() -> None:
    newest, older = make_naat(), make_naat(collected_at=NOW - timedelta(days=3))
    issued_later = replace(older, issued_at=NOW)
    pending = Naat(collected_at=older.collected_at, issued_at=None, result=None, pooled=False)

    assert (
        grain_of((newest,), at=NOW) == grain_of((older, newest), at=NOW) == grain_of((newest, older), at=NOW)
    )
    for other in (issued_later, pending, replace(older, result=NaatResult.DETECTED)):
        assert grain_of((newest, other), at=NOW) is None
    assert grain_of((replace(newest, issued_at=NOW + timedelta(minutes=5)),), at=NOW) is not None
    assert grain_of((replace(newest, issued_at=NOW + timedelta(minutes=5, seconds=1)),), at=NOW) is None
