"""Whatever is shuffled, doubled or sent in pages of any size: the tables are those of a simple model."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import models, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from identity.models import Kinship, Person
from records.models import (
    Alert,
    Kind,
    Naat,
    ObservationOrder,
    Quarantined,
    Source,
    Summary,
    SyncRun,
    Tube,
    VaccineDose,
)
from tests.conftest import STORY_BEGINS
from tests.records.feeds import (
    MAKERS,
    MemorySource,
    key,
    make_kinship,
    make_person,
    make_tube,
    number_of,
    sync_all_of,
)

pytestmark = pytest.mark.django_db

# One content for each version, but for the last: a contradiction, of which the first to come holds.
LETTERS = st.sampled_from("ab")

Delivery = tuple[str, int, int, bool, str]
"""A row as record id, version, person, withdrawn, content."""
Held = dict[str, tuple[int, Any, bool, str]]


@dataclass(frozen=True)
class Case:
    """How rows of a kind are made and read back; ``column`` is the one that says the content."""

    table: type[models.Model]
    column: str
    section: str = ""
    about: str = "person_key"
    make: Callable[..., dict[str, Any]] | None = None
    whom: Callable[[str, int], Any] = lambda _record_id, person: key(person)

    def row(self, kind: Kind, delivery: Delivery) -> dict[str, Any]:
        record_id, version, person, withdrawn, content = delivery
        make: Callable[..., dict[str, Any]] = self.make or MAKERS[kind]
        return make(record_id, version, person, withdrawn=withdrawn, **{self.column: content})

    def held(self) -> Held:
        """Return what each record says; of one that has moved, what it says where it stands."""
        found: Held = {}
        for row in self.table._default_manager.order_by("version"):
            content = getattr(row, self.column)
            found[row.record_id] = row.version, getattr(row, self.about), row.withdrawn, content
        return found


def person_of_registry(record_id: str, version: int, person: int, **fields: Any) -> dict[str, Any]:
    return make_person(record_id, version, number_in_registry(record_id, person), **fields)


def number_in_registry(record_id: str, person: int) -> int:
    """Return a person of a record's own: it may move between them, and no other record contends."""
    return 10 * int(record_id[-1]) + person


def kinship_of(record_id: str, version: int, person: int, **fields: Any) -> dict[str, Any]:
    return make_kinship(record_id, version, ward_document_number=number_of(person), **fields)


def tube_of(record_id: str, version: int, tube: int, **fields: Any) -> dict[str, Any]:
    return make_tube(record_id, version, tube_code=f"T{tube}", **fields)


CASES: Mapping[Kind, Case] = {
    Kind.REGISTRY: Case(
        Person,
        "name",
        make=person_of_registry,
        whom=lambda record_id, person: key(number_in_registry(record_id, person)),
    ),
    Kind.KINSHIP: Case(Kinship, "evidence", about="ward_id", make=kinship_of),
    Kind.TESTS: Case(Naat, "laboratory", "naats"),
    Kind.TUBES: Case(Tube, "laboratory", about="tube_code", make=tube_of, whom=lambda _id, tube: f"T{tube}"),
    Kind.DOSES: Case(VaccineDose, "site", "doses"),
    Kind.ORDERS: Case(ObservationOrder, "contact", "orders"),
    Kind.ALERTS: Case(Alert, "contact", "alerts"),
}
CONTENTS = {
    Kind.REGISTRY: {"a": "李小满", "b": "王改名"},
    Kind.KINSHIP: {"a": "HOUSEHOLD_REGISTER", "b": "COURT_DECISION"},
}

# The second page contradicts the first and itself. Once the fourth version holds, no third one matters.
READ_AGAIN_WHEN_SUPERSEDED: list[Delivery] = [
    ("r-1", 3, 1, False, "a"),
    ("r-2", 1, 1, False, "a"),
    ("r-1", 3, 1, False, "b"),
    ("r-1", 3, 1, False, "a"),
    ("r-1", 4, 1, False, "a"),
]


@st.composite
def deliveries(draw: st.DrawFn) -> list[Delivery]:
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


def model_of(rows: list[Delivery]) -> dict[str, tuple[int, int, bool, str]]:
    """Return what each record says in the end: the first to come of its highest version."""
    held: dict[str, tuple[int, int, bool, str]] = {}
    for record_id, version, person, withdrawn, content in rows:
        if record_id not in held or version > held[record_id][0]:
            held[record_id] = version, person, withdrawn, content
    return held


@contextmanager
def undone() -> Iterator[None]:
    """Undo what an example did; its locks are given back as well, those of the staging tables among them."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("kind", CASES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=deliveries(), limit=st.integers(1, 8))
@example(rows=READ_AGAIN_WHEN_SUPERSEDED, limit=2)
def test_tables_are_those_of_the_model(kind: Kind, rows: list[Delivery], limit: int) -> None:
    with undone():
        hold_tables_against_model(kind, rows, limit=limit)


def hold_tables_against_model(kind: Kind, rows: list[Delivery], *, limit: int) -> None:
    case, words = CASES[kind], CONTENTS.get(kind, {})
    said = [(*row[:4], words.get(row[4], row[4])) for row in rows]
    upstream = MemorySource({kind: [case.row(kind, row) for row in said]})
    sync_all_of(upstream, at=STORY_BEGINS, limit=limit)
    model = model_of(said)
    assert case.held() == {
        record_id: (version, case.whom(record_id, person), withdrawn, content)
        for record_id, (version, person, withdrawn, content) in model.items()
    }
    if kind is Kind.REGISTRY:
        standing = sum(not withdrawn for _version, _person, withdrawn, _content in model.values())
        assert Person.objects.filter(withdrawn=False).count() == standing
    assert_ledger_accounts_for(len(rows))
    assert_summaries(case, model)
    before = tables_of(case)
    # All of it once more, as after a restored backup.
    Source.objects.update(cursor="")
    sync_all_of(upstream, at=STORY_BEGINS, limit=limit)
    assert tables_of(case) == before
    assert_ledger_accounts_for(2 * len(rows))


def assert_ledger_accounts_for(rows: int) -> None:
    parts = ("applied", "duplicate", "superseded", "quarantined")
    assert sum(SyncRun.objects.values_list("received", flat=True)) == rows
    assert sum(sum(line) for line in SyncRun.objects.values_list(*parts)) == rows


def assert_summaries(case: Case, model: Mapping[str, tuple[int, int, bool, str]]) -> None:
    if not case.section:
        return
    kept = {row.person_key: len(getattr(row, case.section)) for row in Summary.objects.all()}
    for number in (1, 2, 3):
        records = [one for one in model.values() if one[1] == number and not one[2]]
        # All tests of these records are alike, so that the summary keeps one of them.
        expected = min(1, len(records)) if case.table is Naat else len(records)
        assert kept.get(key(number), 0) == expected


def tables_of(case: Case) -> list[list[dict[str, Any]]]:
    order = "person_key" if case.table is Person else "record_id"
    return [
        list(case.table._default_manager.order_by(order).values()),
        list(Summary.objects.order_by("person_key").values()),
        list(Quarantined.objects.order_by("id").values()),
    ]
