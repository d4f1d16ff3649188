"""The summary row gives the answer that the whole history would give."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from civil_time import SHANGHAI, civil_date
from healthcode.compact import decode_naats
from healthcode.evaluation import evaluate
from healthcode.facts import Alert, AlertKind, Facts, FeedAges, Naat, NaatResult
from healthcode.policy import CounterVersion, Policy, StaleAfter
from healthcode.relevant import relevant_naats
from records.models import Kind, Source, Summary, Tube
from records.models import Naat as NaatRow
from tests.records.feeds import feed_page, key, make_pooled, make_test, make_tube

pytestmark = pytest.mark.django_db

STALE = StaleAfter(
    registry=timedelta(hours=72), tests=timedelta(hours=6), doses=timedelta(days=7), orders=timedelta(hours=6)
)
POLICIES = [
    Policy(
        name=counter.name,
        in_force_from=datetime(2022, 5, 4, tzinfo=SHANGHAI),
        counter=counter,
        entry_days=3,
        alert_1_for=timedelta(days=14),
        stale_after=STALE,
    )
    for counter in CounterVersion
]
# The nights on which results keep V1 lie in it.
FROM, UNTIL = datetime(2022, 6, 26, tzinfo=SHANGHAI), datetime(2022, 7, 7, tzinfo=SHANGHAI)


def waiting(days: int) -> Naat:
    return Naat(collected_at=FROM + timedelta(days=days), issued_at=None, result=None)


# Collected on 1 July; V3 stands still at the specimen of 4 July, though one of 5 July waits as well.
HELD_BY_AN_OLDER_SPECIMEN = [
    Naat(
        collected_at=FROM + timedelta(days=5),
        issued_at=FROM + timedelta(days=5, hours=12),
        result=NaatResult.NOT_DETECTED,
    ),
    waiting(8),
    waiting(9),
]

# Few different instants, so that ties are common.
instants = st.builds(
    lambda days, hours: FROM + timedelta(days=days, hours=hours),
    st.integers(0, 9),
    st.sampled_from([0, 3, 6, 12, 23]),
)
results = st.sampled_from(NaatResult)


@st.composite
def naats(draw: st.DrawFn) -> Naat:
    collected, issued = draw(st.none() | instants), draw(st.none() | instants)
    if collected is None and issued is None:
        collected = draw(instants)
    if collected and issued and issued < collected:
        collected, issued = issued, collected
    result = None if issued is None else draw(results)
    return Naat(collected_at=collected, issued_at=issued, result=result, pooled=draw(st.booleans()))


def rows_of(number: int, naat: Naat) -> tuple[dict[str, object], dict[str, object] | None]:
    """Return the row of a test, and that of its tube if it was pooled and has a result."""
    collected = naat.collected_at and naat.collected_at.isoformat()
    issued = naat.issued_at and naat.issued_at.isoformat()
    day = civil_date(naat.collected_at or naat.issued_at).isoformat()
    if not naat.pooled:
        fields = {"collected_at": collected, "issued_at": issued, "result": naat.result}
        return make_test(f"t-{number}", record_day=day, **fields), None
    member = make_pooled(f"t-{number}", tube_code=f"T{number}", record_day=day, collected_at=collected)
    tube = make_tube(f"tube-{number}", tube_code=f"T{number}", issued_at=issued, result=naat.result)
    return member, tube if issued else None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    history=st.lists(naats(), max_size=9),
    alert_from=instants,
    hours=st.integers(0, 100),
    tubes_first=st.booleans(),
)
@example(history=[], alert_from=FROM, hours=0, tubes_first=True)
@example(history=HELD_BY_AN_OLDER_SPECIMEN, alert_from=FROM, hours=0, tubes_first=False)
def test_verdict_is_that_of_the_whole_history(history, alert_from, hours, tubes_first):
    rows = [rows_of(number, naat) for number, naat in enumerate(history)]
    pages = [
        (Kind.TESTS, [test for test, _ in rows]),
        (Kind.TUBES, [tube for _, tube in rows if tube]),
    ]
    for kind, page in reversed(pages) if tubes_first else pages:
        feed_page(kind, *page, at=UNTIL)
    summary = Summary.objects.filter(person_key=key(1)).first()
    kept = decode_naats(summary.naats) if summary else ()
    Summary.objects.all().delete()
    clean()
    assert len(kept) <= 6
    at = UNTIL + timedelta(hours=hours)
    for policy in POLICIES:
        expected = evaluate(facts(tuple(history), alert_from), policy, at=at)
        assert evaluate(facts(kept, alert_from), policy, at=at) == expected
        assert evaluate(facts(relevant_naats(history), alert_from), policy, at=at) == expected


def facts(kept: tuple[Naat, ...], alert_from: datetime) -> Facts:
    alert = Alert(
        kind=AlertKind.TEST_REQUIRED,
        authority="a",
        reference="r",
        contact="c",
        in_force_from=alert_from,
    )
    feeds = FeedAges(registry=UNTIL, tests=UNTIL, doses=UNTIL, orders=UNTIL)
    return Facts(born_on=date(2010, 6, 15), naats=kept, alerts=(alert,), feeds=feeds)


def clean() -> None:
    for model in (NaatRow, Tube, Source):
        model.objects.all().delete()
