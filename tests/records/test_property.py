"""Whatever is shuffled, doubled or sent in pages of any size: the tables are those of a simple model."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records.models import Kind, Naat, ObservationOrder, Source, Summary, SyncRun, VaccineDose
from tests.conftest import STORY_BEGINS
from tests.records.feeds import MemorySource, key, make_dose, make_order, make_test, sync_all_of

pytestmark = pytest.mark.django_db

# One content for each version, but for the last: a contradiction, of which the first to come holds.
LETTERS = st.sampled_from("ab")


@st.composite
def deliveries(draw: st.DrawFn) -> list[tuple[str, int, int, bool, str]]:
    """Draw rows as (record id, version, person, withdrawn, content)."""
    rows = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["r-1", "r-2", "r-3"]),
                st.integers(1, 4),
                st.integers(1, 3),
                st.booleans(),
                LETTERS,
            ),
            max_size=12,
        )
    )
    return draw(st.permutations(rows + draw(st.lists(st.sampled_from(rows), max_size=4)) if rows else rows))


def model_of(rows: list[tuple[str, int, int, bool, str]]) -> tuple[dict[str, Any], dict[int, list[str]]]:
    """Return what each record says in the end, and which records each person has."""
    held: dict[str, Any] = {}
    for record_id, version, person, withdrawn, content in rows:
        if record_id not in held or version > held[record_id][0]:
            held[record_id] = (version, person, withdrawn, content)
    people: dict[int, list[str]] = {1: [], 2: [], 3: []}
    for record_id, (_version, person, withdrawn, _content) in sorted(held.items()):
        if not withdrawn:
            people[person].append(record_id)
    return held, people


CASES = {
    Kind.TESTS: (make_test, Naat, "laboratory", "naats"),
    Kind.DOSES: (make_dose, VaccineDose, "site", "doses"),
    Kind.ORDERS: (make_order, ObservationOrder, "contact", "orders"),
}


@pytest.mark.parametrize("kind", CASES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=deliveries(), limit=st.integers(1, 8))
def test_tables_are_those_of_the_model(kind, rows, limit):
    make, table, column, section = CASES[kind]
    sent = [
        make(record_id, version, person, withdrawn=withdrawn, **{column: content})
        for record_id, version, person, withdrawn, content in rows
    ]
    sync_all_of(MemorySource({kind: sent}), at=STORY_BEGINS, limit=limit)
    held, people = model_of(rows)
    stored = {
        row.record_id: (row.version, row.person_key, row.withdrawn, getattr(row, column))
        for row in table.objects.all()
    }
    summaries = {row.person_key: getattr(row, section) for row in Summary.objects.all()}
    received = sum(SyncRun.objects.values_list("received", flat=True))
    for model in (table, Source, Summary):
        model.objects.all().delete()
    assert stored == {
        record_id: (version, key(person), withdrawn, content)
        for record_id, (version, person, withdrawn, content) in held.items()
    }
    assert received == len(rows)
    for person, records in people.items():
        kept = summaries.get(key(person), [])
        # All tests of these records are alike, so that the summary keeps one of them.
        assert len(kept) == (min(1, len(records)) if kind is Kind.TESTS else len(records))
