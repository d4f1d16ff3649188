"""New tests are summed up from page and summary alone where that is the same; here both ways are compared."""

from datetime import datetime, timedelta
from unittest import mock

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from civil_time import SHANGHAI, civil_date
from records import summary
from records.models import Kind, Naat, Quarantined, Source, Summary, SyncRun, Tube
from tests.records.feeds import feed_page, key, make_pooled, make_test, make_tube

pytestmark = pytest.mark.django_db

FROM, AT = datetime(2022, 5, 10, tzinfo=SHANGHAI), datetime(2022, 5, 20, 9, tzinfo=SHANGHAI)
refresh_all = summary.refresh

# What one page brings: person, hours after FROM of collection and of issue, what it says.
PLAIN, WORDS = (
    "NOT_DETECTED",
    ["NOT_DETECTED", "DETECTED", "INCONCLUSIVE", "pending", "pooled", "no time", "bad"],
)
tests = st.tuples(
    st.integers(1, 3),
    st.integers(0, 30),
    st.integers(0, 12),
    st.one_of(st.just(PLAIN), st.just(PLAIN), st.sampled_from(WORDS)),
)
pages = st.lists(st.lists(tests, min_size=1, max_size=4), min_size=1, max_size=6)


def rows_of(page, number):
    for place, (person, collected, delay, word) in enumerate(page):
        collected_at = FROM + timedelta(hours=collected)
        issued_at = (collected_at + timedelta(hours=delay)).isoformat()
        fields = {
            "record_day": civil_date(collected_at).isoformat(),
            "collected_at": collected_at.isoformat(),
        }
        record_id = f"t-{number}-{place}"
        match word:
            case "pending":
                yield make_test(record_id, person=person, issued_at=None, result=None, **fields)
            case "pooled":
                yield make_pooled(record_id, tube_code=f"T{collected % 3}", person=person, **fields)
            case "no time":
                yield make_test(
                    record_id, person=person, issued_at=issued_at, **fields | {"collected_at": None}
                )
            case "bad":
                yield make_test(record_id, person=person, issued_at=issued_at, **fields | {"result": "?"})
            case _:
                yield make_test(record_id, person=person, issued_at=issued_at, **fields | {"result": word})


def summaries_after(delivered):
    feed_page(Kind.TUBES, make_tube(tube_code="T1", issued_at=AT.isoformat()), at=AT)
    for number, page in enumerate(delivered):
        feed_page(Kind.TESTS, *rows_of(page, number), at=AT)
    kept = {
        row.person_key: (row.naats, row.doses, row.orders, row.alerts, row.record_in_review)
        for row in Summary.objects.all()
    }
    for model in (Quarantined, SyncRun, Naat, Tube, Source, Summary):
        model.objects.all().delete()
    return kept


def of_whole_histories(delivered):
    def refresh(cursor, kind, *, at):
        if kind is not Kind.TESTS:
            return refresh_all(cursor, kind, at=at)
        cursor.execute("INSERT INTO page_people SELECT person_key FROM page_judged ON CONFLICT DO NOTHING")
        return summary.recompute(cursor, kind, at=at)

    with mock.patch.object(summary, "refresh", refresh):
        return summaries_after(delivered)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(delivered=pages)
@example(delivered=[[(1, 5, 1, PLAIN)], [(1, 5, 1, PLAIN)]])
@example(delivered=[[(1, 5, 9, PLAIN)], [(1, 6, 1, PLAIN)]])
@example(delivered=[[(1, 6, 1, PLAIN)], [(1, 5, 1, PLAIN), (1, 4, 1, PLAIN)]])
@example(delivered=[[(1, 5, 1, PLAIN), (1, 6, 1, PLAIN), (1, 4, 12, PLAIN)]])
@example(delivered=[[(1, 6, 1, "no time")], [(1, 5, 1, PLAIN)]])
@example(delivered=[[(1, 5, 1, "bad")], [(1, 6, 1, PLAIN)]])
@example(delivered=[[(1, 5, 1, PLAIN)], [(1, 6, 1, PLAIN), (1, 7, 1, "bad")]])
@example(delivered=[[(1, 5, 1, "pending")], [(1, 6, 1, PLAIN)], [(1, 7, 1, PLAIN)]])
def test_summary_of_new_tests_is_that_of_the_whole_history(delivered):
    assert summaries_after(delivered) == of_whole_histories(delivered)


def test_newer_negative_test_takes_the_place_of_the_one_before(at):
    feed_page(Kind.TESTS, make_test(collected_at="2022-05-18T16:00:00+08:00", record_day="2022-05-18"), at=at)
    before = Summary.objects.get()
    feed_page(Kind.TESTS, make_test("t-2", issued_at="2022-05-20T07:00:00+08:00"), at=at)
    after = Summary.objects.get(person_key=key(1))
    assert after.naats == [[1652947200, 1653001200, "N", 0]] != before.naats
    assert after.changed_seq > before.changed_seq
